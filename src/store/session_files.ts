import type { Database } from "bun:sqlite";
import type { EventOf } from "../events/event.ts";
import { listFiles, type StoredFile } from "./agentfs_file.ts";
import { ARTIFACTS_FOLDER, parseArtifact } from "./artifact.ts";
import type { DatabaseName } from "./job.ts";
import { cleanPart } from "./names.ts";
import { RECORDING_KEYS, recordingKey } from "./recording.ts";

/** A file as it stands in a database, byte for byte. */
export interface SessionFile {
  readonly path: string;
  readonly content: Buffer;
  /** False where another session may have left it: their names meet, or it says so itself. */
  readonly own: boolean;
}

/** Folder of a session in the action log. */
export const actionsFolder = (first: EventOf<"run.started">): string =>
  `/runs/${cleanPart(first.settings.agentfsSession ?? first.session)}`;

/** How far a journal is recorded in a database; null when it never was. */
export function readRecordedSeq(database: Database, first: EventOf<"run.started">): number | null {
  if (!hasTable(database, "kv_store")) return null;
  const query = database.query<{ value: string }, [string]>("SELECT value FROM kv_store WHERE key = ?");
  const seq = Number(query.get(recordingKey(first))?.value);
  return Number.isInteger(seq) ? seq : null;
}

/** Whether another journal has left files where this one's are: sessions of one name in a database that projects share. */
export function hasNamesakes(database: Database, first: EventOf<"run.started">): boolean {
  if (!hasTable(database, "kv_store")) return false;
  const prefix = `${RECORDING_KEYS}${first.session}:`;
  const query = database.query<{ key: string }, [string, string]>(
    "SELECT key FROM kv_store WHERE key <> ? AND substr(key, 1, length(?2)) = ?2 LIMIT 1",
  );
  return query.get(recordingKey(first), prefix) !== null;
}

/**
 * The files of a session in one of the two databases, ordered by path: all below its folder in the action log; in the
 * memory its artifacts, but for summaries, which come from no journal. Each is handed to `take` and let go of.
 */
export function readSessionFiles<T>(
  database: Database,
  name: DatabaseName,
  first: EventOf<"run.started">,
  take: (file: SessionFile) => T,
): T[] {
  const { session } = first;
  if (name === "actions") {
    const files = listFiles(database, actionsFolder(first));
    return files.map((file) => {
      const content = readContent(database, file);
      return take({ path: file.path, content, own: !file.path.endsWith(".json") || nameSession(content) === session });
    });
  }
  return listCandidates(database, session).map((file) => {
    const content = readContent(database, file);
    const artifact = parseArtifact(content.toString("utf8"));
    return take({ path: file.path, content, own: artifact?.session === session && artifact.type !== "summary" });
  });
}

/** Artifacts that may be a session's, by their names or by what stands at their beginnings. */
function listCandidates(database: Database, session: string): readonly StoredFile[] {
  const files = listFiles(database, ARTIFACTS_FOLDER);
  if (files.length === 0) return [];
  const naming = database
    .query<{ ino: number }, [string]>(
      "SELECT ino FROM fs_data WHERE chunk_index = 0 AND instr(CAST(data AS BLOB), CAST(? AS BLOB)) > 0",
    )
    .all(`"session": ${JSON.stringify(session)}`);
  const named = new Set(naming.map(({ ino }) => ino));
  const slug = `__${cleanPart(session)}-`;
  return files.filter((file) => named.has(file.ino) || file.path.includes(slug));
}

function nameSession(content: Buffer): unknown {
  try {
    return (JSON.parse(content.toString("utf8")) as { session?: unknown } | null)?.session;
  } catch {
    return undefined;
  }
}

function readContent(database: Database, { ino }: StoredFile): Buffer {
  const chunks = database
    .query<{ data: Uint8Array }, [number]>("SELECT data FROM fs_data WHERE ino = ? ORDER BY chunk_index")
    .all(ino);
  const [only, ...more] = chunks;
  return only && more.length === 0 ? Buffer.from(only.data) : Buffer.concat(chunks.map(({ data }) => data));
}

function hasTable(database: Database, name: string): boolean {
  return database.query("SELECT 1 FROM sqlite_master WHERE name = ?").get(name) !== null;
}
