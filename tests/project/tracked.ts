import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const REPOSITORY = resolve(import.meta.dir, "..", "..");

/** Every file that git knows, relative to the repository. */
export function trackedFiles(): string[] {
  const { stdout, success } = Bun.spawnSync(["git", "ls-files", "-z", "--deduplicate"], { cwd: REPOSITORY });
  if (!success) throw new Error("these tests ask git which files are the project's: run them in a clone");
  return stdout.toString().split("\0").filter(Boolean);
}

export interface FoundLine {
  readonly place: string;
  readonly text: string;
}

/** The lines of tracked files that match, with `FILE:LINE`; files that were deleted and not committed are left out. */
export function findLines(pattern: RegExp, isWanted: (path: string) => boolean = () => true): FoundLine[] {
  return trackedFiles()
    .filter(isWanted)
    .flatMap((path) =>
      readLines(path).flatMap((text, index) => (pattern.test(text) ? [{ place: `${path}:${index + 1}`, text }] : [])),
    );
}

/** A tracked file's lines; none when it is not there. */
export function readLines(path: string): string[] {
  try {
    return readFileSync(join(REPOSITORY, path), "utf8").split("\n");
  } catch {
    return [];
  }
}
