import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import type { StoreProblem } from "./problem.ts";

const MAGIC = "SQLite format 3\0";

/** Why this cannot be a database with something in it, seen from outside; null when it may be one. */
export function findFileFault(path: string): StoreProblem | null {
  const say = (kind: StoreProblem["kind"], message: string): StoreProblem => ({ kind, path, message });
  const found = look(path);
  if (typeof found === "string") {
    if (found === "ENOENT") return say("store-missing", "no such file");
    if (found === "ENOTDIR") return say("store-missing", "a part of the path is not a folder");
    return say("store-unreadable", found === "EACCES" ? "no permission" : found);
  }
  if (found.isDirectory()) return say("store-unfit", "it is a folder");
  // A pipe would be waited for, a device read for ever.
  if (!found.isFile()) return say("store-unfit", "it is not a regular file");
  if (found.size === 0) {
    return sizeOf(`${path}-wal`) > 0 ? null : say("store-empty", "the file is empty");
  }
  try {
    return readStart(path, MAGIC.length) === MAGIC ? null : say("store-unfit", "it is not an SQLite database");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return say("store-unreadable", code === "EACCES" || code === "EPERM" ? "no permission" : message);
  }
}

/** Whether a file is there and holds something that is no database at all. */
export function isNoDatabase(path: string): boolean {
  const found = look(path);
  if (typeof found === "string" || !found.isFile() || found.size === 0) return false;
  try {
    return readStart(path, MAGIC.length) !== MAGIC;
  } catch {
    return false;
  }
}

/** Bytes of a file; 0 where there is none. */
export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** Whether a file is shorter than its own first page says, or ends within a page: something has cut it. */
export function isCutShort(path: string): boolean {
  const header = Buffer.from(readStart(path, 32), "latin1");
  if (header.length < 32) return header.length > 0;
  const declared = header.readUInt16BE(16);
  const pageBytes = declared === 1 ? 65_536 : declared;
  const size = sizeOf(path);
  return pageBytes === 0 || size % pageBytes !== 0 || size < header.readUInt32BE(28) * pageBytes;
}

/** What stands at a path, or the system's code for why nobody can say. */
function look(path: string): Stats | string {
  try {
    return statSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code ?? message;
  }
}

function readStart(path: string, bytes: number): string {
  const fd = openSync(path, "r");
  try {
    const start = Buffer.alloc(bytes);
    return start.toString("latin1", 0, readSync(fd, start, 0, bytes, 0));
  } finally {
    closeSync(fd);
  }
}
