import { expect, test } from "bun:test";
import type { Backend, BackendEvent } from "../../src/backends/backend.ts";
import type { EventDraft } from "../../src/events/event.ts";
import { makeTurnRunner } from "../../src/orchestrate/turn_runner.ts";
import type { TurnEnd } from "../../src/scheduler/run.ts";
import { Stagger } from "../../src/turns/stagger.ts";
import { agent, planOf, SimulatedRun } from "../rig/simulated_run.ts";

const TASK = Array.from({ length: 400 }, (_, line) => `line ${line} of the task`).join("\n");
const ITEM: BackendEvent = { type: "item", state: "started", item: { kind: "reasoning", id: "item_0", text: "Hm." } };
const FINISHED: BackendEvent = {
  type: "finished",
  text: "done",
  usage: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
};

/** Agents without dependencies that were all started at once, and a backend whose turns the test plays. */
async function startFanOut(
  ids: readonly string[],
  options: { task?: string; idleTimeout?: number; stagger?: null } = {},
) {
  const { task = TASK, idleTimeout = 60_000 } = options;
  const { state, open } = new SimulatedRun(planOf(...ids.map((id) => agent(id))), { maxParallel: 9, idleTimeout });
  const sent: string[] = [];
  const says = new Map<string, (...events: BackendEvent[]) => void>();
  const backend: Backend = {
    name: "played",
    capabilities: { supportsSteer: false, supportsResume: true },
    async *runTurn(request, signal) {
      if (signal.aborted) {
        yield { type: "failed", failure: signal.reason, usage: null };
        return;
      }
      sent.push(request.agent);
      const heard: BackendEvent[] = [];
      let wake = Promise.withResolvers<void>();
      says.set(request.agent, (...events) => {
        heard.push(...events);
        wake.resolve();
      });
      signal.addEventListener("abort", () => {
        heard.push({ type: "failed", failure: signal.reason, usage: null });
        wake.resolve();
      });
      for (;;) {
        await wake.promise;
        wake = Promise.withResolvers();
        yield* heard.splice(0);
      }
    },
    lookUpThread: async () => null,
    close: async () => {},
  };
  // The limit of a wait never comes, so that only events can end it.
  const clock = { nowMs: () => 0, startTimer: () => () => {} };
  const stagger = options.stagger === null ? null : new Stagger(clock);
  const runTurn = makeTurnRunner({ state, backend, workspace: "/p", stagger });
  const stop = new AbortController();
  const events: EventDraft[] = [];
  const ends = new Map<string, Promise<TurnEnd>>();
  for (const order of open.values()) {
    const prompt = `${task}\n\nYou are ${order.agent}.`;
    ends.set(order.agent, runTurn({ order, prompt, signal: stop.signal, emit: (event) => events.push(event) }));
  }
  const notices = () => events.flatMap((event) => (event.type === "turn.notice" ? [event] : []));
  const say = async (id: string, ...said: BackendEvent[]): Promise<void> => {
    says.get(id)?.(...said);
    await settle();
  };
  await settle();
  return { sent, stop, ends, say, notices, events };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("a fan-out waits for its first agent's first item, and each says so", async () => {
  const run = await startFanOut(["ann", "bob", "cat"]);
  expect(run.sent).toEqual(["ann"]);
  const ref = { type: "turn.notice", phase: "work", attempt: 1, threadId: null } as const;
  expect(run.notices()).toEqual([
    { ...ref, agent: "bob", message: expect.stringContaining("waits for ann to be answered first, at most 5 s") },
    { ...ref, agent: "cat", message: expect.stringContaining("waits for ann to be answered first, at most 5 s") },
  ]);
  await run.say("ann", { type: "thread", threadId: "t1" });
  expect(run.sent).toEqual(["ann"]);
  await run.say("ann", ITEM);
  expect(run.sent).toEqual(["ann", "bob", "cat"]);
  // The leader's item is written before anything of those who waited for it.
  expect(run.events.at(-1)).toMatchObject({ type: "turn.item", agent: "ann" });
  for (const id of run.sent) await run.say(id, FINISHED);
  expect((await Promise.all(run.ends.values())).map(({ type }) => type)).toEqual(Array(3).fill("turn.finished"));
});

test("a leader that fails holds nobody back", async () => {
  const run = await startFanOut(["ann", "bob", "cat"]);
  await run.say("ann", { type: "failed", failure: { kind: "quota", message: "used up" }, usage: null });
  expect(await run.ends.get("ann")).toMatchObject({ type: "turn.failed", failure: { kind: "quota" } });
  expect(run.sent).toEqual(["ann", "bob", "cat"]);
});

test("a leader whose codex died and is tried again holds nobody back meanwhile", async () => {
  const run = await startFanOut(["ann", "bob"]);
  const failure = { kind: "backend-died", message: "codex died" } as const;
  await run.say("ann", { type: "failed", failure, usage: null, retryAfterMs: 60_000 });
  expect(run.events.map(({ type }) => type)).toEqual(["turn.notice", "turn.retried"]);
  expect(run.sent).toEqual(["ann", "bob"]);
  run.stop.abort({ kind: "aborted", message: "the test is over" });
  await Promise.all(run.ends.values());
});

test("a stop ends turns that wait at once, and they are never sent", async () => {
  const run = await startFanOut(["ann", "bob", "cat"]);
  run.stop.abort({ kind: "aborted", message: "stopped by the user" });
  const ends = await Promise.all(run.ends.values());
  const failed = { type: "turn.failed", failure: { kind: "aborted", message: "stopped by the user" } };
  expect(ends).toEqual(Array(3).fill(expect.objectContaining(failed)));
  expect(run.sent).toEqual(["ann"]);
});

test("a turn's own time limits begin when it is sent", async () => {
  const run = await startFanOut(["ann", "bob"], { idleTimeout: 200 });
  // The leader's idle time is over long before it has said anything; that of bob has not begun by then.
  expect(await run.ends.get("ann")).toMatchObject({ type: "turn.failed", failure: { kind: "idle-timeout" } });
  await settle();
  expect(run.sent).toEqual(["ann", "bob"]);
  await run.say("bob", FINISHED);
  expect(await run.ends.get("bob")).toMatchObject({ type: "turn.finished" });
});

test("small prompts go together, and so does everything without staggering", async () => {
  const small = await startFanOut(["ann", "bob", "cat"], { task: "Ship the MVP" });
  expect(small.sent).toEqual(["ann", "bob", "cat"]);
  const off = await startFanOut(["ann", "bob", "cat"], { stagger: null });
  expect(off.sent).toEqual(["ann", "bob", "cat"]);
  expect([...small.notices(), ...off.notices()]).toEqual([]);
  for (const run of [small, off]) run.stop.abort({ kind: "aborted", message: "the test is over" });
  await Promise.all([...small.ends.values(), ...off.ends.values()]);
});
