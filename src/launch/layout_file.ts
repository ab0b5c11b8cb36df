import { closeSync, mkdirSync, openSync, readSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SessionPaths } from "../core/paths.ts";
import { LAYOUT_MARK } from "../views/layout/layout.ts";

export interface WrittenLayout {
  readonly path: string;
  /** The user's own zellij.kdl, which stayed as it was; null when ours stands there. */
  readonly kept: string | null;
}

export const LAYOUT_NAME = "zellij.kdl";

/** Writes `zellij.kdl` into the project folder, or into the session's when a file of the user's is there. */
export function writeLayoutFile(paths: SessionPaths, kdl: string): WrittenLayout {
  const wanted = join(paths.projectRoot, LAYOUT_NAME);
  const kept = isSomebodyElses(wanted) ? wanted : null;
  const path = kept === null ? wanted : join(paths.folder, LAYOUT_NAME);
  mkdirSync(dirname(path), { recursive: true });
  // In one step: Zellij may read the file while a second start writes it.
  const temporary = join(paths.folder, `${LAYOUT_NAME}.${process.pid}`);
  writeFileSync(temporary, kdl);
  renameSync(temporary, path);
  return { path, kept };
}

/** Anything that is there and does not begin with our mark, be it unreadable, a folder or a broken link. */
function isSomebodyElses(path: string): boolean {
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    const mark = Buffer.from(`// ${LAYOUT_MARK}`);
    const head = Buffer.alloc(mark.length);
    readSync(fd, head, 0, head.length, 0);
    return !head.equals(mark);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
