import { expect, test } from "bun:test";
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sessionPaths } from "../../src/core/paths.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import { measureEarlierRuns } from "../../src/events/durations.ts";
import type { EventDraft, Phase } from "../../src/events/event.ts";
import { createJournal } from "../../src/events/journal.ts";
import { ORCHESTRATOR_ID } from "../../src/plan/deciders.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { planOf, runStarted } from "../rig/simulated_run.ts";

const ref = (agent: string, phase: Phase) => ({ agent, phase, attempt: 1, threadId: null });
const turn = (agent: string, phase: Phase, durationMs: number): EventDraft => ({
  type: "turn.finished",
  ...ref(agent, phase),
  text: "done",
  usage: NO_USAGE,
  durationMs,
});
const failed = (agent: string, durationMs: number): EventDraft => ({
  type: "turn.failed",
  ...ref(agent, "plan"),
  failure: { kind: "stream-cut", message: "cut" },
  usage: null,
  durationMs,
});
const finished = (agent: string): EventDraft => ({ type: "agent.finished", agent, wave: 0 });
const work = (agent: string, durationMs: number) => [turn(agent, "work", durationMs), finished(agent)];

/** A run of the folder; `day` says how new it is. */
async function writeRun(projectRoot: string, day: number, drafts: readonly EventDraft[]): Promise<string> {
  const paths = sessionPaths(projectRoot, `run-${day}`);
  mkdirSync(paths.folder, { recursive: true });
  const created = createJournal(paths.journal, { now: () => Date.UTC(2026, 10, day) });
  if (!created.ok) throw new Error(created.error.message);
  for (const draft of [runStarted(planOf()), ...drafts]) expect(created.value.append(draft).ok).toBe(true);
  await created.value.close();
  return paths.journal;
}

test("an agent's time is the median of its finished turns in runs in which it finished", async () => {
  using dir = temporaryFolder();
  expect(measureEarlierRuns(dir.path)).toBeUndefined();
  const plannerOf = (ms: number) => [
    failed("planner", 50_000),
    turn("planner", "plan", ms),
    turn("planner", "follow-up", 10),
    finished("planner"),
  ];
  await writeRun(dir.path, 1, [...plannerOf(100), ...work("api", 40)]);
  await writeRun(dir.path, 2, [...plannerOf(300), ...work("api", 60), ...work("constructor", 50)]);
  await writeRun(dir.path, 3, [...plannerOf(200), turn("api", "work", 9), turn("late", "work", 1)]);
  expect(measureEarlierRuns(dir.path)).toEqual({
    agents: { planner: 210, api: 40, constructor: 50 },
    specialistMs: 50,
  });
});

test("a turn counts the same in whatever order its fields stand", async () => {
  using dir = temporaryFolder();
  const journal = await writeRun(dir.path, 1, work("api", 40));
  const lines = readFileSync(journal, "utf8").split("\n");
  const turned = lines.map((line) => line.replace(/("agent":"api","phase":"work",)(.*)("prev")/, "$2$1$3"));
  expect(turned).not.toEqual(lines);
  writeFileSync(journal, turned.join("\n"));
  expect(measureEarlierRuns(dir.path)).toEqual({ agents: { api: 40 }, specialistMs: 40 });
});

test("who names agents itself is no specialist, whatever its turn is called", async () => {
  using dir = temporaryFolder();
  const accepted: EventDraft = {
    type: "blueprint.accepted",
    agent: "continuation",
    wave: 2,
    blueprint: { agents: [] },
    warnings: [],
  };
  await writeRun(dir.path, 1, [
    turn("continuation", "work", 7),
    accepted,
    finished("continuation"),
    ...work("api", 40),
  ]);
  expect(measureEarlierRuns(dir.path)).toEqual({ agents: { continuation: 7, api: 40 }, specialistMs: 40 });
  // This one has said at once that nothing is left.
  await writeRun(dir.path, 2, work(ORCHESTRATOR_ID, 3));
  expect(measureEarlierRuns(dir.path)?.specialistMs).toBe(40);
});

test("the five newest runs that have something to tell count", async () => {
  using dir = temporaryFolder();
  for (let day = 1; day <= 7; day++) await writeRun(dir.path, day, work("api", day));
  await writeRun(dir.path, 8, [failed("api", 1)]);
  expect(measureEarlierRuns(dir.path)?.agents).toEqual({ api: 5 });
});

test("what is damaged, unreadable or no journal is passed over without a word", async () => {
  using dir = temporaryFolder();
  await writeRun(dir.path, 1, work("api", 40));
  const damaged = await writeRun(dir.path, 2, [...work("api", 1), ...work("page", 1)]);
  writeFileSync(damaged, readFileSync(damaged, "utf8").replace(/("agent":"page".*)"prev"/, "$1"));
  appendFileSync(
    await writeRun(dir.path, 3, work("page", 60)),
    '{"seq":9,"at":"2026-11-24T04:00:00.000Z","type":"turn.fin',
  );
  const runs = join(dir.path, ".orchestrator");
  for (const name of ["folder", "empty", "unreadable"]) mkdirSync(join(runs, name));
  mkdirSync(join(runs, "folder", "journal.jsonl"));
  writeFileSync(join(runs, "empty", "journal.jsonl"), "");
  // A file that nobody may read, root included.
  symlinkSync("/proc/sys/vm/compact_memory", join(runs, "unreadable", "journal.jsonl"));
  expect(measureEarlierRuns(dir.path)).toEqual({ agents: { api: 40, page: 60 }, specialistMs: 40 });
});

test("of a very long journal the beginning is read", async () => {
  using dir = temporaryFolder();
  const noise: EventDraft = { type: "run.notice", message: "x".repeat(1 << 20) };
  await writeRun(dir.path, 1, [...work("early", 40), ...Array.from({ length: 5 }, () => noise), ...work("late", 50)]);
  expect(measureEarlierRuns(dir.path)?.agents).toEqual({ early: 40 });
});
