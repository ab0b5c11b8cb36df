import type { Artifact } from "../artifact.ts";

/** What grouping needs to know of an artifact; contents are read again when a group is written. */
export type ArtifactHead = Pick<Artifact, "id" | "agent" | "type" | "session" | "tags" | "createdAt"> & {
  readonly ino: number;
};

/** Artifacts that become one summary, oldest first. */
export interface ArtifactGroup {
  readonly agent: string;
  readonly type: string;
  /** Sorted. */
  readonly tags: readonly string[];
  readonly members: readonly ArtifactHead[];
}

export interface GroupingRule {
  /** Artifacts of this time and older ones. */
  readonly untilMs: number;
  readonly minGroupSize: number;
}

export const SUMMARY_TYPE = "summary";

/**
 * Groups of old artifacts with the same agent, type and tags that are large enough, oldest group first. What a summary
 * rests on already (`condensed`) and summaries themselves are left out, so that a second time nothing is left to do.
 */
export function groupArtifacts(
  heads: Iterable<ArtifactHead>,
  condensed: ReadonlySet<string>,
  { untilMs, minGroupSize }: GroupingRule,
): ArtifactGroup[] {
  const groups = new Map<string, ArtifactHead[]>();
  for (const head of heads) {
    // A time that is none is not older than anything.
    const isOld = Date.parse(head.createdAt) <= untilMs;
    if (!isOld || head.type === SUMMARY_TYPE || condensed.has(head.id)) continue;
    const key = JSON.stringify([head.agent, head.type, [...head.tags].sort()]);
    const members = groups.get(key);
    if (members) members.push(head);
    else groups.set(key, [head]);
  }
  const large = [...groups.values()].filter((members) => members.length >= minGroupSize);
  return large.map(describeGroup).sort((a, b) => compareIds(a.members[0], b.members[0]));
}

function describeGroup(heads: readonly ArtifactHead[]): ArtifactGroup {
  const members = [...heads].sort(compareAge);
  const [{ agent, type, tags } = { agent: "", type: "", tags: [] }] = members;
  return { agent, type, tags: [...tags].sort(), members };
}

const compareAge = (a: ArtifactHead, b: ArtifactHead): number =>
  Date.parse(a.createdAt) - Date.parse(b.createdAt) || compareIds(a, b);

function compareIds(a: ArtifactHead | undefined, b: ArtifactHead | undefined): number {
  const [first, second] = [a?.id ?? "", b?.id ?? ""];
  return first < second ? -1 : first > second ? 1 : 0;
}
