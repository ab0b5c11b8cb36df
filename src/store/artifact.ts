import { cleanPart, fileStamp } from "./names.ts";

/** Folder of all artifacts in the memory database. */
export const ARTIFACTS_FOLDER = "/memory/artifacts";

/** One remembered text, as it stands in `/memory/artifacts/<timestamp>__<slug>.json`. Scripts rely on these fields. */
export interface Artifact {
  /** The file's name without `.json`. */
  readonly id: string;
  readonly agent: string;
  /** `plan`, `follow-up`, `repair`, `work`, `interrupt` or `summary`. */
  readonly type: string;
  readonly session: string;
  readonly tags: readonly string[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly content: string;
  /** Ids of the artifacts that this one rests on. */
  readonly relatedArtifacts: readonly string[];
}

/** The id of an artifact: sorts by time, and is the same whenever it is made from the same event. */
export function artifactId(createdAt: string, slug: readonly string[]): string {
  return `${fileStamp(createdAt)}__${slug.map(cleanPart).join("-")}`;
}

/** Where an artifact stands in the memory database. */
export const artifactPath = (id: string): string => `${ARTIFACTS_FOLDER}/${id}.json`;

/** The text of an artifact's file. */
export const formatArtifact = (artifact: Artifact): string => `${JSON.stringify(artifact, null, 2)}\n`;

/** An artifact from its file; null for what is none. */
export function parseArtifact(text: string): Artifact | null {
  try {
    const value = JSON.parse(text) as Partial<Artifact>;
    const { id, agent, type, createdAt, content, session, tags, relatedArtifacts } = value;
    const whole = [id, agent, type, createdAt, content].every((field) => typeof field === "string");
    if (!whole) return null;
    return {
      ...(value as Artifact),
      session: typeof session === "string" ? session : "",
      tags: listTexts(tags),
      relatedArtifacts: listTexts(relatedArtifacts),
    };
  } catch {
    return null;
  }
}

const listTexts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
