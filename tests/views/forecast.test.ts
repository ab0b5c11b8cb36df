import { expect, test } from "bun:test";
import type { Estimates } from "../../src/events/estimates.ts";
import type { Event, EventDraft, Phase } from "../../src/events/event.ts";
import { ORCHESTRATOR_ID } from "../../src/plan/deciders.ts";
import { LastActions } from "../../src/views/progress/last_action.ts";
import { drawTree } from "../../src/views/progress/live_tree.ts";
import { describeRun, renderStatus } from "../../src/views/render_status.ts";
import { foldRun, UNFOLDED } from "../../src/views/run_state.ts";
import { PLAIN } from "../../src/views/style.ts";
import { Timeline } from "../../src/views/timeline.ts";
import {
  agentFinished,
  dateEvents,
  readStory,
  runFinished,
  spec,
  started,
  turnFinished,
  turnStarted,
} from "./story.ts";

const squad = [
  spec("planner"),
  spec("researcher", ["planner"]),
  spec("builder", ["planner", "researcher"], { blueprint: true }),
];
const specialist = (id: string, dependsOn: string[] = []) => spec(id, dependsOn, { kind: "specialist" });
const SECOND = 1000;
const known: Estimates = {
  agents: { planner: 10 * SECOND, researcher: 30 * SECOND, builder: 20 * SECOND, page: 25 * SECOND },
  specialistMs: 40 * SECOND,
};

const begin = (estimates?: Estimates, agents = squad): EventDraft[] => [
  { ...started(agents), ...(estimates ? { estimates } : {}) } as EventDraft,
  { type: "wave.started", wave: 0, group: "core", agents },
];
const took = (agent: string, seconds: number, phase: Phase = "plan"): EventDraft[] => [
  turnStarted(agent, phase),
  { ...turnFinished(agent, phase), durationMs: seconds * SECOND } as EventDraft,
];
const finish = (agent: string, seconds: number, phase: Phase = "plan") => [
  ...took(agent, seconds, phase),
  agentFinished(agent),
];
const name = (agent: string, wave: number, ...ids: string[]): EventDraft => ({
  type: "blueprint.accepted",
  agent,
  wave,
  blueprint: { agents: ids.map((id) => ({ id, role: id, prompt: id, dependsOn: [] })) },
  warnings: [],
});
const bear = (wave: number, ...agents: ReturnType<typeof specialist>[]): EventDraft => ({
  type: "wave.started",
  wave,
  group: "core",
  agents,
});

/** As `status` says it `seconds` after the last event. */
function describe(drafts: readonly EventDraft[], { alive = true, seconds = 0 } = {}) {
  const run = foldRun(dateEvents(drafts));
  return { run, status: describeRun(run, { alive, nowMs: run.lastAtMs + seconds * SECOND }) };
}

test("what waits says for whom, and everybody how long it took before", () => {
  const { status } = describe([...begin(known), ...finish("planner", 12), turnStarted("researcher", "plan")]);
  expect(status.agents.map(({ id, waitsFor, estimateMs }) => [id, waitsFor, estimateMs])).toEqual([
    ["planner", [], 10_000],
    ["researcher", [], 30_000],
    ["builder", ["researcher"], 20_000],
  ]);
});

test("the time left counts what earlier runs took, and at least one specialist before they have names", () => {
  const drafts = [...begin(known), ...finish("planner", 12), turnStarted("researcher", "plan")];
  const { status } = describe(drafts, { seconds: 5 });
  expect(status).toMatchObject({ elapsedMs: 10 * SECOND, remainingMs: (25 + 20 + 40) * SECOND });
  expect(status.criticalPath).toEqual(["planner", "researcher", "builder"]);
  // Longer than ever before: then it may end at any moment.
  expect(describe(drafts, { seconds: 100 }).status.remainingMs).toBe((20 + 40) * SECOND);
});

test("without an earlier run nothing is foretold, and the path is still there", () => {
  const { status } = describe(begin());
  expect(status).toMatchObject({ remainingMs: null, criticalPath: ["planner", "researcher", "builder"] });
  expect(status.agents.map(({ estimateMs }) => estimateMs)).toEqual([null, null, null]);
  // All count alike: what has run for long is no longer than what has not begun.
  const graph = [spec("long"), spec("a"), spec("b", ["a"])];
  expect(
    describe([...begin(undefined, graph), turnStarted("long", "plan")], { seconds: 50 }).status.criticalPath,
  ).toEqual(["a", "b"]);
});

test("specialists come after the builder, and an unknown one takes as long as the typical", () => {
  const named = [name("builder", 1, "api", "page", "docs"), agentFinished("builder")];
  const drafts = [
    ...begin(known),
    ...["planner", "researcher"].flatMap((id) => finish(id, 10)),
    ...took("builder", 10),
    ...named,
    bear(1, specialist("api"), specialist("page"), specialist("docs", ["page"])),
  ];
  const { status } = describe(drafts);
  expect(status.criticalPath).toEqual(["planner", "researcher", "builder", "page", "docs"]);
  expect(status.remainingMs).toBe((25 + 40) * SECOND);
  const done = [...drafts, ...finish("page", 1, "work"), ...finish("docs", 1, "work"), ...finish("api", 9, "work")];
  expect(describe(done).status.criticalPath).toEqual(["planner", "researcher", "builder", "api"]);
});

test("more agents than places take longer than the longest way through them", () => {
  const many = Array.from({ length: 40 }, (_, index) => spec(`a${index}`, [], { estimateMs: SECOND }));
  expect(describe(begin(undefined, many)).status.remainingMs).toBe(10 * SECOND);
});

test("an interrupted run ends with those that run; one that is over has nothing left", () => {
  const drafts: EventDraft[] = [...begin(known), turnStarted("planner", "plan")];
  const interrupted: EventDraft = {
    type: "run.interrupted",
    by: "ctrl-s",
    stops: "agents",
    reason: "",
    running: ["planner"],
  };
  expect(describe([...drafts, interrupted], { seconds: 1 }).status.remainingMs).toBe(8 * SECOND);
  expect(describe([...drafts, runFinished("stopped")]).status).toMatchObject({ remainingMs: 0, elapsedMs: 3 * SECOND });
  expect(describe(drafts, { alive: false, seconds: 100 }).status).toMatchObject({
    remainingMs: 0,
    elapsedMs: 2 * SECOND,
  });
});

test("a group that has not begun waits for the one before it", () => {
  const plan = {
    groups: [
      { id: "review", agents: [spec("reader")] },
      { id: "verdict", agents: [spec("editor"), spec("second", ["editor"])] },
    ],
  };
  const { run, status } = describe([
    { ...started([]), plan, estimates: { agents: { reader: 9000 }, specialistMs: null } } as EventDraft,
  ]);
  expect(status.criticalPath).toEqual(["reader", "editor", "second"]);
  expect(status.remainingMs).toBe(27 * SECOND);
  expect(renderStatus(run, status, PLAIN)).toContain("  · editor  waiting  after group review");
});

test("an agent that is asked after each wave stands between them with the time of each asking", () => {
  const id = ORCHESTRATOR_ID;
  const agents = [spec("builder", [], { blueprint: true }), spec(id, ["builder"], { blueprint: true })];
  const drafts = [
    ...begin(undefined, agents),
    ...took("builder", 5),
    name("builder", 1, "one"),
    agentFinished("builder"),
    bear(1, specialist("one")),
    ...finish("one", 7, "work"),
    ...took(id, 2, "work"),
    name(id, 2, "two"),
    bear(2, specialist("two")),
    ...finish("two", 4, "work"),
    ...took(id, 3, "work"),
    agentFinished(id),
  ];
  const begun = new Timeline({ style: PLAIN, columns: () => null });
  const wave0 = dateEvents(begin({ agents: { builder: 5 * SECOND, [id]: 9 * SECOND }, specialistMs: null }, agents));
  expect(wave0.flatMap((event) => begun.add(event)).join("\n")).toContain("wave 0 of core: 2 agents, about 5.0s\n");
  const inWave = describe(drafts.slice(0, drafts.findLastIndex(({ type }) => type === "wave.started") + 1));
  const waiting = renderStatus(inWave.run, inWave.status, PLAIN).find((line) => line.includes(id));
  expect(waiting).toEndWith("waiting  2.0s, 1.0k in, 100 out  until wave 2 is over");
  const timeline = new Timeline({ style: PLAIN, columns: () => null });
  const lines = dateEvents([...drafts, runFinished("finished")]).flatMap((event) => timeline.add(event));
  expect(describe(drafts).status.criticalPath).toEqual(["builder", "one", id, "two", id]);
  expect(lines.at(-1)).toBe(`          critical path 21s: builder → one → ${id} → two → ${id}`);
});

test("the same for a person: status, timeline and tree", () => {
  const drafts = [...begin(known), ...finish("planner", 12), turnStarted("researcher", "plan")];
  const { run, status } = describe(drafts, { seconds: 5 });
  expect(renderStatus(run, status, PLAIN)).toEqual([
    "demo  running  pid 4242",
    "  ✓ planner     finished  12s, 1.0k in, 100 out",
    "  ▶ researcher  running plan  5.0s of about 30s, 0 in, 0 out",
    "  · builder     waiting  about 20s  after researcher",
    "  so far 10s, about 1m 25s left",
    "  1.0k in, 100 out",
    "  critical path: planner → researcher → builder",
    "  next: codex-squad attach demo",
  ]);
  const timeline = new Timeline({ style: PLAIN, columns: () => null });
  const lines = dateEvents(drafts).flatMap((event) => timeline.add(event));
  expect(lines.find((line) => line.includes("wave 0"))).toEndWith("◆ wave 0 of core: 3 agents, about 1m 00s");
  const frame = { run, actions: new LastActions(), style: PLAIN, tick: 0, columns: 100, rows: 30 };
  const [summary] = drawTree({ ...frame, nowMs: run.lastAtMs + 5 * SECOND });
  expect(summary).toBe("demo  1 of 3 done · 1 running · 10s · about 1m 25s left · 1.0k in, 100 out");
});

test("a stopped run has no critical path in its timeline", () => {
  const timeline = new Timeline({ style: PLAIN, columns: () => null });
  const events = dateEvents([...begin(known), ...finish("planner", 12), runFinished("stopped")]);
  expect(events.flatMap((event) => timeline.add(event)).join("\n")).not.toContain("critical path");
});

test("events that a record can do without change nothing in it but the time", () => {
  const story = readStory();
  const isFolded = (event: Event, index: number) => index === story.length - 1 || !UNFOLDED.has(event.type);
  expect(foldRun(story.filter(isFolded))).toEqual(foldRun(story));
  expect(story.filter(isFolded).length).toBeLessThan(story.length);
});
