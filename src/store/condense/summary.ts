import { type Artifact, artifactId } from "../artifact.ts";
import { extract } from "./extract.ts";
import { type ArtifactGroup, SUMMARY_TYPE } from "./group.ts";

/** Longest content of a summary, its head included. */
export const SUMMARY_LIMIT_BYTES = 16 * 1024;

/** What each part may take of it. */
const SHARE_BYTES = { headings: 600, about: 5400, decisions: 4000, files: 2000, questions: 3000 } as const;
const SESSIONS_SHOWN = 8;

/**
 * The summary of a group with a given text. Everything but the text follows from the group alone: whoever summarises the
 * same artifacts writes the same file.
 */
export function makeSummary(group: ArtifactGroup, text: string): Artifact {
  const { agent, type, tags, members } = group;
  const ids = members.map(({ id }) => id);
  const createdAt = new Date(members.at(-1)?.createdAt ?? 0).toISOString();
  const sessions = new Set(members.map(({ session }) => session));
  const [session = ""] = sessions.size === 1 ? sessions : [];
  const mark = Bun.SHA256.hash(ids.join("\n"), "hex").slice(0, 12);
  const head = writeHead(group, sessions);
  return {
    id: artifactId(createdAt, [SUMMARY_TYPE, agent, type, mark]),
    agent,
    type: SUMMARY_TYPE,
    session,
    tags: [...tags.filter((tag) => tag !== SUMMARY_TYPE), SUMMARY_TYPE],
    createdAt,
    content: cutBytes(`${head}\n\n${text.trim()}\n`, SUMMARY_LIMIT_BYTES),
    relatedArtifacts: ids,
  };
}

function writeHead({ agent, type, members }: ArtifactGroup, sessions: ReadonlySet<string>): string {
  const day = (at: string | undefined) => at?.slice(0, 10) ?? "";
  const [from, to] = [day(members[0]?.createdAt), day(members.at(-1)?.createdAt)];
  const shown = [...sessions].slice(-SESSIONS_SHOWN).reverse();
  const more = sessions.size > shown.length ? ` and ${sessions.size - shown.length} more` : "";
  const what = `${members.length} ${members.length === 1 ? "artifact" : "artifacts"} of type ${type}`;
  return `# ${agent}: ${what}, ${from === to ? from : `${from} to ${to}`}\nSessions: ${shown.join(", ")}${more}`;
}

/** A group's text made by extraction, newest first: `read` gives the content of each of its members. */
export function writeExtracts({ members }: ArtifactGroup, read: (ino: number) => string): string {
  const about: string[] = [];
  const decisions = new Set<string>();
  const questions = new Set<string>();
  const headings = new Map<string, number>();
  const files = new Map<string, number>();
  for (const { ino, session, createdAt } of members.toReversed()) {
    const found = extract(read(ino));
    if (found.about !== "") about.push(`${createdAt.slice(0, 10)} ${session}: ${found.about}`);
    for (const line of found.decisions) decisions.add(line);
    for (const line of found.questions) questions.add(line);
    for (const heading of new Set(found.headings)) headings.set(heading, (headings.get(heading) ?? 0) + 1);
    for (const path of found.files) files.set(path, (files.get(path) ?? 0) + 1);
  }
  return [
    writeList("Headings", countOften(headings), SHARE_BYTES.headings),
    writeList("What they are about", about, SHARE_BYTES.about),
    writeList("Decisions", [...decisions], SHARE_BYTES.decisions),
    writeList("Files", countOften(files), SHARE_BYTES.files),
    writeList("Open questions", [...questions], SHARE_BYTES.questions),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The most frequent first, with how often where that is more than once. */
function countOften(counts: ReadonlyMap<string, number>): string[] {
  const often = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return often.map(([what, count]) => (count > 1 ? `${what} (${count} times)` : what));
}

/** As many entries as have room, and how many more there are. */
function writeList(title: string, entries: readonly string[], limitBytes: number): string {
  if (entries.length === 0) return "";
  const lines: string[] = [];
  let bytes = 0;
  for (const entry of entries) {
    bytes += Buffer.byteLength(entry) + 3;
    if (bytes > limitBytes) break;
    lines.push(`- ${entry}`);
  }
  const more = entries.length - lines.length;
  return [`## ${title}`, ...lines, ...(more > 0 ? [`- ... and ${more} more`] : [])].join("\n");
}

/** Cuts at the end of a line, and says so. */
function cutBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  const note = "\n[the rest is left out]\n";
  const kept = Buffer.from(text).subarray(0, limit - note.length);
  const end = kept.lastIndexOf(10);
  return `${(end > limit / 2 ? kept.subarray(0, end) : kept).toString("utf8").replace(/\uFFFD$/, "")}${note}`;
}
