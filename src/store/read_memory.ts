import { err, ok, type Result } from "../core/result.ts";
import { compareNewest, listFiles, readText } from "./agentfs_file.ts";
import { ARTIFACTS_FOLDER, type Artifact, parseArtifact } from "./artifact.ts";
import type { StoreProblem } from "./problem.ts";
import { readSnapshot } from "./snapshot.ts";

/** Which artifacts are wanted; what is left out does not matter. */
export interface ArtifactFilter {
  readonly agent?: string | null;
  readonly type?: string | null;
  readonly tag?: string | null;
  readonly session?: string | null;
  /** Not older than this time. */
  readonly sinceMs?: number | null;
  readonly limit?: number | null;
}

/** Artifacts of a memory database, newest first, also while somebody writes it; none where there is no file yet. */
export async function readArtifacts(
  path: string,
  filter: ArtifactFilter = {},
): Promise<Result<Artifact[], StoreProblem>> {
  const outcome = await readSnapshot(path, (database) => {
    const found: Artifact[] = [];
    for (const file of listFiles(database, ARTIFACTS_FOLDER).sort(compareNewest)) {
      if (found.length >= (filter.limit ?? Number.POSITIVE_INFINITY)) break;
      const artifact = parseArtifact(readText(database, file));
      if (artifact && fits(artifact, filter)) found.push(artifact);
    }
    return found;
  });
  if (outcome.ok) return outcome;
  return outcome.error.kind === "store-missing" ? ok([]) : err(outcome.error);
}

function fits(artifact: Artifact, { agent, type, tag, session, sinceMs }: ArtifactFilter): boolean {
  return (
    (!agent || artifact.agent === agent) &&
    (!type || artifact.type === type) &&
    (!tag || artifact.tags.includes(tag)) &&
    (!session || artifact.session === session) &&
    (sinceMs == null || Date.parse(artifact.createdAt) >= sinceMs)
  );
}
