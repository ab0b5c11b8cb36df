import { expect, test } from "bun:test";
import type { Backend, BackendEvent, TurnRequest } from "../../src/backends/backend.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import type { EventDraft } from "../../src/events/event.ts";
import { CONTINUE_PROMPT } from "../../src/turns/prompt/write_prompt.ts";
import { runTurn } from "../../src/turns/run_turn.ts";

const USAGE = { input: 10, cachedInput: 4, output: 2, reasoning: 1 };
const died: BackendEvent = {
  type: "failed",
  failure: { kind: "backend-died", message: "codex died" },
  usage: null,
  retryAfterMs: 1,
};
const finished: BackendEvent = { type: "finished", text: "the answer", usage: USAGE };
const thread: BackendEvent = { type: "thread", threadId: "t1" };
const open = { kind: "command", id: "i0", command: "make", output: "", exitCode: null, status: "running" } as const;

const REQUEST: TurnRequest = {
  session: "s",
  agent: "ann",
  phase: "plan",
  attempt: 1,
  threadId: null,
  threadUsage: NO_USAGE,
  prompt: "do it",
  workspace: "/p",
  sandbox: "read-only",
  network: false,
  webSearch: false,
};

/** One try of a backend: its events in order, and then the end of the turn's signal as the contract wants it. */
type Try = (signal: AbortSignal) => AsyncGenerator<BackendEvent>;

const tryOf = (...events: BackendEvent[]): Try =>
  async function* () {
    yield* events;
  };

/** Says these events and then nothing until it is stopped. */
const silentAfter = (...events: BackendEvent[]): Try =>
  async function* (signal) {
    yield* events;
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    yield { type: "failed", failure: signal.reason, usage: null };
  };

/** Runs one turn over scripted tries. */
async function play(tries: Try[], limits: { turn?: number; idle?: number; stop?: AbortController } = {}) {
  const requests: TurnRequest[] = [];
  const emitted: EventDraft[] = [];
  const backend: Backend = {
    name: "played",
    capabilities: { supportsSteer: false, supportsResume: true },
    runTurn(request, signal) {
      requests.push(request);
      return tries[requests.length - 1]?.(signal) ?? tryOf(died)(signal);
    },
    lookUpThread: async () => null,
    close: async () => {},
  };
  const end = await runTurn({
    backend,
    request: REQUEST,
    timeouts: { turnTimeoutMs: limits.turn ?? 10_000, idleTimeoutMs: limits.idle ?? 10_000 },
    signal: limits.stop?.signal ?? new AbortController().signal,
    emit(draft) {
      emitted.push(draft);
      if (draft.type === "turn.retried") limits.stop?.abort({ kind: "aborted", message: "stopped by the user" });
    },
  });
  return { end, requests, emitted };
}

test("a try that may be repeated is, with the whole prompt while no thread has it, with a short word afterwards", async () => {
  const { end, requests, emitted } = await play([tryOf(died), tryOf(thread, died), tryOf(thread, finished)]);
  expect(end).toMatchObject({ type: "turn.finished", text: "the answer", usage: USAGE, attempt: 1, threadId: "t1" });
  expect(requests.map(({ prompt, threadId }) => [prompt, threadId])).toEqual([
    ["do it", null],
    ["do it", null],
    [CONTINUE_PROMPT, "t1"],
  ]);
  expect(emitted.filter(({ type }) => type === "turn.retried")).toHaveLength(2);
});

test("what keeps failing ends after three more tries; what must not be repeated after one", async () => {
  const dying = await play([]);
  expect(dying.requests).toHaveLength(4);
  expect(dying.end).toMatchObject({ type: "turn.failed", failure: { kind: "backend-died" } });
  const refusal: BackendEvent = { type: "failed", failure: { kind: "bad-request", message: "no" }, usage: USAGE };
  const refused = await play([tryOf(refusal)]);
  expect(refused.requests).toHaveLength(1);
  expect(refused.end).toMatchObject({ type: "turn.failed", failure: { kind: "bad-request" }, usage: USAGE });
});

test("the idle time stands still while a command runs, the turn's time does not", async () => {
  const started: BackendEvent = { type: "item", state: "started", item: open };
  const idle = await play([silentAfter(thread)], { idle: 30 });
  expect(idle.end).toMatchObject({ failure: { kind: "idle-timeout" } });
  const busy = await play([silentAfter(thread, started)], { idle: 30, turn: 150 });
  expect(busy.end).toMatchObject({ failure: { kind: "turn-timeout" }, threadId: "t1" });
});

test("a stop ends the pause between two tries", async () => {
  const tries = [tryOf({ ...died, retryAfterMs: 60_000 } as BackendEvent)];
  const { end, requests } = await play(tries, { stop: new AbortController() });
  expect(end).toMatchObject({ type: "turn.failed", failure: { kind: "aborted", message: "stopped by the user" } });
  expect(requests).toHaveLength(1);
});
