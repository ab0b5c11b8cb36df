import { Database } from "bun:sqlite";
import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { err, ok, type Result } from "../core/result.ts";
import type { StoreProblem } from "./problem.ts";

/** There is no such database. */
export interface StoreMissing {
  readonly kind: "store-missing";
  readonly path: string;
}

const ATTEMPTS = 40;
const WAL_HEADER_BYTES = 32;

/**
 * Reads a database that another process may be writing: copies it to a private folder when nothing moved meanwhile, and
 * opens the copy. Never call it in the process that holds the database: closing a file drops that process's lock.
 */
export async function readSnapshot<T>(
  path: string,
  read: (database: Database) => T,
): Promise<Result<T, StoreProblem | StoreMissing>> {
  if (!existsSync(path)) return err({ kind: "store-missing", path });
  let folder: string | null = null;
  try {
    folder = mkdtempSync(join(tmpdir(), `codex-squad-read-${process.pid}-`));
    const copy = join(folder, "copy.db");
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (copyWhole(path, copy)) {
        // The copy is ours alone: opened for writing, so that SQLite can take in what the WAL holds.
        const database = new Database(copy);
        try {
          return ok(read(database));
        } finally {
          database.close();
        }
      }
      await Bun.sleep(5 + Math.random() * 20);
    }
    return err({ kind: "locked", path, message: "it changed each time it was copied" });
  } catch (error) {
    return err({ kind: "unwritable", path, message: (error as Error).message });
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies the file and then its WAL; false when either was replaced, cut or checkpointed in between. */
function copyWhole(path: string, copy: string): boolean {
  rmSync(`${copy}-wal`, { force: true });
  rmSync(`${copy}-shm`, { force: true });
  const before = readState(path);
  copyFileSync(path, copy);
  try {
    copyFileSync(`${path}-wal`, `${copy}-wal`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return before === readState(path);
}

/** What changes when the main file is written or the WAL starts anew. Appends to the WAL leave it as it is. */
function readState(path: string): string {
  const { ino, size, mtimeMs } = statSync(path);
  return `${ino} ${size} ${mtimeMs} ${readWalHeader(`${path}-wal`)}`;
}

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
