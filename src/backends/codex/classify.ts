import type { TurnFailure, TurnFailureKind } from "../../core/failure.ts";
import type { RolloutEnd } from "./rollout.ts";

/** Everything that is known of a turn that did not end well. */
export interface TurnEvidence {
  /** Of `turn.failed`; null when codex ended without it. */
  readonly failedMessage: string | null;
  /** What the SDK threw: how the process ended, and its standard error. */
  readonly thrown: string | null;
  readonly rollout: RolloutEnd | null;
  /** Codex has tried again by itself. */
  readonly retried: boolean;
}

export interface ClassifiedFailure {
  readonly failure: TurnFailure;
  readonly retryAfterMs?: number;
}

/** A first pause where nobody named one; the caller lengthens it. */
const RETRY_AFTER_DEATH_MS = 500;
const RETRY_AFTER_RATE_LIMIT_MS = 2000;

/** What kind of failure it was, and whether the caller may try once more. */
export function classifyFailure(evidence: TurnEvidence): ClassifiedFailure {
  const { failedMessage } = evidence;
  if (failedMessage === null) return classifyDeath(evidence.thrown ?? "");
  const kind = kindOfRollout(evidence.rollout) ?? kindOfMessage(failedMessage);
  const failure: TurnFailure = { kind, message: plainMessage(failedMessage) };
  // Without Retry-After codex gives up at the first 429; with it, it has waited and tried already.
  return kind === "rate-limited" && !evidence.retried
    ? { failure, retryAfterMs: RETRY_AFTER_RATE_LIMIT_MS }
    : { failure };
}

const KINDS: Readonly<Record<string, TurnFailureKind>> = {
  usage_limit_exceeded: "quota",
  rate_limit_exceeded: "rate-limited",
  internal_server_error: "server-error",
  server_overloaded: "server-error",
  unauthorized: "unauthorized",
  bad_request: "bad-request",
  context_window_exceeded: "bad-request",
};

function kindOfRollout(end: RolloutEnd | null): TurnFailureKind | null {
  if (end === null) return null;
  if (end.httpStatus !== null) return kindOfStatus(end.httpStatus);
  if (end.errorKind === "http_connection_failed") return "unreachable";
  if (end.errorKind?.startsWith("response_stream_")) return "stream-cut";
  return (end.errorKind === null ? undefined : KINDS[end.errorKind]) ?? null;
}

function kindOfStatus(status: number): TurnFailureKind | null {
  if (status === 429) return "rate-limited";
  if (status === 401 || status === 403) return "unauthorized";
  if (status >= 500) return "server-error";
  return status >= 400 ? "bad-request" : null;
}

const MESSAGES: readonly (readonly [RegExp, TurnFailureKind])[] = [
  [/quota exceeded|usage limit/i, "quota"],
  [/rate limit|too many requests/i, "rate-limited"],
  [/experiencing high demand/i, "server-error"],
  [/stream disconnected|stream closed|idle timeout/i, "stream-cut"],
  [/connection failed|error sending request/i, "unreachable"],
  [/ran out of room|invalid_request_error|context window/i, "bad-request"],
];

function kindOfMessage(message: string): TurnFailureKind {
  const status = Number(/(?:unexpected|last) status:? (\d{3})/.exec(message)?.[1]);
  const byStatus = Number.isNaN(status) ? null : kindOfStatus(status);
  return byStatus ?? MESSAGES.find(([pattern]) => pattern.test(message))?.[1] ?? "unknown";
}

/** A refusal comes as the API's JSON in place of a sentence. */
function plainMessage(message: string): string {
  try {
    const inner = (JSON.parse(message) as { error?: { message?: unknown } }).error?.message;
    if (typeof inner === "string" && inner !== "") return inner;
  } catch {
    // A sentence.
  }
  return message;
}

/** Exit codes of a program that refuses to run; others, and signals, mean that it died of something. */
const REFUSALS: ReadonlySet<number> = new Set([1, 2, 126, 127]);

function classifyDeath(thrown: string): ClassifiedFailure {
  const [, signal] = /exited with signal (\w+)/.exec(thrown) ?? [];
  const code = Number(/exited with code (\d+)/.exec(thrown)?.[1]);
  const detail = lastLine(thrown);
  if (/active writer/.test(thrown)) {
    const message = "another codex still works on this thread";
    return { failure: { kind: "backend-died", message }, retryAfterMs: RETRY_AFTER_DEATH_MS };
  }
  if (REFUSALS.has(code))
    return { failure: { kind: "unknown", message: detail || `codex ended with exit code ${code}` } };
  const how = signal !== undefined ? `signal ${signal}` : Number.isNaN(code) ? detail : `exit code ${code}`;
  return {
    failure: { kind: "backend-died", message: `codex died${how === "" ? "" : ` (${how})`}` },
    retryAfterMs: RETRY_AFTER_DEATH_MS,
  };
}

/** Codex's reason stands last on its standard error, after notes that mean nothing here. */
function lastLine(thrown: string): string {
  const lines = thrown.replace(/^.*?exited with (?:code \d+|signal \w+): ?/s, "").split("\n");
  const telling = lines.filter((line) => line.trim() !== "" && !/^(WARNING|Reading prompt from stdin)/.test(line));
  return telling.at(-1)?.trim() ?? "";
}
