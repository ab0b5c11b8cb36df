import { constants, Database } from "bun:sqlite";
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  constants as systemConstants,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { err, ok, type Result } from "../core/result.ts";
import { findFileFault, sizeOf } from "./file_fault.ts";
import { describeStoreError, type StoreProblem } from "./problem.ts";

const ATTEMPTS = 40;
const WAL_HEADER_BYTES = 32;
/** A file that was written this recently may be written again without its time of change telling: the clock is coarse. */
const SETTLED_MS = 20;

/**
 * Reads a database that another process may be writing, without a lock and without writing beside it. Where everything
 * stands in the main file it is read in place, which costs nothing for its size; where a WAL holds more, both are copied.
 * Either counts only if nothing moved meanwhile, so `read` may be called again. Never call it in the process that holds
 * the database: closing a file drops that process's lock.
 */
export async function readSnapshot<T>(path: string, read: (database: Database) => T): Promise<Result<T, StoreProblem>> {
  const fault = findFileFault(path);
  if (fault) return err(fault);
  let mayReadInPlace = true;
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = readMainState(path);
      if (isSettled(before)) {
        const inPlace: boolean = mayReadInPlace && sizeOf(`${path}-wal`) === 0;
        const outcome = inPlace ? readInPlace(path, before, read) : readCopy(path, before, read);
        if (outcome) return outcome;
        // Somebody writes: a long look in place would be in vain again and again.
        mayReadInPlace = !inPlace;
      }
      await Bun.sleep(5 + Math.random() * 20);
    }
    return err({ kind: "locked", path, message: "it changed each time it was read" });
  } catch (error) {
    return err(describeReadError(path, error));
  }
}

/** Null when the file was written meanwhile. The system gives no lock: `immutable` asks for none and takes in no WAL. */
function readInPlace<T>(path: string, before: FileState, read: (database: Database) => T): Result<T, never> | null {
  const address = `${pathToFileURL(path).href}?immutable=1`;
  const isUnchanged = () => isSame(before, readMainState(path));
  try {
    using database = new Database(address, constants.SQLITE_OPEN_READONLY | constants.SQLITE_OPEN_URI);
    const value = read(database);
    return isUnchanged() ? ok(value) : null;
  } catch (error) {
    // What looks broken may be two states in one.
    if (!isUnchanged()) return null;
    throw error;
  }
}

/** Null when it was checkpointed, or its WAL begun anew, while it was copied. */
function readCopy<T>(path: string, before: FileState, read: (database: Database) => T): Result<T, never> | null {
  const folder = mkdtempSync(join(tmpdir(), `codex-squad-read-${process.pid}-`));
  try {
    const copy = join(folder, "copy.db");
    const walBefore = readWalHeader(`${path}-wal`);
    // Where the file system can share blocks, copying costs nothing.
    copyFileSync(path, copy, systemConstants.COPYFILE_FICLONE);
    if (walBefore !== "") copyFileSync(`${path}-wal`, `${copy}-wal`);
    if (!isSame(before, readMainState(path)) || walBefore !== readWalHeader(`${path}-wal`)) return null;
    // The copy is ours alone: opened for writing, so that SQLite can take in what the WAL holds.
    using database = new Database(copy);
    return ok(read(database));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What changes when a checkpoint writes the main file, or when it is replaced. Appends to the WAL leave it as it is. */
interface FileState {
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
}

const readMainState = (path: string): FileState => statSync(path, { bigint: true });

const isSame = (a: FileState, b: FileState): boolean => a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs;

/** A time in the future is another clock's: nothing can be told from it. */
function isSettled({ mtimeNs }: FileState): boolean {
  const ageMs = Date.now() - Number(mtimeNs / 1_000_000n);
  return ageMs < 0 || ageMs >= SETTLED_MS;
}

/** Nothing when there is no WAL, or an empty one. */
function readWalHeader(path: string): string {
  try {
    const fd = openSync(path, "r");
    try {
      const header = Buffer.alloc(WAL_HEADER_BYTES);
      return header.toString("hex", 0, readSync(fd, header, 0, WAL_HEADER_BYTES, 0));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function describeReadError(path: string, error: unknown): StoreProblem {
  const { code = "", message, syscall } = error as NodeJS.ErrnoException;
  // The copy did not fit where temporary files go, or there is no such place.
  const where = syscall === "mkdtemp" || code === "ENOSPC" ? tmpdir() : path;
  if (code === "ENOENT" && where === path) return { kind: "store-missing", path, message: "it went away" };
  if (code === "EACCES" || code === "EPERM") return { kind: "store-unreadable", path: where, message: "no permission" };
  if (/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(code)) return { kind: "store-damaged", path, message };
  const described = describeStoreError(where, error);
  return described.kind === "unwritable" ? { ...described, kind: "store-unreadable" } : described;
}
