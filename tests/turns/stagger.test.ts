import { expect, test } from "bun:test";
import type { TurnRequest } from "../../src/backends/backend.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import type { EventDraft } from "../../src/events/event.ts";
import type { TurnItem } from "../../src/events/item.ts";
import { describeWait, type SentTurn, STAGGER_LIMIT_MS, Stagger, type StaggerWait } from "../../src/turns/stagger.ts";

const TASK = Array.from({ length: 400 }, (_, line) => `line ${line} of the task`).join("\n");

const requestOf = (agent: string, more: Partial<TurnRequest> = {}): TurnRequest => ({
  session: "s",
  agent,
  phase: "plan",
  attempt: 1,
  threadId: null,
  threadUsage: NO_USAGE,
  prompt: `${TASK}\n\nYou are ${agent}.`,
  workspace: "/p",
  sandbox: "read-only",
  network: false,
  webSearch: false,
  ...more,
});

const itemOf = (item: TurnItem): EventDraft => ({
  type: "turn.item",
  state: "completed",
  item,
  agent: "any",
  phase: "plan",
  attempt: 1,
  threadId: "t",
});
const ANSWER = itemOf({ kind: "message", id: "item_0", text: "I begin." });
const RETRIED: EventDraft = {
  type: "turn.retried",
  failure: { kind: "backend-died", message: "codex died" },
  delayMs: 1,
  agent: "any",
  phase: "plan",
  attempt: 1,
  threadId: null,
};

/** Time that the test moves, and every turn that was asked to be let in. */
class Gate {
  nowMs = 0;
  readonly timers = new Map<object, { readonly callback: () => void; readonly atMs: number }>();
  readonly waits: Record<string, StaggerWait> = {};
  readonly sent = new Map<string, SentTurn>();
  readonly stop = new AbortController();
  readonly stagger = new Stagger({
    nowMs: () => this.nowMs,
    startTimer: (callback, delayMs) => {
      const key = {};
      this.timers.set(key, { callback, atMs: this.nowMs + delayMs });
      return () => this.timers.delete(key);
    },
  });

  /** Asks for these, in order, and lets everything happen that needs no time. */
  async ask(...turns: (string | TurnRequest)[]): Promise<void> {
    for (const turn of turns) {
      const request = typeof turn === "string" ? requestOf(turn) : turn;
      const { agent } = request;
      void this.stagger
        .admit(request, this.stop.signal, (wait) => {
          this.waits[agent] = wait;
        })
        .then((sent) => this.sent.set(agent, sent));
    }
    await settle();
  }

  async hear(agent: string, event: EventDraft): Promise<void> {
    this.sent.get(agent)?.hear(event);
    await settle();
  }

  async end(agent: string): Promise<void> {
    this.sent.get(agent)?.end();
    await settle();
  }

  async pass(ms: number): Promise<void> {
    this.nowMs += ms;
    for (const [key, { callback, atMs }] of [...this.timers]) {
      if (atMs > this.nowMs) continue;
      this.timers.delete(key);
      callback();
    }
    await settle();
  }

  get out(): string[] {
    return [...this.sent.keys()];
  }
}

/** Lets promises that are settled go on. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test("of a fan-out the first goes alone; its first item lets all others go together", async () => {
  const gate = new Gate();
  await gate.ask("ann", "bob", "cat", "dan");
  expect(gate.out).toEqual(["ann"]);
  const shared = Math.floor(TASK.length / 512) * 128;
  const wait = { leader: "ann", sharedTokens: shared, limitMs: STAGGER_LIMIT_MS };
  expect(gate.waits).toEqual({ bob: wait, cat: wait, dan: wait });
  await gate.hear("ann", ANSWER);
  expect(gate.out).toEqual(["ann", "bob", "cat", "dan"]);
});

test("a wait says for whom and why", () => {
  expect(describeWait({ leader: "ann", sharedTokens: 4096, limitMs: 5000 })).toBe(
    "waits for ann to be answered first, at most 5 s: their prompts begin with the same 4,096 tokens, which can then come from the provider's cache",
  );
});

test("prompts that share less than 1024 tokens are never held back, however long they are", async () => {
  const sharing = (chars: number) => (agent: string) =>
    requestOf(agent, { prompt: `${TASK.slice(0, chars)}${agent.repeat(2000)}` });
  const [less, enough] = [sharing(4095), sharing(4096)];
  const few = new Gate();
  await few.ask(
    less("ann"),
    less("bob"),
    requestOf("cat", { prompt: "Ship it" }),
    requestOf("dan", { prompt: "Ship it" }),
  );
  expect(few.out).toEqual(["ann", "bob", "cat", "dan"]);
  const many = new Gate();
  await many.ask(enough("ann"), enough("bob"));
  expect(many.waits.bob).toMatchObject({ leader: "ann", sharedTokens: 1024 });
});

test.each<[string, Partial<TurnRequest>]>([
  ["model", { model: "other" }],
  ["sandbox", { sandbox: "workspace-write" }],
  ["network", { network: true }],
  ["web search", { webSearch: true }],
  ["reasoning effort", { reasoningEffort: "high" }],
  ["folder", { workspace: "/other" }],
  ["schema", { outputSchema: { type: "object" } }],
  ["thread that exists", { threadId: "t1" }],
])("another %s shares nothing, and waits for nobody", async (_, more) => {
  const gate = new Gate();
  await gate.ask("ann", requestOf("bob", more));
  expect(gate.out).toEqual(["ann", "bob"]);
  const other = new Gate();
  await other.ask(requestOf("bob", more), "ann");
  expect(other.out).toEqual(["bob", "ann"]);
});

test.each<[string, (gate: Gate) => Promise<void>]>([
  ["fails or ends without an item", (gate) => gate.end("ann")],
  ["has to be tried again", (gate) => gate.hear("ann", RETRIED)],
  ["is out for the limit", (gate) => gate.pass(STAGGER_LIMIT_MS)],
])("when the leader %s, everybody who waits goes at once", async (_, happen) => {
  const gate = new Gate();
  await gate.ask("ann", "bob", "cat");
  expect(gate.out).toEqual(["ann"]);
  await happen(gate);
  expect(gate.out).toEqual(["ann", "bob", "cat"]);
});

test("the limit counts from the leader's sending: who comes late waits for what is left of it", async () => {
  const gate = new Gate();
  await gate.ask("ann");
  await gate.pass(STAGGER_LIMIT_MS - 1);
  await gate.ask("bob");
  expect(gate.out).toEqual(["ann"]);
  await gate.pass(1);
  expect(gate.out).toEqual(["ann", "bob"]);
  // The provider has read it by now: nobody else waits either.
  await gate.ask("cat");
  expect(gate.out).toEqual(["ann", "bob", "cat"]);
});

test("a warning of codex's own is no sign of the model", async () => {
  const gate = new Gate();
  await gate.ask("ann", "bob");
  await gate.hear("ann", itemOf({ kind: "warning", id: "item_0", message: "unknown model" }));
  expect(gate.out).toEqual(["ann"]);
  await gate.hear("ann", ANSWER);
  expect(gate.out).toEqual(["ann", "bob"]);
});

test("who waits is nobody's leader", async () => {
  const gate = new Gate();
  const more = Array.from({ length: 400 }, (_, line) => `line ${line} of more`).join("\n");
  const joined = (agent: string) => requestOf(agent, { prompt: `${TASK.slice(0, 4096)}${more}${agent}` });
  await gate.ask("ann", joined("bob"), joined("cat"));
  // cat shares far more with bob than with ann, but bob has not been sent.
  expect(gate.waits.cat).toEqual({ leader: "ann", sharedTokens: 1024, limitMs: STAGGER_LIMIT_MS });
  await gate.hear("ann", ANSWER);
  expect(gate.out).toEqual(["ann", "bob", "cat"]);
});

test("turns with different leaders follow each its own", async () => {
  const gate = new Gate();
  const other = (agent: string) => requestOf(agent, { prompt: `Another task.\n${TASK}\n\n${agent}` });
  await gate.ask("ann", other("zoe"), "bob", other("yan"));
  expect([gate.waits.bob?.leader, gate.waits.yan?.leader]).toEqual(["ann", "zoe"]);
  await gate.hear("zoe", ANSWER);
  expect(gate.out).toEqual(["ann", "zoe", "yan"]);
  await gate.end("ann");
  expect(gate.out).toEqual(["ann", "zoe", "yan", "bob"]);
});

test("of two leaders that one is waited for that shares more", async () => {
  const near = (agent: string) => requestOf(agent, { prompt: `${TASK.slice(0, 5000)}${"near ".repeat(2000)}${agent}` });
  for (const [first, second] of [["bob", near("cat")] as const, [near("cat"), "bob"] as const]) {
    const gate = new Gate();
    await gate.ask("ann", first, second);
    // Nothing has been read when a leader fails, so two that begin alike are out at the same time.
    await gate.end("ann");
    await gate.ask(near("dan"), "eve");
    expect([gate.waits.dan?.leader, gate.waits.eve?.leader]).toEqual(["cat", "bob"]);
  }
});

test("what the provider has read is waited for again only for much more, and after some minutes", async () => {
  const gate = new Gate();
  await gate.ask("ann");
  await gate.hear("ann", ANSWER);
  await gate.end("ann");
  const withAnswer = (agent: string) => requestOf(agent, { prompt: `${TASK}\n\n${"y".repeat(6000)}\n\n${agent}` });
  await gate.ask("bob", "cat", withAnswer("dan"));
  expect(gate.out).toEqual(["ann", "bob", "cat", "dan"]);
  await gate.ask(withAnswer("eve"));
  expect(gate.waits).toEqual({ eve: expect.objectContaining({ leader: "dan" }) });
  await gate.hear("dan", ANSWER);
  for (const agent of gate.out) await gate.end(agent);
  await gate.pass(5 * 60_000);
  await gate.ask("fay", "gus");
  expect(gate.waits.gus?.leader).toBe("fay");
});

test("a stop ends every wait at once, and no timer outlives its turn", async () => {
  const gate = new Gate();
  await gate.ask("ann", "bob", "cat");
  gate.stop.abort({ kind: "aborted", message: "stopped by the user" });
  await settle();
  expect(gate.out).toEqual(["ann", "bob", "cat"]);
  await gate.ask("dan");
  for (const agent of gate.out) await gate.end(agent);
  expect(gate.timers.size).toBe(0);
});
