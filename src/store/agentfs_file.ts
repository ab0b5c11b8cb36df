import type { Database } from "bun:sqlite";
import { err, type Result } from "../core/result.ts";
import { hasOwner } from "./marks.ts";
import type { StoreProblem } from "./problem.ts";
import { readSnapshot } from "./snapshot.ts";

/** A place within an AgentFS database. The root's inode is 1. */
export interface Inode {
  readonly ino: number;
  readonly path: string;
}

export interface StoredFile extends Inode {
  readonly size: number;
}

const REGULAR_FILE = 0o100000;
const FILE_TYPE = 0o170000;

/** Tables of AgentFS. In a database that is half made, some of them are not there yet. */
const TABLES: ReadonlySet<string> = new Set([
  "fs_config",
  "fs_inode",
  "fs_dentry",
  "fs_data",
  "fs_symlink",
  "kv_store",
  "tool_calls",
]);

/** What the engine makes for itself; SQLite's own are left out by name. */
const ENGINE_TABLES = "__turso_internal_";

/** Reads an AgentFS database from a snapshot; anything else is refused. `read` may be called again. */
export async function readAgentFs<T>(path: string, read: (database: Database) => T): Promise<Result<T, StoreProblem>> {
  const outcome = await readSnapshot(path, (database) => findTableFault(database, path) ?? { value: read(database) });
  if (!outcome.ok) return outcome;
  return "kind" in outcome.value ? err(outcome.value) : { ok: true, value: outcome.value.value };
}

/** Why a database is not AgentFS's, by its tables. */
export function findTableFault(database: Database, path: string): StoreProblem | null {
  const tables = database
    .query<{ name: string }, []>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .all()
    .map(({ name }) => name);
  if (tables.includes("fs_data")) return findColumnFault(database, path);
  const message = "it is another program's SQLite database";
  const isForeign = (name: string) => !TABLES.has(name) && !name.startsWith(ENGINE_TABLES);
  if (tables.some(isForeign)) return { kind: "store-unfit", path, message };
  // Somebody is just making it, or died while making it.
  return tables.length > 0 || hasOwner(path) ? null : { kind: "store-empty", path, message: "it has no tables" };
}

/** The first AgentFS kept a file's pieces and links in another way; later ones only added columns. */
function findColumnFault(database: Database, path: string): StoreProblem | null {
  for (const [table, column] of NEEDED_COLUMNS) {
    const columns = database.query<{ name: string }, [string]>("SELECT name FROM pragma_table_info(?)").all(table);
    // A table that is not there yet is about to be made.
    if (columns.length === 0 || columns.some(({ name }) => name === column)) continue;
    return { kind: "store-unfit", path, message: `its tables are of a version too old: ${table} has no ${column}` };
  }
  return null;
}

const NEEDED_COLUMNS = [
  ["fs_data", "chunk_index"],
  ["fs_inode", "nlink"],
] as const;

/** Every file below a folder (`/runs/x`), ordered by path; none when there is no such folder. */
export function listFiles(database: Database, folder: string): StoredFile[] {
  const found = findInode(database, folder);
  if (!found) return [];
  return database
    .query<StoredFile, [number, string]>(
      `WITH RECURSIVE tree(ino, path) AS (
         SELECT ?, ? UNION ALL
         SELECT entry.ino, tree.path || '/' || entry.name FROM fs_dentry entry JOIN tree ON entry.parent_ino = tree.ino)
       SELECT ino, path, size FROM tree JOIN fs_inode USING (ino)
       WHERE (mode & ${FILE_TYPE}) = ${REGULAR_FILE} ORDER BY path`,
    )
    .all(found.ino, found.path);
}

/**
 * The files of one folder whose names begin with `<time>__`, newest first, those of one millisecond in the opposite order
 * of their making. They are looked up as they are asked for: the first few cost the same among any number.
 */
export function* iterateNewest(database: Database, folder: string): Generator<StoredFile> {
  const found = findInode(database, folder);
  if (!found) return;
  // Prepared, not taken from the cache: whoever takes only a few leaves it in the midst of its rows.
  using statement = database.prepare<StoredFile, [string, number]>(
    `SELECT entry.ino, ? || '/' || entry.name AS path, size FROM fs_dentry entry JOIN fs_inode inode USING (ino)
     WHERE parent_ino = ? AND (mode & ${FILE_TYPE}) = ${REGULAR_FILE} ORDER BY entry.name DESC`,
  );
  let together: StoredFile[] = [];
  for (const row of statement.iterate(found.path, found.ino)) {
    if (together[0] && readStamp(together[0].path) !== readStamp(row.path)) {
      yield* together.sort(compareNewest);
      together = [];
    }
    together.push(row);
  }
  yield* together.sort(compareNewest);
}

/** The whole text of a file. */
export function readText(database: Database, { ino }: Inode): string {
  const chunks = database
    .query<{ data: Uint8Array }, [number]>("SELECT data FROM fs_data WHERE ino = ? ORDER BY chunk_index")
    .all(ino);
  return Buffer.concat(chunks.map(({ data }) => data)).toString("utf8");
}

/** The beginning of a file, some 4 KB: cheaper than all of it. */
export function readFirstChunk(database: Database, { ino }: Inode): Buffer {
  const chunk = database
    .query<{ data: Uint8Array }, [number]>("SELECT data FROM fs_data WHERE ino = ? AND chunk_index = 0")
    .get(ino);
  return Buffer.from(chunk?.data ?? []);
}

/** Newest first, for files whose names begin with `<time>__`; those of one millisecond in the order they were made. */
export function compareNewest(a: StoredFile, b: StoredFile): number {
  const [stampA, stampB] = [readStamp(a.path), readStamp(b.path)];
  return stampA < stampB ? 1 : stampA > stampB ? -1 : b.ino - a.ino;
}

function readStamp(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.slice(0, Math.max(0, name.indexOf("__")));
}

/** What stands at a path, file or folder, with its path in plain form; null for nothing. */
export function findInode(database: Database, path: string): Inode | null {
  // A file that was opened for the first time a moment ago has no tables yet.
  if (!database.query("SELECT 1 FROM sqlite_master WHERE name = 'fs_data'").get()) return null;
  const parts = path.split("/").filter((part) => part !== "");
  let ino = 1;
  for (const name of parts) {
    const entry = database
      .query<{ ino: number }, [number, string]>("SELECT ino FROM fs_dentry WHERE parent_ino = ? AND name = ?")
      .get(ino, name);
    if (!entry) return null;
    ino = entry.ino;
  }
  return { ino, path: parts.length === 0 ? "" : `/${parts.join("/")}` };
}
