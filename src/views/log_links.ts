import { lstatSync, mkdirSync, readdirSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { SessionPaths } from "../core/paths.ts";

/** A link that starts like this was made by us; everything else in `logs/` is the user's. */
const OUR_MARK = "../.orchestrator/";

/**
 * `logs/<name>.log` of the project: relative links to the newest run's own logs. A file of the user's in their place,
 * and a `logs` that is no folder, stay as they are. Every function gives what a person should know, none when all is well.
 */
export class LogLinks {
  #paths: SessionPaths;
  #folder: string;
  #usable = false;
  #made = new Set<string>();

  constructor(paths: SessionPaths) {
    this.#paths = paths;
    this.#folder = join(paths.projectRoot, "logs");
  }

  /** Names within the project that now are links of ours: `logs/planner.log`. */
  get made(): readonly string[] {
    return [...this.#made];
  }

  /** Makes the folder when there is none, and takes away what older runs have linked there. */
  prepare(): string | null {
    try {
      const stat = lstatSync(this.#folder, { throwIfNoEntry: false });
      if (stat && !stat.isDirectory()) return this.#explain("logs is no folder here and stays as it is");
      if (!stat) mkdirSync(this.#folder);
      for (const name of readdirSync(this.#folder)) {
        const target = this.#readOurLink(name);
        if (target !== null && target !== this.#targetOf(name)) unlinkSync(join(this.#folder, name));
      }
      this.#usable = true;
      return null;
    } catch (error) {
      return this.#explain(`logs/ cannot be written (${(error as Error).message})`);
    }
  }

  /** Links one log; `name` is that of the file, `planner.log`. */
  link(name: string): string | null {
    if (!this.#usable) return null;
    const path = join(this.#folder, name);
    try {
      const there = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
      if (there && this.#readOurLink(name) === null) return this.#explain(`logs/${name} is a file of yours and stays`);
      this.#made.add(`logs/${name}`);
      if (there && this.#readOurLink(name) === this.#targetOf(name)) return null;
      const temporary = join(this.#folder, `.${name}.${process.pid}`);
      symlinkSync(this.#targetOf(name), temporary);
      renameSync(temporary, path);
      return null;
    } catch (error) {
      this.#usable = false;
      return this.#explain(`logs/${name} cannot be made (${(error as Error).message})`);
    }
  }

  #targetOf(name: string): string {
    return `${OUR_MARK}${this.#paths.session}/logs/${name}`;
  }

  #readOurLink(name: string): string | null {
    try {
      const target = readlinkSync(join(this.#folder, name));
      return target.startsWith(OUR_MARK) ? target : null;
    } catch {
      return null;
    }
  }

  #explain(what: string): string {
    return `${what}; this run's logs are in .orchestrator/${this.#paths.session}/logs`;
  }
}
