import { closeSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isCompiled } from "../../process/self.ts";

const TRIPLES: Readonly<Record<string, string>> = {
  "linux-x64": "x86_64-unknown-linux-musl",
  "linux-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
};

const PLATFORM = `${process.platform}-${process.arch}`;
const PACKAGE = `@openai/codex-${PLATFORM}`;

/**
 * The native program behind npm's `codex`, which is a script that starts it: that costs 150 ms a turn, and the script would
 * be the process that we govern. Null when the path is no such script, or the native one is not where npm puts it.
 */
export function findNative(path: string): string | null {
  const real = resolveLinks(path);
  if (!isScript(real)) return null;
  const packageRoot = dirname(dirname(real));
  const homes = [join(packageRoot, "node_modules", PACKAGE), join(dirname(dirname(packageRoot)), PACKAGE), packageRoot];
  return firstNative(homes);
}

/** The program that came with the SDK; the compiled program has none. */
export function findOwnNative(): string | null {
  if (isCompiled()) return null;
  try {
    return firstNative([dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`))]);
  } catch {
    return null;
  }
}

function firstNative(packageFolders: readonly string[]): string | null {
  const triple = TRIPLES[PLATFORM];
  if (triple === undefined) return null;
  const paths = packageFolders.map((folder) => join(folder, "vendor", triple, "bin", "codex"));
  return paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile()) ?? null;
}

function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function isScript(path: string): boolean {
  const start = Buffer.alloc(2);
  try {
    const fd = openSync(path, "r");
    readSync(fd, start, 0, 2, 0);
    closeSync(fd);
  } catch {
    return false;
  }
  return start.toString() === "#!";
}
