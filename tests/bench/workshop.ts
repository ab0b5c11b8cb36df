import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "../rig/folder.ts";
import type { BenchReport } from "./report.ts";

const ROOT = resolve(import.meta.dir, "..", "..");

export type Bench = (workshop: Workshop) => Promise<BenchReport>;

/** What benchmarks share in one run: a folder of its own, and executables that are built once, when first wanted. */
export class Workshop {
  /** Less of everything: to see that a benchmark works, not what it measures. */
  readonly quick: boolean;
  readonly #folder = temporaryFolder("bench-");
  readonly #built = new Map<string, Promise<string>>();

  constructor(quick: boolean) {
    this.quick = quick;
  }

  /** A new folder within the run's own. */
  makeFolder(name: string): string {
    const path = join(this.#folder.path, `${name}-${crypto.randomUUID().slice(0, 8)}`);
    mkdirSync(path);
    return path;
  }

  /** The program as it is shipped. */
  program(): Promise<string> {
    return this.#build("src/main.ts");
  }

  /** An executable of a benchmark's own, made with the same flags as the program; `file` lies in tests/bench. */
  ownProgram(file: string): Promise<string> {
    return this.#build(join("tests/bench", file));
  }

  #build(entry: string): Promise<string> {
    const known = this.#built.get(entry);
    if (known) return known;
    const built = this.#compile(entry);
    this.#built.set(entry, built);
    return built;
  }

  async #compile(entry: string): Promise<string> {
    const folder = this.makeFolder("built");
    const script = join(ROOT, "scripts/build.ts");
    const child = Bun.spawn([process.execPath, script, "all", "--outdir", folder, "--entry", join(ROOT, entry)], {
      cwd: ROOT,
      stdout: "ignore",
      stderr: "inherit",
    });
    if ((await child.exited) !== 0) throw new Error(`${entry} cannot be built`);
    return join(folder, "codex-squad");
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
