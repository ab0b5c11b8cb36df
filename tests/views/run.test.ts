import { expect, test } from "bun:test";
import { sessionPaths } from "../../src/core/paths.ts";
import type { Event, EventDraft } from "../../src/events/event.ts";
import { InterruptSummary, summariseInterrupt } from "../../src/views/interrupt.ts";
import { measureRun, renderMetrics } from "../../src/views/metrics.ts";
import { describeRun } from "../../src/views/render_status.ts";
import { foldReport, renderReport } from "../../src/views/report.ts";
import { foldRun } from "../../src/views/run_state.ts";
import { PLAIN } from "../../src/views/style.ts";
import {
  agentFinished,
  dateEvents,
  interrupted,
  readStory,
  runFinished,
  spec,
  started,
  turnFinished,
  turnStarted,
  usage,
} from "./story.ts";

const squad = [spec("planner"), spec("researcher", ["planner"]), spec("builder", ["researcher"])];
const cut: EventDraft[] = [
  started(squad),
  turnStarted("planner", "plan"),
  turnFinished("planner", "plan"),
  agentFinished("planner"),
  turnStarted("researcher", "plan"),
  interrupted(["researcher"]),
];
const statesOf = (events: Event[], alive: boolean) =>
  Object.fromEntries(
    describeRun(foldRun(events), { alive, nowMs: Date.parse("2026-11-24T04:00:10Z") }).agents.map((agent) => [
      agent.id,
      agent.state,
    ]),
  );

test("status has exactly what scripts rely on", () => {
  const status = describeRun(foldRun(readStory()), { alive: false, nowMs: 0 });
  expect(Object.keys(status)).toEqual([
    "session",
    "state",
    "pid",
    "reason",
    "elapsedMs",
    "remainingMs",
    "criticalPath",
    "agents",
    "usage",
  ]);
  for (const agent of status.agents) {
    expect(Object.keys(agent)).toEqual(["id", "state", "because", "waitsFor", "elapsedMs", "estimateMs", "usage"]);
  }
  expect(status).toMatchObject({ elapsedMs: 30_651, remainingMs: null });
  expect(status.criticalPath).toEqual(["planner", "researcher", "builder", "api", "page"]);
  expect(status).toMatchObject({ state: "failed", pid: 4242, reason: "1 agent failed, 1 was skipped" });
  expect(status.agents.map(({ id, state, because }) => [id, state, because])).toEqual([
    ["planner", "finished", null],
    ["researcher", "finished", null],
    ["builder", "finished", null],
    ["api", "finished", null],
    ["page", "failed", "400: the request is too large"],
    ["docs", "skipped", "page failed"],
  ]);
  expect(status.agents[0]).toMatchObject({ elapsedMs: 10820, usage: { input: 11300, output: 730 } });
  expect(status.usage).toEqual({ input: 70000, cachedInput: 44124, output: 2320, reasoning: 458 });
});

test("a run without an end is running or crashed, as its process lives or not", () => {
  const events = dateEvents(cut);
  expect(describeRun(foldRun(events), { alive: true, nowMs: 0 }).state).toBe("running");
  expect(statesOf(events, true)).toEqual({ planner: "finished", researcher: "running", builder: "waiting" });
  expect(describeRun(foldRun(events), { alive: false, nowMs: 0 }).state).toBe("crashed");
  expect(statesOf(events, false)).toEqual({ planner: "finished", researcher: "stopped", builder: "waiting" });
});

test("a resume has failed, skipped and stopped agents wait again, and clears end and interrupt", () => {
  const story = readStory();
  const resumed = foldRun([...story, ...dateEvents([{ type: "run.resumed", version: "0.1.0", pid: 99 }], story)]);
  expect(describeRun(resumed, { alive: true, nowMs: 0 })).toMatchObject({ state: "running", pid: 99, reason: null });
  expect(resumed.agents.get("page")).toMatchObject({ state: "waiting", because: null });
  expect(resumed.agents.get("docs")?.state).toBe("waiting");
  expect(resumed.agents.get("planner")?.state).toBe("finished");
});

test("an interrupt is summarised at once, and once more when the last running agent has ended", () => {
  const rest: EventDraft[] = [
    turnFinished("researcher", "plan"),
    turnStarted("researcher", "follow-up"),
    turnFinished("researcher", "follow-up"),
    agentFinished("researcher"),
    runFinished("stopped"),
  ];
  const summary = new InterruptSummary();
  const texts = dateEvents([...cut, ...rest]).map((event) => summary.add(event));
  // Between its plan and its follow-up nothing of the researcher runs, but it has not ended.
  expect(texts.map((text) => text !== null)).toEqual([...Array(5).fill(false), true, false, false, false, true, false]);
  expect(texts[5]).toBe(`Session demo was interrupted by Ctrl+S at 2026-11-24 04:00:06 UTC.
Agents that have begun finish, nothing further starts.

Running when the interrupt came:
  researcher  plan, for 1.0s

Finished before:
  planner  finished in 1.0s, 1.0k in, 100 out

Not started:
  builder  builder role, after researcher

Go on with: codex-squad resume demo
`);
  expect(texts[9]).toContain("The last running agent ended at 2026-11-24 04:00:10 UTC. Nothing is running any more.");
  expect(texts[9]).toContain("  researcher  finished in 2.0s, 2.0k in, 200 out");
  expect(summariseInterrupt(dateEvents([...cut, ...rest]))).toBe(texts[9] ?? "");
  expect(summariseInterrupt(readStory())).toBeNull();
});

test("an interrupt that stops turns is over when the turns are, and one without anything running at once", () => {
  const quota = { type: "run.interrupted", by: "failure", stops: "turns", reason: "quota", running: ["a"] } as const;
  const summary = new InterruptSummary();
  const drafts = [started([spec("a")]), turnStarted("a", "plan"), quota, turnFinished("a", "plan")];
  expect(dateEvents(drafts).map((event) => summary.add(event))[3]).toContain("Nothing is running any more");
  expect(summariseInterrupt(dateEvents([started([spec("a")]), interrupted([])]))).toContain("Nothing was running");
});

test("metrics count every agent, waves included, and the total is the sum", () => {
  const metrics = measureRun(foldRun(readStory()));
  expect(metrics.agents.map(({ agent, turns }) => [agent, turns])).toEqual([
    ["planner", 2],
    ["researcher", 2],
    ["builder", 3],
    ["api", 1],
    ["page", 1],
    ["docs", 0],
  ]);
  expect(metrics.agents.reduce((sum, row) => sum + row.input, 0)).toBe(metrics.total.input);
  expect(metrics.total).toMatchObject({ input: 70000, cachedInput: 44124, output: 2320, reasoning: 458, turns: 9 });
  const table = renderMetrics(metrics, PLAIN);
  expect(table[0]).toBe("agent       turns  time   input       cached  output  reasoning");
  expect(table[1]).toBe("planner         2   11s  11,300   6,024  53%     730        128");
  expect(table[6]).toBe("docs            0  0.0s       0       0   0%       0          0");
  expect(table.at(-1)).toBe("total           9   31s  70,000  44,124  63%   2,320        458");
});

test("the cached share is of the input, rounded down, and keeps the table aligned at any width", () => {
  const row = { turns: 1, elapsedMs: 0, output: 0, reasoning: 0 };
  const all = { ...row, agent: "all", input: 1_234_567, cachedInput: 1_234_567 };
  const nearly = { ...row, agent: "nearly", input: 1000, cachedInput: 999 };
  const total = { ...row, agent: "total", input: 0, cachedInput: 0 };
  expect(renderMetrics({ agents: [all, nearly], total }, PLAIN)).toEqual([
    "agent   turns  time      input          cached  output  reasoning",
    "all         1  0.0s  1,234,567  1,234,567 100%       0          0",
    "nearly      1  0.0s      1,000        999  99%       0          0",
    "─".repeat(65),
    "total       1  0.0s          0          0   0%       0          0",
  ]);
});

test("the report says who did what, what failed and why, which files changed and what comes next", () => {
  const paths = sessionPaths("/project", "demo");
  const text = renderReport(foldReport(readStory()), {
    paths,
    style: PLAIN,
    columns: null,
    auditPath: "/a.db",
    alive: false,
  }).join("\n");
  expect(text).toContain("failed: 1 agent failed, 1 was skipped (4 of 6 agents finished in 31s)");
  expect(text).toContain("✓ planner     11s, 12.0k tokens  The plan: first the API, then the page.");
  expect(text).toContain("✗ page        failed: 400: the request is too large");
  expect(text).toContain("○ docs        skipped: page failed");
  expect(text).toContain(
    "3 files edited  (what shell commands wrote is in git status)\n  + src/server.ts  api\n  ~ package.json  api\n  - old.js  api",
  );
  expect(text).toContain("next     codex-squad resume run-20261124-040000-1f3a");
});

test("a finished run is never told to resume, and tokens of failed turns count", () => {
  const failure = { kind: "stream-cut", message: "cut" } as const;
  const events = dateEvents([
    started([spec("a")]),
    turnStarted("a", "plan"),
    {
      type: "turn.failed",
      agent: "a",
      phase: "plan",
      attempt: 1,
      threadId: null,
      failure,
      usage: usage(7, 3),
      durationMs: 5,
    },
    turnStarted("a", "plan"),
    turnFinished("a", "plan"),
    agentFinished("a"),
    runFinished("finished"),
  ]);
  const paths = sessionPaths("/project", "demo");
  const record = foldReport(events);
  expect(record.run.agents.get("a")).toMatchObject({ state: "finished", because: null, usage: usage(1007, 103) });
  const text = renderReport(record, { paths, style: PLAIN, columns: null, auditPath: null, alive: false }).join("\n");
  expect(text).not.toContain("resume");
});
