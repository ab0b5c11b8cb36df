import type { Backend, BackendEvent, TurnRequest } from "../backends/backend.ts";
import type { TurnFailure } from "../core/failure.ts";
import { addUsage, NO_USAGE, type Usage } from "../core/usage.ts";
import type { EventDraft, TurnRef } from "../events/event.ts";
import { CONTINUE_PROMPT } from "./prompt/write_prompt.ts";
import { type TurnTimeouts, watchTurn } from "./timeouts.ts";

/** How a turn ended: the event to record. */
export type TurnEnd = Extract<EventDraft, { type: "turn.finished" | "turn.failed" }>;

export interface TurnJob {
  readonly backend: Backend;
  readonly request: TurnRequest;
  readonly timeouts: TurnTimeouts;
  /** Ends the turn; its reason may be a TurnFailure. */
  readonly signal: AbortSignal;
  /** Where everything goes that happens before the end. */
  readonly emit: (draft: EventDraft) => void;
}

/** Tries of ours after the first; the backend's own retries (a cut stream, a 5xx) are not counted here. */
const RETRIES = 3;
const LONGEST_DELAY_MS = 60_000;

/** Runs one turn to its end: backend events become ours, time limits hold, what is transient is tried again. */
export async function runTurn(job: TurnJob): Promise<TurnEnd> {
  const startedMs = performance.now();
  let { request } = job;
  let usage: Usage | null = null;
  const expiry = new AbortController();
  const abort = () => expiry.abort(job.signal.reason);
  job.signal.addEventListener("abort", abort, { once: true });
  if (job.signal.aborted) abort();
  const watch = watchTurn(job.timeouts, (failure) => expiry.abort(failure));
  try {
    for (let retry = 0; ; retry++) {
      const outcome = await runOnce({ ...job, request, signal: expiry.signal }, watch.notice);
      if (outcome.end.usage) usage = addUsage(usage ?? NO_USAGE, outcome.end.usage);
      const ref = refOf({ ...request, threadId: outcome.threadId });
      const durationMs = Math.round(performance.now() - startedMs);
      if (outcome.end.type === "finished") {
        return { type: "turn.finished", ...ref, text: outcome.end.text, usage: usage ?? NO_USAGE, durationMs };
      }
      const { failure, retryAfterMs } = outcome.end;
      if (retryAfterMs === undefined || retry >= RETRIES || expiry.signal.aborted) {
        return { type: "turn.failed", ...ref, failure, usage, durationMs };
      }
      const delayMs = Math.round(Math.min(LONGEST_DELAY_MS, retryAfterMs * 2 ** retry) * (1 + Math.random() / 4));
      job.emit({ type: "turn.retried", ...ref, failure, delayMs });
      if (!(await pause(delayMs, expiry.signal))) {
        return { type: "turn.failed", ...ref, failure: reasonOf(expiry.signal), usage, durationMs };
      }
      const threadUsage = addUsage(job.request.threadUsage, usage ?? NO_USAGE);
      request = continueRequest(
        request,
        { ...outcome, threadSeen: await isPrompted(job.backend, outcome) },
        threadUsage,
      );
    }
  } finally {
    watch.stop();
    job.signal.removeEventListener("abort", abort);
  }
}

interface Outcome {
  readonly end: Extract<BackendEvent, { type: "finished" | "failed" }>;
  readonly threadId: string | null;
  /** The backend named the thread in this try: the prompt has reached it. */
  readonly threadSeen: boolean;
}

async function runOnce(job: TurnJob, notice: (event: BackendEvent) => void): Promise<Outcome> {
  let { threadId } = job.request;
  let threadSeen = false;
  for await (const event of job.backend.runTurn(job.request, job.signal)) {
    notice(event);
    const ref = refOf({ ...job.request, threadId });
    switch (event.type) {
      case "thread":
        threadId = event.threadId;
        threadSeen = true;
        job.emit({ type: "turn.thread", ...ref, threadId });
        break;
      case "item":
        job.emit({ type: "turn.item", ...ref, state: event.state, item: event.item });
        break;
      case "notice":
        job.emit({ type: "turn.notice", ...ref, message: event.message });
        break;
      default:
        return { end: event, threadId, threadSeen };
    }
  }
  const failure: TurnFailure = { kind: "no-answer", message: "the backend ended the turn without a word" };
  return { end: { type: "failed", failure, usage: null }, threadId, threadSeen };
}

/** The prompt is in the thread: one that died early may have named its thread and taken nothing in. */
async function isPrompted(backend: Backend, { threadSeen, threadId }: Outcome): Promise<boolean> {
  if (!threadSeen || threadId === null) return false;
  return (await backend.lookUpThread(threadId))?.isPrompted ?? true;
}

/** The next try: on the thread where there is one, with a short word where the prompt is in it already. */
function continueRequest(request: TurnRequest, outcome: Outcome, threadUsage: Usage): TurnRequest {
  const { threadId, threadSeen } = outcome;
  return {
    ...request,
    threadId,
    threadUsage,
    prompt: threadSeen ? CONTINUE_PROMPT : request.prompt,
  };
}

const refOf = ({ agent, phase, attempt, threadId }: TurnRef): TurnRef => ({ agent, phase, attempt, threadId });

/** Waits; false when it was aborted. */
function pause(delayMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve(true);
    }, delayMs);
    const stop = () => {
      clearTimeout(timer);
      resolve(false);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}

function reasonOf(signal: AbortSignal): TurnFailure {
  const { reason } = signal;
  if (typeof reason === "object" && reason !== null && "kind" in reason && "message" in reason)
    return reason as TurnFailure;
  return { kind: "aborted", message: "the turn was stopped" };
}
