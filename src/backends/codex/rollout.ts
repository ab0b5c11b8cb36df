import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";

/** Far more than a turn's last lines take. */
const TAIL_BYTES = 256 * 1024;

/** What codex's own record of a thread says about the end of its last turn: the SDK's messages say less. */
export interface RolloutEnd {
  /** `usage_limit_exceeded`, `unauthorized` ... */
  readonly errorKind: string | null;
  readonly httpStatus: number | null;
}

/** Reads how the thread's last turn ended; null when codex has recorded no end with an error. */
export async function readRolloutEnd(codexHome: string, threadId: string): Promise<RolloutEnd | null> {
  const path = await findRollout(codexHome, threadId);
  if (path === null) return null;
  for (const line of readTail(path).split("\n").reverse()) {
    const payload = readPayload(line);
    if (payload?.type === "task_started") return null;
    if (payload?.type === "task_complete" || payload?.type === "error") {
      const found = describeError(payload.error ?? payload);
      if (found) return found;
    }
  }
  return null;
}

export async function findRollout(codexHome: string, threadId: string): Promise<string | null> {
  const sessions = join(codexHome, "sessions");
  if (!existsSync(sessions) || !/^[\w-]+$/.test(threadId)) return null;
  for await (const name of new Glob(`**/rollout-*-${threadId}.jsonl`).scan(sessions)) return join(sessions, name);
  return null;
}

function readTail(path: string): string {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(fd, tail, 0, tail.length, size - tail.length);
    return tail.toString();
  } finally {
    closeSync(fd);
  }
}

export function readPayload(line: string): Record<string, unknown> | null {
  try {
    const { payload } = JSON.parse(line) as { payload?: unknown };
    return isRecord(payload) ? payload : null;
  } catch {
    return null;
  }
}

/** `codex_error_info` is a word, or a record of one key whose value may carry the HTTP status. */
function describeError(error: unknown): RolloutEnd | null {
  if (!isRecord(error)) return null;
  const info = error.codex_error_info;
  if (typeof info === "string") return { errorKind: info, httpStatus: null };
  if (!isRecord(info)) return null;
  const [errorKind, detail] = Object.entries(info)[0] ?? [null, null];
  const status = isRecord(detail) ? detail.http_status_code : null;
  return { errorKind, httpStatus: typeof status === "number" ? status : null };
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
