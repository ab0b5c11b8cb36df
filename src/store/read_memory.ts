import type { Database } from "bun:sqlite";
import { err, ok, type Result } from "../core/result.ts";
import { findInode, type Inode, iterateNewest, readAgentFs, readFirstChunk, readText } from "./agentfs_file.ts";
import { ARTIFACTS_FOLDER, type Artifact, artifactPath, parseArtifact } from "./artifact.ts";
import type { StoreProblem } from "./problem.ts";
import { findText } from "./search_text.ts";

/** Which artifacts are wanted; what is left out does not matter. */
export interface ArtifactFilter {
  readonly agent?: string | null;
  readonly type?: string | null;
  readonly tag?: string | null;
  readonly session?: string | null;
  /** Not older than this time. */
  readonly sinceMs?: number | null;
  /** Stands somewhere in the content; upper and lower case are the same. */
  readonly search?: string | null;
  readonly limit?: number | null;
}

/** Artifacts of a memory database, newest first, also while somebody writes it; none where nothing is recorded yet. */
export async function readArtifacts(
  path: string,
  filter: ArtifactFilter = {},
): Promise<Result<Artifact[], StoreProblem>> {
  const limit = filter.limit ?? Number.POSITIVE_INFINITY;
  const outcome = await readAgentFs(path, (database) => {
    const found: Artifact[] = [];
    if (limit <= 0) return found;
    for (const file of iterateNewest(database, ARTIFACTS_FOLDER)) {
      if (!mayFit(database, file, filter)) continue;
      const artifact = parseArtifact(readText(database, file));
      if (artifact && fits(artifact, filter) && found.push(artifact) >= limit) break;
    }
    return found;
  });
  return outcome.ok ? outcome : noneYet(outcome.error);
}

/**
 * The artifacts that one rests on, newest first: of a summary, what it was made from. Null when there is none of that id;
 * those that are gone are left out.
 */
export async function readRelated(
  path: string,
  id: string,
  filter: ArtifactFilter = {},
): Promise<Result<Artifact[] | null, StoreProblem>> {
  const outcome = await readAgentFs(path, (database) => {
    const from = readArtifact(database, id);
    if (!from) return null;
    const related = from.relatedArtifacts.flatMap((other) => readArtifact(database, other) ?? []);
    return related
      .filter((artifact) => fits(artifact, filter))
      .sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0))
      .slice(0, filter.limit ?? related.length);
  });
  return outcome.ok ? outcome : isNothingYet(outcome.error) ? ok(null) : err(outcome.error);
}

function readArtifact(database: Database, id: string): Artifact | null {
  const inode = findInode(database, artifactPath(id));
  return inode && parseArtifact(readText(database, inode));
}

const isNothingYet = ({ kind }: StoreProblem): boolean => kind === "store-missing" || kind === "store-empty";

const noneYet = (problem: StoreProblem): Result<never[], StoreProblem> =>
  isNothingYet(problem) ? ok([]) : err(problem);

/**
 * Whether it is worth reading and parsing: what is looked for stands in the text as JSON spells it, and in one of ours
 * before the content. Escapes of characters that need none are nobody's habit, but possible.
 */
function mayFit(database: Database, file: Inode, { agent, type, tag, session }: ArtifactFilter): boolean {
  const wanted = [agent, type, tag, session].filter((value) => value != null && value !== "");
  if (wanted.length === 0) return true;
  const start = readFirstChunk(database, file).toString("utf8");
  const head = start.slice(0, Math.max(0, start.indexOf('"content":')));
  if (!HEAD_FIELDS.every((field) => head.includes(field)) || /\\[u/]/.test(head)) return true;
  return wanted.every((value) => head.includes(JSON.stringify(value)));
}

const HEAD_FIELDS = ['"agent":', '"type":', '"session":', '"tags":'];

function fits(artifact: Artifact, { agent, type, tag, session, sinceMs, search }: ArtifactFilter): boolean {
  return (
    (!agent || artifact.agent === agent) &&
    (!type || artifact.type === type) &&
    (!tag || artifact.tags.includes(tag)) &&
    (!session || artifact.session === session) &&
    (sinceMs == null || Date.parse(artifact.createdAt) >= sinceMs) &&
    (!search || findText(artifact.content, search) !== null)
  );
}
