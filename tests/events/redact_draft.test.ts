import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import type { Event, EventDraft } from "../../src/events/event.ts";
import type { TurnItem } from "../../src/events/item.ts";
import { createJournal, type Journal } from "../../src/events/journal.ts";
import { readEvents } from "../../src/events/read.ts";
import { redactDraft } from "../../src/events/redact_draft.ts";
import { openRedactor } from "../../src/redact/open_redactor.ts";
import { scramble } from "../redact/samples.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { agent, planOf, runStarted } from "../rig/simulated_run.ts";

const VALUE = scramble(40);
const TOKEN = `ghp_${scramble(36)}`;
const redactor = await openRedactor({ DEPLOY_TOKEN: VALUE });
const redact = (draft: EventDraft) => redactDraft(draft, redactor);
const MARK = "[redacted:DEPLOY_TOKEN]";

const REF = { agent: "ann", phase: "work", attempt: 1, threadId: "thread-1" } as const;
const itemOf = (item: TurnItem, state: "started" | "updated" | "completed" = "completed"): EventDraft => ({
  type: "turn.item",
  ...REF,
  state,
  item,
});
const commandOf = (output: string, status: "running" | "ok" | "failed"): TurnItem => ({
  kind: "command",
  id: "item_0",
  command: "env",
  output,
  exitCode: status === "ok" ? 0 : null,
  status,
});

/** A journal with the door in it; gives what `append` gave, and all that stands in the file. */
function write(drafts: readonly EventDraft[]): { readonly events: Event[]; readonly text: string } {
  using folder = temporaryFolder();
  const path = join(folder.path, "journal.jsonl");
  const created = createJournal(path, systemClock, redact);
  if (!created.ok) throw new Error(created.error.message);
  const journal: Journal = created.value;
  const events = drafts.map((draft) => {
    const written = journal.append(draft);
    if (!written.ok) throw new Error(written.error.message);
    return written.value;
  });
  expect([...readEvents(path)]).toEqual(events);
  return { events, text: readFileSync(path, "utf8") };
}

const EVERYTHING: readonly EventDraft[] = [
  {
    ...(runStarted(
      planOf(
        agent("ann", [], {
          prompt: `use ${VALUE}`,
          followUpPrompt: VALUE,
          followUpSchema: { type: "object", properties: { id: { type: "string", description: VALUE } } },
          followUpSchemaRules: [VALUE],
        }),
      ),
      { baseUrl: `https://me:${VALUE}@host/v1`, prompt: VALUE },
    ) as EventDraft & { type: "run.started" }),
    prompt: `do ${VALUE}`,
  },
  { type: "run.notice", message: VALUE },
  { type: "wave.started", wave: 0, group: "core", agents: [agent("ben", ["ann"], { role: VALUE })] },
  { type: "turn.started", ...REF, wave: 0, prompt: VALUE, continues: false },
  { type: "turn.notice", ...REF, message: VALUE },
  { type: "turn.retried", ...REF, failure: { kind: "server-error", message: VALUE }, delayMs: 1 },
  itemOf({ kind: "message", id: "item_0", text: VALUE }),
  itemOf({ kind: "reasoning", id: "item_0", text: VALUE }),
  itemOf({ ...commandOf(VALUE, "ok"), command: `echo ${VALUE}` } as TurnItem),
  itemOf({ kind: "files", id: "item_0", changes: [{ path: `/p/${VALUE}`, change: "add" }], status: "ok" }),
  itemOf({
    kind: "tool",
    id: "item_0",
    server: "s",
    tool: "t",
    input: { id: VALUE, type: [VALUE] },
    output: { kind: VALUE },
    status: "ok",
  }),
  itemOf({ kind: "search", id: "item_0", query: VALUE }),
  itemOf({ kind: "todo", id: "item_0", entries: [{ text: VALUE, done: false }] }),
  itemOf({ kind: "warning", id: "item_0", message: VALUE }),
  {
    type: "turn.finished",
    ...REF,
    text: VALUE,
    usage: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
    durationMs: 1,
  },
  { type: "turn.failed", ...REF, failure: { kind: "unknown", message: VALUE }, usage: null, durationMs: 1 },
  {
    type: "blueprint.accepted",
    agent: "ann",
    wave: 1,
    blueprint: { agents: [{ id: "a", role: VALUE, prompt: VALUE, dependsOn: ["ann"] }] },
    warnings: [VALUE],
  },
  { type: "blueprint.rejected", agent: "ann", faults: [VALUE], text: `{"a": "${VALUE}"}`, final: false },
  { type: "agent.failed", agent: "ann", wave: 0, failure: { kind: "unknown", message: VALUE } },
  { type: "agent.skipped", agent: "ann", wave: 0, because: VALUE },
  { type: "run.interrupted", by: "failure", stops: "turns", reason: VALUE, running: ["ann"] },
  {
    type: "run.finished",
    state: "failed",
    exitCode: 1,
    reason: VALUE,
    usage: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
  },
];

test("no event of any kind takes a secret into the file, and what is given back is what stands there", () => {
  const { events, text } = write(EVERYTHING);
  expect(text).not.toContain(VALUE);
  expect(text.split(MARK).length).toBeGreaterThan(EVERYTHING.length);
  const [first] = events as [Event & { type: "run.started" }];
  expect(first.prompt).toBe(`do ${MARK}`);
  expect(first.plan.groups[0]?.agents[0]).toMatchObject({ id: "ann", prompt: `use ${MARK}`, followUpPrompt: MARK });
  expect(first.settings.baseUrl).toMatch(/^https:\/\/me:\[redacted:[\w-]+\]@host\/v1$/);
});

test("names, numbers and form stay, even where one is a secret's value", async () => {
  const greedy = await openRedactor({
    SECRET_1: "ann-the-2nd-agent",
    SECRET_2: "thread-123456",
    SECRET_3: "/p/q/run-2026-11",
  });
  const ref = { agent: "ann-the-2nd-agent", phase: "work", attempt: 1, threadId: "thread-123456" } as const;
  const drafts: EventDraft[] = [
    { type: "turn.thread", ...ref },
    { type: "agent.skipped", agent: "ann-the-2nd-agent", wave: 0, because: "x" },
    { type: "run.interrupted", by: "quit", stops: "agents", reason: "x", running: ["ann-the-2nd-agent"] },
    {
      ...(runStarted(planOf(agent("ann-the-2nd-agent", [], { role: "r", prompt: "p" }))) as EventDraft & {
        type: "run.started";
      }),
      projectRoot: "/p/q/run-2026-11",
      settings: { memoryDir: "/p/q/run-2026-11" },
    },
  ];
  for (const draft of drafts) expect(redactDraft(draft, greedy)).toEqual(draft);
});

test("an event without a secret is the same object", () => {
  const draft = itemOf({ kind: "message", id: "item_0", text: "nothing" });
  expect(redact(draft)).toBe(draft);
});

test("a text that grows leaves none of its steps behind, in whatever steps it comes", () => {
  for (const secret of [VALUE, TOKEN]) {
    for (let step = 1; step < secret.length; step += 3) {
      const whole = `the key is ${secret} and so on`;
      const drafts: EventDraft[] = [];
      for (let length = step; length < whole.length; length += step) {
        const text = whole.slice(0, length);
        drafts.push(itemOf({ kind: "message", id: "item_0", text }, "updated"));
        drafts.push(itemOf(commandOf(text, "running"), "updated"));
      }
      drafts.push(itemOf({ kind: "message", id: "item_0", text: whole }), itemOf(commandOf(whole, "ok")));
      const { text } = write(drafts);
      // Four characters are how it begins, which is no secret.
      for (let at = 0; at + 5 <= secret.length; at++) expect(text).not.toContain(secret.slice(at, at + 5));
      expect(text).toContain("and so on");
    }
  }
});

test("a command that was ended within its output leaves no part of a secret", () => {
  for (let length = 5; length < VALUE.length; length++) {
    const { text } = write([itemOf(commandOf(`TOKEN=${VALUE.slice(0, length)}`, "failed"))]);
    expect(text).not.toContain(VALUE.slice(0, 5));
  }
});

test("an item that is cut in the middle has no part of a secret at the cut", () => {
  // The secret lies across either edge of what is left out, at every offset.
  for (const edge of [32 * 1024, 100 * 1024 - 32 * 1024]) {
    for (let offset = -VALUE.length; offset <= 0; offset++) {
      const before = "x y ".repeat(25 * 1024).slice(0, edge + offset);
      const output = `${before}${VALUE}${"z w ".repeat(25 * 1024)}`.slice(0, 100 * 1024);
      const [event] = write([itemOf(commandOf(output, "ok"))]).events as [Event & { type: "turn.item" }];
      const text = JSON.stringify(event);
      expect(text).toContain("characters left out");
      for (let at = 0; at + 5 <= VALUE.length; at++) expect(text).not.toContain(VALUE.slice(at, at + 5));
    }
  }
});
