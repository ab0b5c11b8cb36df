import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileStamp } from "./names.ts";
import { readSnapshot } from "./snapshot.ts";

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

/**
 * Looks at a database before the engine opens it, for the engine aborts the process on a corrupt file. Costs nothing
 * after a clean end. A corrupt one is moved aside; gives the new name, or null when all is well.
 */
export async function setCorruptAside(path: string, nowMs: number): Promise<string | null> {
  if (!existsSync(path) || !endedUncleanly(path)) return null;
  const verdict = await readSnapshot(path, (database) => {
    const rows = database.query("PRAGMA quick_check").all() as { quick_check: string }[];
    return rows.length === 1 && rows[0]?.quick_check === "ok";
  });
  const corrupt = verdict.ok ? !verdict.value : verdict.error.kind === "unwritable" && isDamage(verdict.error.message);
  if (!corrupt) {
    for (const pid of listMarks(path, "owner")) {
      if (verdict.ok && !isAlive(pid)) rmSync(markPath(path, "owner", pid), { force: true });
    }
    return null;
  }
  const aside = `${path}.corrupt-${fileStamp(new Date(nowMs).toISOString())}`;
  renameSync(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  rmSync(`${path}-shm`, { force: true });
  return aside;
}

/** An owner that died, or a WAL that nobody has taken in. While an owner lives the engine's lock keeps us out anyway. */
function endedUncleanly(path: string): boolean {
  const owners = listMarks(path, "owner");
  if (owners.some((pid) => !isAlive(pid))) return true;
  if (owners.length > 0) return false;
  try {
    return statSync(`${path}-wal`).size > 0;
  } catch {
    return false;
  }
}

const markPath = (path: string, mark: Mark, pid: number): string => `${path}-${mark}-${pid}`;

function listMarks(path: string, mark: Mark): number[] {
  const prefix = `${basename(path)}-${mark}-`;
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(prefix));
  return names.map((name) => Number(name.slice(prefix.length)));
}

const isDamage = (message: string): boolean => /malformed|not a database|corrupt|disk i\/o/i.test(message);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
