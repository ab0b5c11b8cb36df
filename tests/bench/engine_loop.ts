import { ensureNativeLibrary } from "../../src/store/native_library.ts";

export interface EngineLoop {
  readonly path: string;
  readonly files: number;
  readonly bytes: number;
  readonly commits: number;
  readonly events: number;
}

const CHUNK_BYTES = 4096;

/**
 * The recorder's writes without the recorder: as many commits as it made, in each as many bytes for every file, in the
 * same rows of the same engine, statements prepared once. Gives events a second.
 */
export async function writeWithEngineAlone({ path, files, bytes, commits, events }: EngineLoop): Promise<number> {
  await ensureNativeLibrary();
  const { Database } = await import("@tursodatabase/database");
  const database = new Database(path);
  await database.connect();
  await database.exec(`
    CREATE TABLE chunk (ino INTEGER NOT NULL, place INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (ino, place));
    CREATE TABLE inode (ino INTEGER PRIMARY KEY, size INTEGER NOT NULL);
    CREATE TABLE position (name TEXT PRIMARY KEY, seq INTEGER NOT NULL);
  `);
  const putChunk = await database.prepare("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?)");
  const putInode = await database.prepare("INSERT OR REPLACE INTO inode VALUES (?, ?)");
  const putPosition = await database.prepare("INSERT OR REPLACE INTO position VALUES ('at', ?)");
  const share = bytes / files / commits;
  const content = Buffer.alloc(CHUNK_BYTES, "x");
  const beganMs = performance.now();
  for (let commit = 0; commit < commits; commit++) {
    const [from, to] = [Math.floor(share * commit), Math.floor(share * (commit + 1))];
    await database.exec("BEGIN IMMEDIATE");
    for (let file = 1; file <= files; file++) {
      // A chunk that an earlier commit has begun is written again with what is new in it.
      for (let place = Math.floor(from / CHUNK_BYTES); place * CHUNK_BYTES < to; place++) {
        await putChunk.run(file, place, content.subarray(0, Math.min(CHUNK_BYTES, to - place * CHUNK_BYTES)));
      }
      await putInode.run(file, to);
    }
    await putPosition.run(commit);
    await database.exec("COMMIT");
  }
  await (await database.prepare("PRAGMA wal_checkpoint(TRUNCATE)")).all();
  await database.close();
  return events / ((performance.now() - beganMs) / 1000);
}
