import type { Database } from "bun:sqlite";

/** A file within an AgentFS database. */
export interface StoredFile {
  readonly ino: number;
  readonly path: string;
  readonly size: number;
}

const REGULAR_FILE = 0o100000;
const FILE_TYPE = 0o170000;

/** Every file below a folder (`/runs/x`), ordered by path; none when there is no such folder. */
export function listFiles(database: Database, folder: string): StoredFile[] {
  // A file that was opened for the first time a moment ago has no tables yet.
  if (!database.query("SELECT 1 FROM sqlite_master WHERE name = 'fs_data'").get()) return [];
  const parts = folder.split("/").filter((part) => part !== "");
  let ino = 1;
  for (const name of parts) {
    const entry = database
      .query<{ ino: number }, [number, string]>("SELECT ino FROM fs_dentry WHERE parent_ino = ? AND name = ?")
      .get(ino, name);
    if (!entry) return [];
    ino = entry.ino;
  }
  const root = parts.length === 0 ? "" : `/${parts.join("/")}`;
  return database
    .query<StoredFile, [number, string]>(
      `WITH RECURSIVE tree(ino, path) AS (
         SELECT ?, ? UNION ALL
         SELECT entry.ino, tree.path || '/' || entry.name FROM fs_dentry entry JOIN tree ON entry.parent_ino = tree.ino)
       SELECT ino, path, size FROM tree JOIN fs_inode USING (ino)
       WHERE (mode & ${FILE_TYPE}) = ${REGULAR_FILE} ORDER BY path`,
    )
    .all(ino, root);
}

/** The whole text of a file. */
export function readText(database: Database, { ino }: StoredFile): string {
  const chunks = database
    .query<{ data: Uint8Array }, [number]>("SELECT data FROM fs_data WHERE ino = ? ORDER BY chunk_index")
    .all(ino);
  return Buffer.concat(chunks.map(({ data }) => data)).toString("utf8");
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
