import { expect, test } from "bun:test";
import type { Estimates } from "../../src/events/estimates.ts";
import { agent, planOf, SimulatedRun } from "../rig/simulated_run.ts";

const core = (id: string, dependsOn: string[] = [], more = {}) =>
  agent(id, dependsOn, { kind: "core", followUpEnabled: true, ...more });
const builder = (dependsOn: string[] = []) => core("builder", dependsOn, { blueprint: true });
const blueprint = (edges: Record<string, string[]>) =>
  JSON.stringify({
    agents: Object.entries(edges).map(([id, dependsOn]) => ({ id, role: id, prompt: `do ${id}`, dependsOn })),
  });

test("each agent starts as soon as its own dependencies are done, not when a wave is", () => {
  const run = new SimulatedRun(planOf(agent("a"), agent("b"), agent("c", ["a"]), agent("d", ["b", "c"])));
  expect(run.running).toEqual(["a", "b"]);
  run.finish("a");
  expect(run.running).toEqual(["b", "c"]);
  run.finish("c");
  expect(run.running).toEqual(["b"]);
  run.finish("b");
  expect(run.running).toEqual(["d"]);
  run.finish("d");
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test("a barrier schedule waits for the whole level", () => {
  const plan = planOf(agent("a"), agent("b"), agent("c", ["a"]), agent("d", ["b", "c"]));
  const run = new SimulatedRun(plan, { schedule: "barrier" });
  run.finish("a");
  expect(run.running).toEqual(["b"]);
  run.finish("b");
  expect(run.running).toEqual(["c"]);
  run.finish("c");
  run.finish("d");
  expect(run.end?.state).toBe("finished");
});

test("after a resume a barrier waits for every level before, not for the last one alone", () => {
  const plan = planOf(
    agent("a"),
    agent("b"),
    agent("c", ["a"]),
    agent("d", ["c"]),
    agent("retried", ["b"]),
    agent("e", ["d"]),
  );
  const run = new SimulatedRun(plan, { schedule: "barrier" });
  for (const id of ["a", "b", "c"]) run.finish(id);
  run.fail("retried");
  run.finish("d");
  run.fail("e");
  run.resume();
  expect(run.running).toEqual(["retried"]);
  run.finish("retried");
  expect(run.running).toEqual(["e"]);
  run.finish("e");
  expect(run.end?.state).toBe("finished");
});

test("barriers follow the plan that a resume brings", () => {
  const plan = planOf(agent("first"), agent("a", ["first"]), agent("b", ["a"]));
  const run = new SimulatedRun(plan, { schedule: "barrier" });
  run.interrupt();
  run.finish("first");
  const newer = planOf(agent("first"), agent("a", ["b"]), agent("b", ["first"]));
  run.record({ type: "run.resumed", version: "0", pid: 2, plan: newer });
  run.settle();
  expect(run.running).toEqual(["b"]);
  run.finish("b");
  run.finish("a");
  expect(run.end?.state).toBe("finished");
});

test("the cap holds, and the longest remaining path goes first", () => {
  const plan = planOf(
    agent("leaf"),
    agent("x"),
    agent("x2", ["x"]),
    agent("x3", ["x2"]),
    agent("y"),
    agent("y2", ["y"]),
  );
  const run = new SimulatedRun(plan, { maxParallel: 2 });
  expect(run.running).toEqual(["x", "y"]);
  run.finish("y");
  expect(run.running).toEqual(["x", "leaf"]);
});

test("an agent whose time nobody knows counts as the typical one, not as next to nothing", () => {
  const chain = [agent("x"), agent("x2", ["x"]), agent("x3", ["x2"])];
  const lone = (ms: number) => agent("lone", [], { kind: "core", estimateMs: ms });
  const first = (estimates?: Estimates) =>
    new SimulatedRun(planOf(lone(5000), ...chain), { maxParallel: 1 }, estimates);
  // Three unknown ones are as long as the only one that is known, each.
  expect(first().running).toEqual(["x"]);
  expect(first({ agents: { other: 1000 }, specialistMs: 1000 }).running).toEqual(["lone"]);
  expect(first({ agents: { other: 1000, x3: 4000 }, specialistMs: 1000 }).running).toEqual(["x"]);
});

test("an agent is never taken for what every object has", () => {
  const plan = planOf(agent("short", [], { estimateMs: 1 }), agent("constructor", []), agent("after", ["constructor"]));
  const run = new SimulatedRun(plan, { maxParallel: 1 }, { agents: {}, specialistMs: 2 });
  expect(run.running).toEqual(["constructor"]);
  expect(run.state.agents.get("constructor")?.urgency).toBe(4);
});

test("core agents plan and follow up on one thread, and the next reads on when both are done", () => {
  const run = new SimulatedRun(planOf(core("planner"), core("researcher", ["planner"])));
  run.finish("planner");
  expect(run.open.get("planner")).toMatchObject({ phase: "follow-up", threadId: "thread-planner" });
  expect(run.running).toEqual(["planner"]);
  run.finish("planner");
  expect(run.open.get("researcher")).toMatchObject({ phase: "plan", threadId: null });
});

test("an accepted blueprint becomes a wave that runs as its graph allows", () => {
  const run = new SimulatedRun(planOf(builder()));
  run.finish("builder");
  run.finish("builder", blueprint({ one: [], two: [], three: ["one", "two"] }));
  expect(run.running).toEqual(["one", "two"]);
  run.finish("one");
  run.finish("two");
  run.finish("three");
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test.each([
  ["not JSON", "sorry", "not JSON"],
  ["a cycle", blueprint({ one: ["two"], two: ["one"] }), "one -> two -> one"],
  ["five agents", blueprint({ a: [], b: [], c: [], d: [], e: [] }), "more than 4 agents"],
  ["an unknown dependency", blueprint({ one: ["ghost"] }), '"ghost"'],
  ["a self dependency", blueprint({ one: ["one"] }), "depends on itself"],
  ["a reserved id", blueprint({ timeline: [] }), "reserved"],
  ["an id of the run", blueprint({ builder: [] }), "exists in this run already"],
  ["a bad id", blueprint({ "Not Good": [] }), "must be an agent id"],
])("a blueprint with %s is repaired once on the same thread, then fails by name", (_name, bad, fault) => {
  const run = new SimulatedRun(planOf(builder()));
  run.finish("builder");
  run.finish("builder", bad);
  expect(run.open.get("builder")).toMatchObject({ phase: "repair", threadId: "thread-builder", attempt: 1 });
  const rejected = run.events.find((event) => event.type === "blueprint.rejected");
  expect(rejected?.type === "blueprint.rejected" && rejected.faults.join("\n")).toContain(fault);
  expect(rejected?.type === "blueprint.rejected" && rejected.text).toBe(bad);
  run.finish("builder", bad);
  expect(run.status("builder")).toBe("failed");
  expect(run.end).toEqual({ state: "failed", exitCode: 1 });
  run.resume();
  expect(run.open.get("builder")).toMatchObject({ phase: "repair", attempt: 2 });
  run.finish("builder", blueprint({ one: [] }));
  run.finish("one");
  expect(run.end?.state).toBe("finished");
});

test("a failed agent's dependents are skipped and told why; the rest go on", () => {
  const run = new SimulatedRun(planOf(agent("a"), agent("b"), agent("c", ["a"]), agent("d", ["c"]), agent("e", ["b"])));
  run.fail("a");
  const skipped = run.events.filter((event) => event.type === "agent.skipped");
  expect(skipped.map((event) => event.type === "agent.skipped" && [event.agent, event.because])).toEqual([
    ["c", "a failed"],
    ["d", "c was skipped"],
  ]);
  run.finish("b");
  run.finish("e");
  expect(run.end).toEqual({ state: "failed", exitCode: 1 });
  run.resume();
  expect(run.open.get("a")).toMatchObject({ attempt: 2, threadId: "thread-a", continues: true });
  expect(run.running).toEqual(["a"]);
  run.finish("a");
  run.finish("c");
  run.finish("d");
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test("an interrupt lets those that have begun finish, follow-up included, and starts none", () => {
  const run = new SimulatedRun(planOf(core("planner"), core("researcher", ["planner"])));
  run.interrupt();
  run.finish("planner");
  expect(run.open.get("planner")?.phase).toBe("follow-up");
  run.finish("planner");
  expect(run.running).toEqual([]);
  expect(run.end).toEqual({ state: "stopped", exitCode: 4 });
  run.resume();
  expect(run.running).toEqual(["researcher"]);
});

test("a blueprint accepted during an interrupt starts its wave at the resume", () => {
  const run = new SimulatedRun(planOf(builder()));
  run.finish("builder");
  run.interrupt();
  run.finish("builder", blueprint({ one: [] }));
  expect(run.end).toEqual({ state: "stopped", exitCode: 4 });
  run.resume();
  expect(run.running).toEqual(["one"]);
  run.finish("one");
  expect(run.end?.exitCode).toBe(0);
});

test("a used-up quota asks for nothing more, not even a follow-up, and the resume asks nothing twice", () => {
  const run = new SimulatedRun(planOf(core("a"), core("b"), core("c", ["a"])));
  run.fail("a", "quota");
  run.finish("b");
  expect(run.running).toEqual([]);
  expect(run.end).toEqual({ state: "stopped", exitCode: 4 });
  expect(run.status("a")).toBe("running");
  run.resume();
  expect(run.open.get("a")).toMatchObject({ phase: "plan", attempt: 2, continues: true });
  expect(run.open.get("b")).toMatchObject({ phase: "follow-up", attempt: 1 });
});

test.each(["first", "last"])("a used-up quota holds whatever ends in the same moment, told of %s", (when) => {
  const run = new SimulatedRun(planOf(core("a"), core("b")));
  const failure = { kind: "quota", message: "used up" } as const;
  const ref = { agent: "a", phase: "plan", attempt: 1, threadId: "t" } as const;
  const answered = { agent: "b", phase: "plan", attempt: 1, threadId: "u" } as const;
  const usage = { input: 1, cachedInput: 0, output: 1, reasoning: 0 };
  const fail = () => run.record({ type: "turn.failed", ...ref, failure, usage: null, durationMs: 1 });
  if (when === "first") fail();
  run.record({ type: "turn.finished", ...answered, text: "done", usage, durationMs: 1 });
  if (when === "last") fail();
  run.settle();
  expect(run.events.filter(({ type }) => type === "turn.started")).toHaveLength(2);
  expect(run.end).toEqual({ state: "stopped", exitCode: 4 });
});

test("stopping everything leaves what was running to the resume", () => {
  const run = new SimulatedRun(planOf(agent("a"), agent("b", ["a"])));
  run.interrupt("everything");
  expect(run.end).toBeNull();
  run.fail("a", "aborted");
  expect(run.end).toEqual({ state: "stopped", exitCode: 4 });
  run.resume();
  expect(run.open.get("a")).toMatchObject({ attempt: 2, continues: true });
});

test("a crash in mid-turn continues the thread that was seen and asks again where none was", () => {
  const run = new SimulatedRun(planOf(agent("seen"), agent("unseen")));
  run.record({ type: "turn.thread", agent: "seen", phase: "work", attempt: 1, threadId: "t" });
  run.resume();
  expect(run.open.get("seen")).toMatchObject({ attempt: 2, threadId: "t", continues: true });
  expect(run.open.get("unseen")).toMatchObject({ attempt: 2, threadId: null, continues: false });
});

test("an answer that the resume has found of an agent that failed is not asked for again", () => {
  const run = new SimulatedRun(planOf(core("a"), agent("b", ["a"])));
  run.fail("a");
  run.record({ type: "run.resumed", version: "0", pid: 2 });
  const ref = { agent: "a", phase: "plan", attempt: 1, threadId: "thread-a" } as const;
  const usage = { input: 1, cachedInput: 0, output: 1, reasoning: 0 };
  run.record({ type: "turn.finished", ...ref, text: "found", usage, durationMs: 1, adopted: true });
  run.settle();
  expect(run.open.get("a")).toMatchObject({ phase: "follow-up", attempt: 1, threadId: "thread-a" });
  run.finish("a");
  run.finish("b");
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test("groups run one after the other", () => {
  const run = new SimulatedRun({
    groups: [
      { id: "one", agents: [agent("a")] },
      { id: "two", agents: [agent("b"), agent("c", ["a"])] },
    ],
  });
  expect(run.running).toEqual(["a"]);
  run.finish("a");
  expect(run.running).toEqual(["b", "c"]);
});
