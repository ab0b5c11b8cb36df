import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";

/**
 * Marks beside a database by which its writers agree: `<file>-owner-<pid>` from before it is opened until it is closed
 * in good order, `<file>-waiting-<pid>` while somebody would like to. They are advice; the lock itself is the engine's.
 */
export type Mark = "owner" | "waiting";

/** Sets this process's mark; makes the database's folder where it is missing. */
export function setMark(path: string, mark: Mark): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(markPath(path, mark, process.pid), "");
}

/** Takes this process's mark away. */
export const removeMark = (path: string, mark: Mark): void =>
  rmSync(markPath(path, mark, process.pid), { force: true });

/** True when another living process waits for the database. */
export function hasWaiters(path: string): boolean {
  for (const pid of listMarks(path, "waiting")) {
    if (pid === process.pid) continue;
    if (isAlive(pid)) return true;
    rmSync(markPath(path, "waiting", pid), { force: true });
  }
  return false;
}

/** True when a living process says that it has the database open. */
export const hasOwner = (path: string): boolean => listMarks(path, "owner").some(isAlive);

/** Whether an owner's process died before it could close the file. */
export const hasDeadOwner = (path: string): boolean => listMarks(path, "owner").some((pid) => !isAlive(pid));

/** Forgets owners that died: the file has been looked at since. */
export function removeDeadOwners(path: string): void {
  for (const pid of listMarks(path, "owner")) {
    if (!isAlive(pid)) rmSync(markPath(path, "owner", pid), { force: true });
  }
}

const markPath = (path: string, mark: Mark, pid: number): string => `${path}-${mark}-${pid}`;

function listMarks(path: string, mark: Mark): number[] {
  const prefix = `${basename(path)}-${mark}-`;
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(prefix));
  return names.map((name) => Number(name.slice(prefix.length))).filter((pid) => Number.isInteger(pid) && pid > 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
