import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Phase } from "../../../src/events/event.ts";
import { describeOrchestrator } from "../../../src/plan/deciders.ts";
import type { GroupModes, GroupPlan } from "../../../src/plan/plan.ts";
import { TASK_LIMIT } from "../../../src/turns/prompt/shared.ts";
import { CONTINUE_PROMPT, writePrompt } from "../../../src/turns/prompt/write_prompt.ts";
import { agent, SimulatedRun } from "../../rig/simulated_run.ts";

const GOLDEN = join(import.meta.dir, "../../fixtures/golden/prompts");
const ORCHESTRATOR = "autonomous-orchestrator";

/** `UPDATE_GOLDEN=1 bun test` writes what is there now: read the difference before it is committed. */
function expectGolden(name: string, text: string): void {
  const file = join(GOLDEN, `${name}.md`);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, `${text}\n`);
  expect(`${text}\n`).toBe(readFileSync(file, "utf8"));
}

const core = (id: string, dependsOn: string[] = [], more = {}) =>
  agent(id, dependsOn, {
    kind: "core",
    role: `the ${id}`,
    followUpEnabled: true,
    followUpPrompt: `Final ${id}.`,
    ...more,
  });

const squad = [
  core("planner"),
  core("researcher", ["planner"]),
  core("builder", ["planner", "researcher"], { blueprint: true, followUpSchemaRules: ["Name files."] }),
];

function start(modes: Partial<GroupModes> = {}, agents = squad): SimulatedRun {
  const whole: GroupModes = { parallel: false, autonomous: false, maxWaves: 3, relay: null, ...modes };
  const orchestrator = whole.autonomous ? [describeOrchestrator("builder", whole.relay !== null)] : [];
  const group: GroupPlan = { id: "core", agents: [...agents, ...orchestrator], modes: whole };
  const run = new SimulatedRun({ groups: [group] });
  return run;
}

const named = (edges: Record<string, string[]>) =>
  Object.entries(edges).map(([id, dependsOn]) => ({ id, role: `the ${id}`, prompt: `Own part of ${id}.`, dependsOn }));

/** Up to the builder's blueprint, which is these. */
function build(run: SimulatedRun, edges: Record<string, string[]>): SimulatedRun {
  for (const id of ["planner", "researcher"]) {
    run.finish(id, `outline of ${id}`);
    run.finish(id, `answer of ${id}`);
  }
  run.finish("builder", "outline of builder");
  run.finish("builder", JSON.stringify({ agents: named(edges) }));
  return run;
}

/** The prompt of the turn that is running. */
function promptOf(run: SimulatedRun, id: string): string {
  const order = run.open.get(id);
  if (!order) throw new Error(`${id} runs no turn; running: ${run.running}`);
  return writePrompt(run.state, order);
}

const note = { decided: ["SQLite"], rejected: ["Postgres"], risks: [], files: ["db.sql"], remaining: ["routes"] };

test("the first agent has the task and its part", () => {
  expectGolden("planner-plan", promptOf(start(), "planner"));
});

test("earlier memory stands between the task and the part, marked as such", () => {
  const run = start();
  run.record({ type: "memory.recalled", text: "## planner, 2026-11-01\n\nUse tabs.", artifacts: [] });
  expectGolden("planner-memory", promptOf(run, "planner"));
});

test("a builder sees what it depends on, and then the form of its answer", () => {
  const run = start({ parallel: true });
  for (const id of ["planner", "researcher"]) {
    run.finish(id, `outline of ${id}`);
    run.finish(id, `answer of ${id}`);
  }
  expectGolden("builder-plan", promptOf(run, "builder"));
  run.finish("builder", "outline");
  expectGolden("builder-follow-up-parallel", promptOf(run, "builder"));
  run.finish("builder", JSON.stringify({ agents: named({ a: [], b: ["a"] }) }));
  expectGolden("builder-repair-parallel", promptOf(run, "builder"));
});

test("specialists share the head of their prompts; each has its own part alone", () => {
  const run = build(start(), { api: ["planner"], web: ["planner"] });
  const [api, web] = [promptOf(run, "api"), promptOf(run, "web")];
  expectGolden("specialist", api);
  const shared = api.slice(
    0,
    [...api].findIndex((character, place) => character !== web[place]),
  );
  expect(shared).toContain("answer of planner");
  expect(api).toContain("Own part of api.");
  expect(web).not.toContain("Own part of api.");
});

test("a continuation sees the chain, and its implementers the logs of those who planned", () => {
  const run = build(start(), { one: [], two: ["one"] });
  run.finish("one", "plan one");
  run.finish("two", "plan two");
  expectGolden("continuation", promptOf(run, "continuation"));
  run.finish("continuation", JSON.stringify({ reason: "only plans", agents: named({ make: [] }) }));
  expectGolden("implementer", promptOf(run, "make"));
  for (const log of ["planner", "researcher", "builder", "one", "two"])
    expect(promptOf(run, "make")).toContain(`logs/${log}.log`);
});

test("the orchestrator reads what failed first, then the newest, what changed, and what it said before", () => {
  const run = build(start({ autonomous: true }), { one: [], two: [] });
  run.finish("one", "did one");
  run.fail("two");
  expectGolden("orchestrator-first", promptOf(run, ORCHESTRATOR));
  run.finish(ORCHESTRATOR, JSON.stringify({ reason: "two is needed", agents: named({ again: ["one"] }) }));
  run.finish("again", "did two");
  expectGolden("orchestrator-second", promptOf(run, ORCHESTRATOR));
});

test("a relay tells its rules, and hands on to the receiver alone", () => {
  const relay = { requireHandoffNote: true, graph: { builder: [], one: ["next"] } };
  const run = build(start({ autonomous: true, relay }), { one: [] });
  run.finish("one", "did one");
  expectGolden("orchestrator-relay", promptOf(run, ORCHESTRATOR));
  const handoff = { from: "one", to: "next", message: "Build on the schema.", note };
  run.finish(ORCHESTRATOR, JSON.stringify({ reason: "go on", agents: named({ next: [], beside: [] }), handoff }));
  expectGolden("receiver", promptOf(run, "next"));
  expect(promptOf(run, "beside")).not.toContain("Build on the schema.");
});

test("a turn that goes on is told so, whatever it was", () => {
  const run = start();
  run.record({ type: "turn.thread", agent: "planner", phase: "plan", attempt: 1, threadId: "t" });
  run.resume();
  expect(promptOf(run, "planner")).toBe(CONTINUE_PROMPT);
});

test("the whole stays below what codex takes, however long task, answers and failures are", () => {
  const long = "ä".repeat(1 << 19);
  const chatter = Object.fromEntries(Array.from({ length: 4 }, (_, index) => [`w${index}`, []]));
  const run = start({ autonomous: true, maxWaves: 9 });
  run.state.prompt = long.repeat(2);
  build(run, chatter);
  for (let wave = 0; wave < 8; wave++) {
    for (const id of run.running.filter((one) => one !== ORCHESTRATOR)) run.finish(id, `${id} ${long}`);
    const prompt = promptOf(run, ORCHESTRATOR);
    expect(prompt.length).toBeLessThan(TASK_LIMIT + 200 * 1024);
    expect(prompt).toContain(".orchestrator/s/prompt.md");
    const agents = named(
      Object.fromEntries(Object.keys(chatter).map((id) => [`v${wave}${id}`, ["planner", "w0", "w1"]])),
    );
    run.finish(ORCHESTRATOR, JSON.stringify({ reason: "on", agents }));
    for (const id of run.running) {
      expect(promptOf(run, id).length).toBeLessThan(2 ** 20);
      expect(promptOf(run, id)).toContain("the whole answer is in logs/w0.log");
    }
  }
});

test.each<[Phase]>([["plan"], ["follow-up"], ["work"], ["repair"]])(
  "a prompt is a pure function of the state: %s twice is the same, and nothing of the environment is in it",
  (phase) => {
    const run = build(start(), { api: [] });
    const order = { agent: phase === "work" ? "api" : "builder", phase, attempt: 1, threadId: null, continues: false };
    process.env.CANARY_TOKEN = "canary-4711";
    try {
      expect(writePrompt(run.state, order)).toBe(writePrompt(run.state, order));
      expect(writePrompt(run.state, order)).not.toContain("canary-4711");
    } finally {
      delete process.env.CANARY_TOKEN;
    }
  },
);
