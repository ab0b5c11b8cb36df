import { readFileSync } from "node:fs";
import type { Usage } from "../../core/usage.ts";
import type { ThreadRecord } from "../backend.ts";
import { findRollout, isRecord, readPayload } from "./rollout.ts";

/** What codex has kept of a thread in its own home; null when there is no such thread there. */
export async function readThread(codexHome: string, threadId: string): Promise<ThreadRecord | null> {
  const path = await findRollout(codexHome, threadId);
  if (path === null) return null;
  try {
    return foldRollout(readFileSync(path, "utf8").split("\n"));
  } catch {
    return null;
  }
}

const TURN_LINE = /"type":"(task_started|task_complete|turn_aborted|token_count|item_completed)"/;

/** Folds the lines of a rollout. Those that say nothing of a turn's begin or end are not even parsed. */
export function foldRollout(lines: readonly string[]): ThreadRecord {
  let endedTurns = 0;
  let isPrompted = false;
  let lastEnd: ThreadRecord["lastEnd"] = null;
  let threadUsage: Usage | null = null;
  let startedAtMs = 0;
  for (const line of lines) {
    if (!TURN_LINE.test(line)) continue;
    const payload = readPayload(line);
    if (payload?.type === "token_count") threadUsage = readUsage(payload) ?? threadUsage;
    if (payload?.type === "task_started" || payload?.type === "turn_aborted") lastEnd = null;
    if (payload?.type === "task_started") startedAtMs = readTime(line);
    if (isRecord(payload?.item) && payload.item.type === "UserMessage") isPrompted = true;
    if (payload?.type !== "task_complete") continue;
    const { last_agent_message: text, error } = payload;
    if (typeof text !== "string" || isRecord(error) || threadUsage === null) continue;
    endedTurns += 1;
    isPrompted = false;
    lastEnd = { text, threadUsage, durationMs: Math.max(0, readTime(line) - startedAtMs) };
  }
  return { endedTurns, isPrompted, lastEnd };
}

function readTime(line: string): number {
  const timestamp = /"timestamp":"([^"]+)"/.exec(line)?.[1];
  const atMs = Date.parse(timestamp ?? "");
  return Number.isNaN(atMs) ? 0 : atMs;
}

function readUsage(payload: Record<string, unknown>): Usage | null {
  const info = payload.info;
  const total = isRecord(info) ? info.total_token_usage : null;
  if (!isRecord(total)) return null;
  const count = (name: string): number => (typeof total[name] === "number" ? total[name] : 0);
  return {
    input: count("input_tokens"),
    cachedInput: count("cached_input_tokens"),
    output: count("output_tokens"),
    reasoning: count("reasoning_output_tokens"),
  };
}
