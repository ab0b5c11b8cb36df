/**
 * Builds the executables: `bun scripts/build.ts [all|launcher|memory-inspector] [--outdir FOLDER]`.
 *
 * all               dist/codex-squad, links for its other names, dist/native
 * launcher          bin/launch_codex_orchestrator_session, bin/native
 * memory-inspector  bin/memory_inspector, bin/native
 *
 * It is one program under all names; which one it is follows from the name that it is called by.
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const ROOT = resolve(import.meta.dir, "..");
const PROGRAM = "codex-squad";
const OTHER_NAMES = ["codex_orchestrator", "launch_codex_orchestrator_session", "memory_inspector"];
const LIBRARY_NAME = `turso.${process.platform}-${process.arch}.node`;
const LIBRARY_PACKAGES: Readonly<Record<string, string>> = {
  "linux-x64": "@tursodatabase/database-linux-x64-gnu",
  "linux-arm64": "@tursodatabase/database-linux-arm64-gnu",
  "darwin-arm64": "@tursodatabase/database-darwin-arm64",
};

const TARGETS = {
  all: { folder: "dist", file: PROGRAM, links: OTHER_NAMES },
  launcher: { folder: "bin", file: "launch_codex_orchestrator_session", links: [] },
  "memory-inspector": { folder: "bin", file: "memory_inspector", links: [] },
} as const;

/** Builds one target into a folder. `entry` is the program's first module. */
export async function build(options: {
  readonly target: keyof typeof TARGETS;
  readonly folder?: string;
  readonly entry?: string;
}): Promise<void> {
  const target = TARGETS[options.target];
  const folder = resolve(options.folder ?? join(ROOT, target.folder));
  const entry = options.entry ?? join(ROOT, "src/main.ts");
  const workshop = mkdtempSync(join(tmpdir(), "codex-squad-build-"));
  try {
    const library = prepareLibrary(workshop);
    await compile({ entry, library, outfile: join(workshop, target.file) });
    mkdirSync(join(folder, "native"), { recursive: true });
    putInPlace(library, join(folder, "native", LIBRARY_NAME));
    putInPlace(join(workshop, target.file), join(folder, target.file));
    for (const name of target.links) {
      rmSync(join(folder, name), { force: true });
      symlinkSync(target.file, join(folder, name));
    }
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
}

/** The platform's library, without its symbols where that is safe: 18 instead of 97 MB. */
function prepareLibrary(workshop: string): string {
  const packageName = LIBRARY_PACKAGES[`${process.platform}-${process.arch}`];
  if (!packageName) throw new Error(`Turso has no library for ${process.platform}-${process.arch}`);
  const requireThere = createRequire(createRequire(import.meta.url).resolve("@tursodatabase/database"));
  const library = join(workshop, LIBRARY_NAME);
  copyFileSync(requireThere.resolve(packageName), library);
  chmodSync(library, 0o755);
  // A library for macOS is signed: stripping it would break the signature.
  const strip = process.platform === "linux" ? Bun.which("strip") : null;
  if (strip) {
    const { exitCode, stderr } = Bun.spawnSync([strip, "--strip-unneeded", library]);
    if (exitCode !== 0) throw new Error(`strip: ${stderr.toString().trim()}`);
  }
  return library;
}

async function compile(options: { readonly entry: string; readonly library: string; readonly outfile: string }) {
  const sha256 = Bun.SHA256.hash(await Bun.file(options.library).bytes(), "hex");
  await Bun.build({
    entrypoints: [options.entry],
    minify: true,
    bytecode: true,
    splitting: true,
    format: "esm",
    target: "bun",
    compile: {
      outfile: options.outfile,
      // A repository's .env and bunfig.toml are none of our business, and a preload in it would run.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
    plugins: [embedLibrary(options.library, sha256)],
  });
}

/** Puts the library itself in place of `embedded_library.ts`. */
function embedLibrary(library: string, sha256: string): Bun.BunPlugin {
  return {
    name: "embed-library",
    setup(builder) {
      builder.onLoad({ filter: /[\\/]store[\\/]embedded_library\.ts$/ }, () => ({
        loader: "ts",
        contents: [
          `import path from ${JSON.stringify(library)} with { type: "file" };`,
          `export const embeddedLibrary = { path, sha256: ${JSON.stringify(sha256)} };`,
        ].join("\n"),
      }));
    },
  };
}

/** Never half there: a program that is running keeps its old file. */
function putInPlace(from: string, to: string): void {
  const beside = `${to}.new`;
  rmSync(beside, { force: true });
  copyFileSync(from, beside);
  chmodSync(beside, 0o755);
  renameSync(beside, to);
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { outdir: { type: "string" }, entry: { type: "string" } },
  });
  const target = positionals[0] ?? "all";
  if (!Object.hasOwn(TARGETS, target) || !existsSync(join(ROOT, "node_modules"))) {
    console.error(`usage: bun scripts/build.ts [${Object.keys(TARGETS).join("|")}] (after bun install)`);
    process.exit(2);
  }
  await build({
    target: target as keyof typeof TARGETS,
    ...(values.outdir ? { folder: values.outdir } : {}),
    ...(values.entry ? { entry: values.entry } : {}),
  });
}
