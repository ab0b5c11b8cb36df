import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";

const MARK = "# made by codex-squad, which never writes into .gitignore";

/** Where a repository keeps names that only this checkout ignores; null where the folder is no work tree of git. */
export interface Excludes {
  readonly file: string;
  /** The project folder within the work tree: empty, or `sub/folder/`. */
  readonly prefix: string;
}

/** Asks git, for a work tree may be linked or a part of another. Null without git or without a repository. */
export function findExcludes(projectRoot: string): Excludes | null {
  try {
    const asked = Bun.spawnSync(["git", "rev-parse", "--git-path", "info/exclude", "--show-prefix"], {
      cwd: projectRoot,
      stdin: "ignore",
      stderr: "ignore",
    });
    if (asked.exitCode !== 0) return null;
    const [file = "", prefix = ""] = asked.stdout.toString().split("\n");
    return file === "" ? null : { file: resolve(projectRoot, file), prefix };
  } catch {
    return null;
  }
}

/**
 * Adds exactly the names we made to `.git/info/exclude`, those that are there already left alone. `patterns` are git's,
 * from the project folder on (`escapeName` makes one of a name). Gives what went wrong in words, or null.
 */
export function excludeFromGit({ file, prefix }: Excludes, patterns: readonly string[]): string | null {
  try {
    let present = "";
    try {
      present = readFileSync(file, "utf8");
    } catch {
      mkdirSync(dirname(file), { recursive: true });
    }
    const known = new Set(present.split("\n"));
    const added = patterns
      .map((pattern) => `/${escapeName(prefix)}${pattern}`)
      .filter((pattern) => !known.has(pattern));
    if (added.length === 0) return null;
    const head = known.has(MARK) ? [] : [MARK];
    const gap = present === "" || present.endsWith("\n") ? "" : "\n";
    appendFileSync(file, `${gap}${[...head, ...added].join("\n")}\n`);
    return null;
  } catch (error) {
    return `cannot write ${file}: ${(error as Error).message}; git status will show our files`;
  }
}

/** A path as git's name for it below the project folder, or null for one outside. */
export function nameInProject(projectRoot: string, path: string): string | null {
  const name = relative(projectRoot, path);
  return name === "" || name.startsWith("..") || isAbsolute(name) ? null : name;
}

/** A name as a pattern that stands for itself alone. */
export const escapeName = (name: string): string => name.replace(/[\\*?[\]]/g, "\\$&").replace(/ $/, "\\ ");
