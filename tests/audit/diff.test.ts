import { afterAll, expect, test } from "bun:test";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareTexts } from "../../src/audit/text_difference.ts";
import type { EventDraft } from "../../src/events/event.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { RecordedRun } from "../store/recorded_run.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const entry = join(import.meta.dir, "../cli/program_entry.ts");

function diff(...words: readonly string[]) {
  const command = [process.execPath, entry, "audit", "diff", ...words];
  const ended = Bun.spawnSync(command, { cwd: folder.path, env: { ...process.env, NO_COLOR: "1" }, stdin: "ignore" });
  return { code: ended.exitCode, out: ended.stdout.toString(), err: ended.stderr.toString() };
}

interface Story {
  readonly answer?: string;
  readonly tokens?: number;
  readonly durationMs?: number;
  readonly file?: string;
  readonly ends?: "finished" | "failed";
  readonly first?: object;
}

/** A run of a planner and a builder that tells one story. */
async function tell(session: string, story: Story = {}): Promise<RecordedRun> {
  const { answer = "yes\nno\nmaybe\n", tokens = 10, durationMs = 5, file = "a.ts", ends = "finished" } = story;
  const run = new RecordedRun(folder.path, session, {}, story.first);
  const usage = { input: tokens, cachedInput: 0, output: 1, reasoning: 0 };
  for (const agent of ["planner", "builder"]) {
    const ref = { agent, phase: "plan", attempt: 1, threadId: `thread-${session}` } as const;
    const prompt = `Read ${folder.path}/.orchestrator/${session}/logs/planner.log`;
    run.append({ type: "turn.started", ...ref, wave: 0, prompt, continues: false });
    const changes = [{ path: `${folder.path}/${file}`, change: "add" } as const];
    const item = { kind: "files", id: "1", changes, status: "ok" } as const;
    run.append({ type: "turn.item", ...ref, state: "completed", item });
    const failure = { kind: "server-error", message: "the server broke" } as const;
    if (agent === "builder" && ends === "failed") {
      run.append({ type: "turn.failed", ...ref, failure, usage, durationMs });
      run.append({ type: "agent.failed", agent, wave: 0, failure });
    } else {
      run.append({ type: "turn.finished", ...ref, text: answer, usage, durationMs });
      run.append({ type: "agent.finished", agent, wave: 0 });
    }
  }
  const reason = ends === "failed" ? "1 agent failed" : "";
  run.append({ type: "run.finished", state: ends, exitCode: 0, reason, usage } as EventDraft);
  await run.close();
  return run;
}

test("two runs that did the same are the same, whatever their names, times and threads are", async () => {
  await tell("same-1");
  await tell("same-2", { durationMs: 90_000 });
  const { code, out, err } = diff("same-1", "same-2");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain("2 agents the same in both");
  expect(out).toContain("the two runs are the same");
  expect(JSON.parse(diff("same-1", "same-2", "--json").out)).toMatchObject({ same: true, agents: [], files: [] });
});

test("what differs is named: state, tokens, answers, files, each where it is", async () => {
  await tell("base");
  await tell("other", { answer: "yes\nnever\nmaybe\nlater\n", tokens: 1200, file: "b.ts", ends: "failed" });
  const { code, out } = diff("base", "other");
  expect(code).toBe(1);
  const lines = out.split("\n");
  expect(lines[0]).toMatch(/^ +base +other$/);
  expect(lines).toContainEqual(expect.stringMatching(/^state +finished +failed: 1 agent failed$/));
  expect(lines).toContainEqual(expect.stringMatching(/^tokens in +20 +2,400$/));
  expect(lines).toContain("planner: plan 1: answer differs (+2 -1 lines)");
  expect(lines).toContain("builder: state finished | failed: the server broke");
  expect(lines).toContain("builder: plan 1: finished | failed, answer differs (+1 -3 lines)");
  expect(lines).toContain("file a.ts: only in base (add)");
  expect(lines).toContain("file b.ts: only in other (add)");
  expect(out).not.toContain("@@");
  const full = diff("base", "other", "--full").out;
  expect(full).toContain(
    "--- base/planner/plan-1.answer\n+++ other/planner/plan-1.answer\n@@ -1,3 +1,4 @@\n yes\n-no\n+never\n",
  );
  expect(JSON.parse(diff("base", "other", "--json").out)).toMatchObject({
    sessions: ["base", "other"],
    same: false,
    agents: [
      { agent: "planner", turns: [{ turn: "plan 1", prompt: null, answer: { added: 2, removed: 1, patch: null } }] },
      { agent: "builder", facts: [{ name: "state", a: "finished", b: "failed: the server broke" }, {}] },
    ],
  });
});

test("an agent, a turn and a task that only one run has", async () => {
  await tell("short");
  const long = new RecordedRun(folder.path, "long", {}, { prompt: "Ship something else" });
  long.turn("planner");
  long.turn("planner", { phase: "follow-up" });
  long.turn("reviewer", { phase: "work" });
  await long.close();
  const { code, out } = diff("short", "long");
  expect(code).toBe(1);
  expect(out).toContain("task: differs (+1 -1 lines)");
  expect(out).toContain("planner: follow-up 1 only in long");
  expect(out).toContain("builder: plan 1 only in short");
  expect(out).toContain("reviewer: only in long");
  expect(out).toMatch(/^state +finished +crashed$/m);
});

test("what cannot be compared is one line and exit code 2 or 3", async () => {
  await tell("good");
  expect(diff("good", "good")).toMatchObject({ code: 2, err: expect.stringContaining("both words name the run good") });
  expect(diff("good", "none")).toMatchObject({ code: 2, err: expect.stringContaining('no session "none"') });
  expect(diff("good")).toMatchObject({ code: 2 });
  await tell("newer", { first: { schema: 99 } });
  expect(diff("good", "newer")).toMatchObject({ code: 3, err: expect.stringContaining("newer version") });
  const bad = await tell("bad");
  writeFileSync(bad.paths.journal, readFileSync(bad.paths.journal, "utf8").replace("maybe", "surely"));
  expect(diff("bad", "good")).toMatchObject({ code: 2, err: expect.stringMatching(/damaged: line 4 was changed/) });
  const torn = await tell("torn");
  appendFileSync(torn.paths.journal, "{");
  expect(diff("torn", "good")).toMatchObject({ code: 0 });
});

test("texts without a line in common are told apart without comparing all their lines", async () => {
  const lines = (word: string) => Array.from({ length: 50_000 }, (_, index) => `${word} ${index}`).join("\n");
  const options = { names: ["a", "b"], full: true } as const;
  expect(await compareTexts("same", "same", options)).toBeNull();
  expect(await compareTexts(lines("one"), lines("two"), options)).toEqual({ added: null, removed: null, patch: null });
  expect(await compareTexts("a\n", "a", options)).toMatchObject({ added: 1, removed: 1 });
});
