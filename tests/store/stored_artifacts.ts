import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { AgentFsDatabase } from "../../src/store/agentfs_database.ts";
import { type Artifact, artifactId, artifactPath, formatArtifact, parseArtifact } from "../../src/store/artifact.ts";
import { readAll } from "./recorded_run.ts";

/** The memory database of a project folder. */
export const memoryOf = (projectRoot: string): string => join(projectRoot, "memory/artifacts.agentfs.db");

/** An artifact as a run leaves it; its id follows from the rest. */
export function artifactOf(part: Partial<Artifact> & { readonly createdAt: string }): Artifact {
  const { agent = "planner", type = "plan", session = "demo" } = part;
  return {
    id: artifactId(part.createdAt, [session, agent, type, "1"]),
    agent,
    type,
    session,
    tags: [],
    content: `What ${agent} wrote`,
    relatedArtifacts: [],
    ...part,
  };
}

/** So many days before now, to the millisecond. */
export const daysAgo = (days: number, nowMs = Date.now()): string => new Date(nowMs - days * 86_400_000).toISOString();

/**
 * Puts artifacts into a memory database. The engine makes it; the rows come from plain SQLite, so that ten thousand take
 * no time, and a reader proves that it does not depend on who wrote them.
 */
export async function storeArtifacts(path: string, artifacts: readonly Artifact[]): Promise<void> {
  const [first, ...rest] = artifacts;
  if (!first) return;
  mkdirSync(dirname(path), { recursive: true });
  const engine = await AgentFsDatabase.open(path);
  const job = { kind: "put", database: "memory", seq: 1, path: artifactPath(first.id), content: formatArtifact(first) };
  await engine.commit([job as never], null);
  await engine.close();
  const database = new Database(path);
  const folder = database.query("SELECT ino FROM fs_dentry WHERE name = 'artifacts'").get() as { ino: number };
  const addInode = database.query(
    "INSERT INTO fs_inode (mode, nlink, size, atime, mtime, ctime) VALUES (33188, 1, ?, 1, 1, 1) RETURNING ino",
  );
  const addEntry = database.query("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES (?, ?, ?)");
  const addChunk = database.query("INSERT INTO fs_data (ino, chunk_index, data) VALUES (?, ?, ?)");
  database.transaction(() => {
    for (const artifact of rest) {
      const bytes = Buffer.from(formatArtifact(artifact));
      const { ino } = addInode.get(bytes.length) as { ino: number };
      addEntry.run(`${artifact.id}.json`, folder.ino, ino);
      for (let start = 0; start < bytes.length; start += 4096) {
        addChunk.run(ino, start / 4096, bytes.subarray(start, start + 4096));
      }
    }
  })();
  database.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
  database.close();
}

/** Every artifact of a database, oldest first, read with plain SQLite. Only when nobody holds it. */
export const listArtifacts = (path: string): Artifact[] =>
  Object.entries(readAll(path))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, text]) => parseArtifact(text) ?? []);
