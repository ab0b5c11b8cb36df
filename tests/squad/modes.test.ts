import { expect, test } from "bun:test";
import type { Handoff } from "../../src/blueprint/blueprint.ts";
import type { EventDraft, EventType } from "../../src/events/event.ts";
import { describeOrchestrator } from "../../src/plan/deciders.ts";
import type { GroupModes, GroupPlan } from "../../src/plan/plan.ts";
import { agent, SimulatedRun } from "../rig/simulated_run.ts";

const ORCHESTRATOR = "autonomous-orchestrator";
const core = (id: string, dependsOn: string[] = [], more = {}) => agent(id, dependsOn, { kind: "core", ...more });
const builder = core("builder", [], { blueprint: true });
const named = (edges: Record<string, string[]>) =>
  Object.entries(edges).map(([id, dependsOn]) => ({ id, role: id, prompt: `do ${id}`, dependsOn }));
const blueprint = (edges: Record<string, string[]>) => JSON.stringify({ agents: named(edges) });
const nothing = (reason = "the tests pass") => JSON.stringify({ agents: [], reason });

function group(modes: Partial<GroupModes>, id = "core", agents = [builder]): GroupPlan {
  const whole: GroupModes = { parallel: false, autonomous: false, maxWaves: 5, relay: null, ...modes };
  const orchestrator = whole.autonomous ? [describeOrchestrator(agents[0]?.id ?? null, whole.relay !== null)] : [];
  return { id, agents: [...agents, ...orchestrator], modes: whole };
}

const start = (...groups: readonly GroupPlan[]) => new SimulatedRun({ groups });
const autonomous = (modes: Partial<GroupModes> = {}) => start(group({ autonomous: true, ...modes }));

/** The builder's blueprint is given, and its specialists are done. */
function afterFirstWave(run: SimulatedRun): SimulatedRun {
  run.finish("builder", blueprint({ one: [] }));
  run.finish("one");
  return run;
}

const eventsOf = <T extends EventType>(run: SimulatedRun, type: T) =>
  run.events.filter((event): event is Extract<EventDraft, { type: T }> => event.type === type);

test("--parallel sends a chain back once, quoting it, and then runs it with a warning", () => {
  const run = start(group({ parallel: true }));
  run.finish("builder", blueprint({ api: [], web: ["api"], docs: [] }));
  expect(eventsOf(run, "blueprint.rejected")).toMatchObject([
    { faults: ["--parallel asks for specialists that do not wait for each other: api -> web"], final: false },
  ]);
  expect(run.open.get("builder")?.phase).toBe("repair");
  run.finish("builder", blueprint({ api: [], web: ["api"] }));
  expect(eventsOf(run, "blueprint.accepted")[0]?.warnings).toEqual([
    "the specialists wait for each other in spite of --parallel: api -> web",
  ]);
  expect(run.running).toEqual(["api"]);
});

test("--parallel takes specialists that all begin at once as they come", () => {
  const run = start(group({ parallel: true }));
  run.finish("builder", blueprint({ a: [], b: ["builder"], c: [], d: [] }));
  expect(run.running).toEqual(["a", "b", "c", "d"]);
  expect(eventsOf(run, "blueprint.accepted")[0]?.warnings).toEqual([]);
});

test("a blueprint that is broken and chained is sent back once, for both", () => {
  const run = start(group({ parallel: true }));
  run.finish("builder", blueprint({ a: ["ghost"], b: ["a"] }));
  expect(eventsOf(run, "blueprint.rejected")[0]?.faults).toHaveLength(2);
  run.finish("builder", blueprint({ a: ["ghost"] }));
  expect(run.status("builder")).toBe("failed");
});

test("one straight chain is carried out by those that the continuation names", () => {
  const run = start(group({}));
  run.finish("builder", blueprint({ one: [], two: ["one"], three: ["two"] }));
  expect(run.status("continuation")).toBe("waiting");
  for (const id of ["one", "two", "three"]) run.finish(id);
  expect(run.open.get("continuation")).toMatchObject({ phase: "work", attempt: 1 });
  run.finish("continuation", blueprint({ "make-a": [], "make-b": ["make-a"] }));
  expect(run.running).toEqual(["make-a"]);
  expect(run.state.agents.get("make-a")).toMatchObject({
    bornBy: "continuation",
    spec: { tags: ["dynamic-blueprint", "builder-implementer"], sandbox: "workspace-write" },
  });
  run.finish("make-a");
  run.finish("make-b");
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test("a continuation may find that nothing is left, and is repaired once when it answers anything else", () => {
  const run = start(group({}));
  run.finish("builder", blueprint({ one: [], two: ["one"] }));
  run.finish("one");
  run.finish("two");
  run.finish("continuation", "I think it is done");
  expect(run.open.get("continuation")?.phase).toBe("repair");
  run.finish("continuation", nothing());
  expect(run.status("continuation")).toBe("finished");
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test.each([
  ["prose", "all of it is carried out, I believe"],
  ["the chain itself again", blueprint({ one: [], two: ["one"] })],
])(
  "a continuation that answers twice with %s names nobody: the run ends, and says what is not known",
  (_what, answer) => {
    const run = start(group({}));
    run.finish("builder", blueprint({ one: [], two: ["one"] }));
    for (const id of ["one", "two"]) run.finish(id);
    run.finish("continuation", answer);
    expect(run.open.get("continuation")?.phase).toBe("repair");
    run.finish("continuation", answer);
    expect(eventsOf(run, "blueprint.accepted").at(-1)?.warnings[0]).toContain(
      "asked twice, continuation gave no usable",
    );
    expect(run.end).toEqual({ state: "finished", exitCode: 0 });
    expect(run.state.endReason).toBe(
      "every agent finished; continuation named nobody in a usable form, and work may be left",
    );
  },
);

test("a continuation whose blueprint stays broken fails by name", () => {
  const run = start(group({}));
  run.finish("builder", blueprint({ one: [], two: ["one"] }));
  for (const id of ["one", "two"]) run.finish(id);
  run.finish("continuation", blueprint({ a: ["b"], b: ["a"] }));
  run.finish("continuation", '{"agents": "many"}');
  expect(run.status("continuation")).toBe("failed");
  expect(run.end?.exitCode).toBe(1);
});

test("a chain that breaks has no continuation, and what is no chain neither", () => {
  const broken = start(group({}));
  broken.finish("builder", blueprint({ one: [], two: ["one"] }));
  broken.fail("one");
  expect([broken.status("two"), broken.status("continuation")]).toEqual(["skipped", "skipped"]);
  for (const edges of [{ one: [] }, { one: [], two: [] }, { one: [], two: ["one"], three: ["one"] }]) {
    const run = start(group({}));
    run.finish("builder", blueprint(edges));
    expect(run.status("continuation")).toBeUndefined();
  }
  const looped = autonomous();
  looped.finish("builder", blueprint({ one: [], two: ["one"] }));
  expect(looped.status("continuation")).toBeUndefined();
});

test("two groups with a chain each have a continuation each", () => {
  const second = group({}, "second", [core("other", [], { blueprint: true })]);
  const run = start(group({}), second);
  run.finish("builder", blueprint({ one: [], two: ["one"] }));
  for (const id of ["one", "two"]) run.finish(id);
  run.finish("continuation", nothing());
  run.finish("other", blueprint({ three: [], four: ["three"] }));
  for (const id of ["three", "four"]) run.finish(id);
  expect(run.running).toEqual(["continuation-2"]);
});

test("a continuation does not take the name of a configured agent to come", () => {
  const run = start(group({}), group({}, "later", [core("continuation"), core("qa", ["continuation"])]));
  run.finish("builder", blueprint({ one: [], two: ["one"] }));
  for (const id of ["one", "two"]) run.finish(id);
  expect(run.running).toEqual(["continuation-2"]);
  run.finish("continuation-2", nothing());
  expect(run.running).toEqual(["continuation"]);
  run.finish("continuation");
  run.finish("qa");
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test("the orchestrator is asked after each wave, on a thread of its own, until it says that nothing is left", () => {
  const run = afterFirstWave(autonomous());
  expect(run.open.get(ORCHESTRATOR)).toMatchObject({ phase: "work", attempt: 1, threadId: null });
  run.finish(ORCHESTRATOR, blueprint({ two: [], three: ["two"] }));
  expect(run.status(ORCHESTRATOR)).toBe("waiting");
  expect(run.state.agents.get("two")?.spec.tags).toEqual(["dynamic-blueprint", "autonomous"]);
  run.finish("two");
  run.finish("three");
  expect(run.open.get(ORCHESTRATOR)).toMatchObject({ attempt: 2, threadId: null, continues: false });
  run.finish(ORCHESTRATOR, nothing());
  expect(eventsOf(run, "autonomous.ended")).toMatchObject([
    { group: "core", cause: "nothing-left", waves: 1, reason: "the tests pass" },
  ]);
  expect(eventsOf(run, "agent.finished").filter((event) => event.agent === ORCHESTRATOR)).toHaveLength(1);
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test("an orchestrator that never says stop has its waves and no more, and nobody calls the task done", () => {
  const run = afterFirstWave(autonomous({ maxWaves: 2 }));
  for (const id of ["two", "three"]) {
    run.finish(ORCHESTRATOR, blueprint({ [id]: [] }));
    run.finish(id);
  }
  expect(run.running).toEqual([]);
  expect(eventsOf(run, "autonomous.ended")).toMatchObject([{ cause: "max-waves", waves: 2 }]);
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
  expect(run.state.endReason).toContain("group core had its 2 autonomous waves, and work may be left");
});

test("an orchestrator that repeats itself after a wave without a changed file ends the loop", () => {
  const run = autonomous();
  run.finish("builder", blueprint({ one: [], two: ["one"] }));
  run.changed = false;
  for (const id of ["one", "two"]) run.finish(id);
  run.finish(ORCHESTRATOR, JSON.stringify({ agents: named({ one: [], two: ["one"] }) }));
  expect(eventsOf(run, "autonomous.ended")).toMatchObject([{ cause: "no-change", waves: 0 }]);
  expect(run.end?.state).toBe("finished");
  expect(run.state.endReason).toContain("went round in a circle");
});

test("the same work under other names is the same; after changes it is asked for again", () => {
  const same = JSON.stringify({ agents: [{ id: "again", role: "x", prompt: " do  one", dependsOn: [] }] });
  const still = autonomous();
  still.changed = false;
  afterFirstWave(still).finish(ORCHESTRATOR, same);
  expect(eventsOf(still, "autonomous.ended")).toMatchObject([{ cause: "no-change" }]);
  const moving = afterFirstWave(autonomous());
  moving.finish(ORCHESTRATOR, same);
  expect(moving.running).toEqual(["again"]);
});

test("an orchestrator whose answers are refused for good fails by name, and the resume asks it again", () => {
  const run = afterFirstWave(autonomous());
  run.finish(ORCHESTRATOR, blueprint({ one: [] }));
  expect(eventsOf(run, "blueprint.rejected")[0]?.faults).toEqual(['agent "one" exists in this run already']);
  run.finish(ORCHESTRATOR, "no idea");
  expect(run.status(ORCHESTRATOR)).toBe("failed");
  expect(run.end).toEqual({ state: "failed", exitCode: 1 });
  run.resume();
  expect(run.open.get(ORCHESTRATOR)).toMatchObject({ phase: "repair", attempt: 2 });
  run.finish(ORCHESTRATOR, nothing());
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test("without a blueprint there are no waves to go on from: the orchestrator is skipped and told why", () => {
  const run = autonomous();
  run.finish("builder", "no");
  run.finish("builder", "no");
  expect(eventsOf(run, "agent.skipped")).toMatchObject([{ agent: ORCHESTRATOR, because: "builder failed" }]);
  expect(run.end).toEqual({ state: "failed", exitCode: 1 });
});

test("a wave in which all fail is shown to the orchestrator, who may go on", () => {
  const run = autonomous();
  run.finish("builder", blueprint({ one: [], two: ["one"] }));
  run.fail("one");
  expect(run.running).toEqual([ORCHESTRATOR]);
  run.finish(ORCHESTRATOR, blueprint({ again: ["two"] }));
  expect(eventsOf(run, "blueprint.rejected")[0]?.faults).toEqual(['"again" depends on "two", which was skipped']);
  run.finish(ORCHESTRATOR, blueprint({ again: [] }));
  run.finish("again");
  run.finish(ORCHESTRATOR, nothing());
  expect(run.end).toEqual({ state: "failed", exitCode: 1 });
});

test("nobody may wait for the orchestrator, nor take the id of an agent to come", () => {
  const run = start(group({ autonomous: true }), group({}, "later", [core("qa")]));
  run.finish("builder", blueprint({ one: [ORCHESTRATOR], qa: [] }));
  expect(eventsOf(run, "blueprint.rejected")[0]?.faults).toEqual([
    'agent "qa" exists in this run already',
    `"one" depends on "${ORCHESTRATOR}", which does not exist`,
  ]);
});

test("an interrupt between two waves starts none, and the resume asks on", () => {
  const run = autonomous();
  run.finish("builder", blueprint({ one: [] }));
  run.interrupt();
  run.finish("one");
  expect(run.end).toEqual({ state: "stopped", exitCode: 4 });
  expect(run.status(ORCHESTRATOR)).toBe("waiting");
  run.resume();
  expect(run.running).toEqual([ORCHESTRATOR]);
});

test("an interrupt while the orchestrator decides lets it finish, and its wave waits for the resume, built once", () => {
  const run = afterFirstWave(autonomous());
  run.interrupt();
  run.finish(ORCHESTRATOR, blueprint({ two: [] }));
  expect(run.end).toEqual({ state: "stopped", exitCode: 4 });
  run.resume();
  expect(run.running).toEqual(["two"]);
  run.finish("two");
  run.finish(ORCHESTRATOR, nothing());
  expect(eventsOf(run, "wave.started").map(({ wave }) => wave)).toEqual([0, 1, 2]);
  expect(run.end?.state).toBe("finished");
});

test("a crash while the orchestrator decides continues its thread", () => {
  const run = afterFirstWave(autonomous());
  run.record({ type: "turn.thread", agent: ORCHESTRATOR, phase: "work", attempt: 1, threadId: "t" });
  run.resume();
  expect(run.open.get(ORCHESTRATOR)).toMatchObject({ attempt: 2, threadId: "t", continues: true });
});

test("an answer that the resume has found of an orchestrator that failed is taken", () => {
  const run = afterFirstWave(autonomous());
  run.fail(ORCHESTRATOR);
  run.record({ type: "run.resumed", version: "0", pid: 2 });
  const ref = { agent: ORCHESTRATOR, phase: "work", attempt: 1, threadId: `thread-${ORCHESTRATOR}` } as const;
  const usage = { input: 1, cachedInput: 0, output: 1, reasoning: 0 };
  run.record({ type: "turn.finished", ...ref, text: nothing(), usage, durationMs: 1, adopted: true });
  run.settle();
  expect(run.running).toEqual([]);
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test("one orchestrator serves all autonomous groups, one after the other, and ends with the last", () => {
  const later = group({ autonomous: true }, "later", [core("second", [], { blueprint: true })]);
  const run = start(
    group({ autonomous: true }),
    { ...later, agents: later.agents.slice(0, 1) },
    group({}, "end", [core("qa")]),
  );
  afterFirstWave(run).finish(ORCHESTRATOR, nothing());
  expect(run.running).toEqual(["second"]);
  run.finish("second", blueprint({ two: [] }));
  run.finish("two");
  run.finish(ORCHESTRATOR, blueprint({ three: [] }));
  run.finish("three");
  run.finish(ORCHESTRATOR, nothing());
  expect(eventsOf(run, "autonomous.ended").map((event) => [event.group, event.waves])).toEqual([
    ["core", 0],
    ["later", 1],
  ]);
  expect(run.status(ORCHESTRATOR)).toBe("finished");
  expect(run.running).toEqual(["qa"]);
});

const note = { decided: ["SQLite"], rejected: [], risks: [], files: ["db.sql"], remaining: ["the routes"] };
const pass = (from: string, to: string, more: Partial<Handoff> = {}) =>
  JSON.stringify({
    agents: named({ api: [], web: [] }),
    reason: "go on",
    handoff: { from, to, message: "m", note, ...more },
  });
const relay = (rules: Partial<NonNullable<GroupModes["relay"]>> = {}) =>
  afterFirstWave(autonomous({ relay: { requireHandoffNote: true, graph: {}, ...rules } }));

test("each wave of a relay hands a message on, and only its receiver has it", () => {
  const run = relay();
  run.finish(ORCHESTRATOR, pass("one", "api"));
  expect(run.state.agents.get("api")).toMatchObject({
    handoff: { from: "one", message: "m" },
    spec: { tags: ["dynamic-blueprint", "autonomous", "relay"] },
  });
  expect(run.state.agents.get("web")?.handoff).toBeNull();
});

test.each([
  ["nobody", pass("one", " "), "handoff.to: it is handed to nobody"],
  ["itself", pass("one", "one"), 'handoff.to: "one" hands on to itself'],
  [
    "one that has ended",
    pass("one", "builder"),
    'handoff.to: "builder" has had its turn; hand on to an agent of this wave',
  ],
  ["a stranger", pass("one", "ghost"), 'handoff.to: "ghost" is no agent of this wave'],
  [
    "the new from the new",
    pass("web", "api"),
    'handoff.from: "web" is only born in this wave and has nothing to hand on yet',
  ],
  ["from a stranger", pass("ghost", "api"), 'handoff.from: "ghost" is no agent of this run'],
  ["without a note", pass("one", "api", { note: null }), "handoff.note: is missing"],
  [
    "an empty note",
    pass("one", "api", { note: { ...note, decided: [], files: [], remaining: [] } }),
    "handoff.note: says nothing",
  ],
  ["no message", pass("one", "api", { message: "" }), "handoff.message: says nothing"],
  ["nothing", blueprint({ api: [] }), "the wave hands nothing on: handoff with its note is missing"],
  ["half a note", pass("one", "api", { note: { decided: ["x"] } as never }), "handoff.note.rejected: "],
])("a handoff to %s is sent back, then fails by name", (_whom, answer, fault) => {
  const run = relay();
  run.finish(ORCHESTRATOR, answer);
  expect(run.open.get(ORCHESTRATOR)?.phase).toBe("repair");
  expect(eventsOf(run, "blueprint.rejected")[0]?.faults.join("\n")).toContain(fault);
  run.finish(ORCHESTRATOR, answer);
  expect(eventsOf(run, "agent.failed")[0]?.failure.message).toContain(fault);
  expect(run.end).toEqual({ state: "failed", exitCode: 1 });
});

test("a handoff to or from an agent that failed is refused", () => {
  const run = autonomous({ relay: { requireHandoffNote: true, graph: {} } });
  run.finish("builder", blueprint({ one: [], two: [] }));
  run.fail("one");
  run.finish("two");
  run.finish(ORCHESTRATOR, pass("one", "one2"));
  expect(eventsOf(run, "blueprint.rejected")[0]?.faults).toEqual([
    'handoff.from: "one" failed',
    'handoff.to: "one2" is no agent of this wave',
  ]);
  run.finish(ORCHESTRATOR, pass("two", "one"));
  expect(eventsOf(run, "agent.failed").at(-1)?.failure.message).toContain('"one" failed and receives nothing');
});

test("the graph binds the agents that it lists, and leaves others free", () => {
  const bound = relay({ graph: { builder: [], one: ["web"] } });
  bound.finish(ORCHESTRATOR, pass("one", "api"));
  expect(eventsOf(bound, "blueprint.rejected")[0]?.faults).toEqual([
    'the relay graph lets "one" hand on to web, not to "api"',
  ]);
  bound.finish(ORCHESTRATOR, pass("builder", "api"));
  expect(eventsOf(bound, "agent.failed")[0]?.failure.message).toContain(
    'lets "builder" hand on to nobody, not to "api"',
  );
  const free = relay({ graph: { builder: [] } });
  free.finish(ORCHESTRATOR, pass("one", "api"));
  expect(free.running).toEqual(["api", "web"]);
});

test("a relay that does not require notes takes a wave without one", () => {
  const run = relay({ requireHandoffNote: false });
  run.finish(ORCHESTRATOR, blueprint({ api: [] }));
  expect(run.running).toEqual(["api"]);
});

test("a resume that tries many failed agents again keeps to the cap", () => {
  const agents = Array.from({ length: 6 }, (_, index) => agent(`a${index}`));
  const run = new SimulatedRun({ groups: [{ id: "core", agents }] }, { maxParallel: 2 });
  for (let index = 0; index < 6; index++) run.fail(run.running[0] ?? "");
  run.resume();
  expect(run.running).toHaveLength(2);
});
