import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "./folder.ts";

/** What a test gives to anything that starts codex: a home of its own and nothing of the person's who runs the test. */
export interface CodexHome {
  /** CODEX_HOME: exists and is empty. */
  readonly path: string;
  /** A folder for the project, beside it. */
  readonly project: string;
  readonly env: Readonly<Record<string, string>>;
  [Symbol.dispose](): void;
}

/** A private CODEX_HOME, HOME and project folder, removed when the scope ends. */
export function privateCodexHome(extra: Readonly<Record<string, string>> = {}): CodexHome {
  const folder = temporaryFolder("och-");
  const path = join(folder.path, "codex");
  const project = join(folder.path, "project");
  const home = join(folder.path, "home");
  for (const made of [path, project, home]) mkdirSync(made);
  const env = {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: home,
    CODEX_HOME: path,
    XDG_CACHE_HOME: join(home, ".cache"),
    NO_PROXY: "127.0.0.1,localhost",
    no_proxy: "127.0.0.1,localhost",
    OPENAI_API_KEY: "test",
    ...extra,
  };
  return { path, project, env, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** The native codex that the SDK brought along; never the person's own. */
export function nativeCodexPath(): string {
  const cwd = resolve(import.meta.dir, "..", "..", "node_modules", "@openai");
  const pattern = `codex-${process.platform}-${process.arch}/vendor/*/bin/codex`;
  const [found] = new Bun.Glob(pattern).scanSync({ cwd, absolute: true });
  if (found === undefined) throw new Error(`no ${pattern} in ${cwd}: run bun install`);
  return found;
}
