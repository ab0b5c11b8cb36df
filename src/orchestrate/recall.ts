import { err, ok, type Result } from "../core/result.ts";
import type { EventDraft } from "../events/event.ts";
import type { Artifact } from "../store/artifact.ts";
import { readArtifacts } from "../store/read_memory.ts";

/** What earlier runs may take of a prompt: about 4,000 tokens at four bytes each. */
const RECALL_LIMIT_BYTES = 16 * 1024;
const SUMMARY_LIMIT_BYTES = 4 * 1024;
const ANSWER_LIMIT_BYTES = 1536;
/** Looked through, the newest first. */
const MOST_ARTIFACTS = 400;
const MOST_SUMMARIES = 20;
/** An answer in its final form; outlines and interrupts teach nobody. */
const FINAL: ReadonlySet<string> = new Set(["follow-up", "repair", "work"]);

type Recalled = Extract<EventDraft, { type: "memory.recalled" }>;

/**
 * What earlier runs in this folder have left, for the prompts of a new one: summaries first, then final answers, the
 * newest first, within a budget. Null when there is nothing; the error is one line.
 */
export async function recallMemory(path: string, session: string): Promise<Result<Recalled | null, string>> {
  // A summary carries the date of what it sums up: it need not be among the newest.
  const summaries = await readArtifacts(path, { type: "summary", limit: MOST_SUMMARIES });
  const newest = await readArtifacts(path, { limit: MOST_ARTIFACTS });
  if (!summaries.ok || !newest.ok) {
    const message = !summaries.ok ? summaries.error.message : newest.ok ? "" : newest.error.message;
    return err(`the memory of earlier runs cannot be read (${path}: ${message})`);
  }
  const found = [...summaries.value, ...newest.value.filter(({ type }) => type !== "summary")];
  return ok(selectMemory(found.filter((artifact) => artifact.session !== session)));
}

/** Chooses among artifacts that come newest first. Pure. */
export function selectMemory(artifacts: readonly Artifact[]): Recalled | null {
  const summaries = artifacts.filter(({ type }) => type === "summary");
  const answers = artifacts.filter(({ type, content }) => FINAL.has(type) && !isBlueprint(content));
  const chosen: Artifact[] = [];
  const texts: string[] = [];
  let left = RECALL_LIMIT_BYTES;
  for (const artifact of [...summaries, ...answers]) {
    const limit = artifact.type === "summary" ? SUMMARY_LIMIT_BYTES : ANSWER_LIMIT_BYTES;
    const text = tell(artifact, limit);
    const bytes = Buffer.byteLength(text);
    if (bytes > left) break;
    left -= bytes;
    texts.push(text);
    chosen.push(artifact);
  }
  if (chosen.length === 0) return null;
  return {
    type: "memory.recalled",
    text: texts.join("\n\n"),
    artifacts: chosen.map(({ id, agent, session }) => ({ id, agent, session })),
  };
}

function tell({ createdAt, session, agent, content }: Artifact, limitBytes: number): string {
  const bytes = Buffer.from(content.trim());
  const head = new TextDecoder().decode(bytes.subarray(0, limitBytes), { stream: true });
  const rest = bytes.length > limitBytes ? "\n[cut here; `memory inspect --content` has the whole]" : "";
  return `## ${agent}, ${createdAt.slice(0, 10)}${session === "" ? "" : `, run ${session}`}\n\n${head}${rest}`;
}

/** It told agents of that run what to do, and is of no use to those of this one. */
function isBlueprint(content: string): boolean {
  if (!content.includes('"agents"')) return false;
  try {
    return Array.isArray((JSON.parse(content) as { agents?: unknown }).agents);
  } catch {
    return false;
  }
}
