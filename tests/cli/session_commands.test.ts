// budget 120 s
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelCall } from "../../src/backends/scripted/model_call.ts";
import { answering, openSquad, type SquadRig } from "../rig/squad.ts";

const server = ({ model }: SquadRig) => ["--base-url", model.baseUrl, "--model", "gpt-5.5"];

/** The block of README on `status`. */
test("a second run in a folder knows how long the first one's agents took", async () => {
  const answer = answering({ one: [] });
  let held = false;
  await using rig = openSquad({ respond: (call) => (held && call.agent === "planner" ? null : answer(call)) });
  const run = (session: string) =>
    rig.start(["run", "--headless", "--session", session, "--prompt", "Ship the MVP", ...server(rig)]);
  const first = await run("first").ended;
  expect(first.code).toBe(0);
  expect(first.out).toMatch(/critical path \S+s: planner → researcher → builder → one\n/);
  expect(await rig.status()).toMatchObject({ session: "first", remainingMs: null });
  const tookMs = Object.fromEntries((await rig.status()).agents.map(({ id, elapsedMs }) => [id, elapsedMs]));

  held = true;
  const second = run("second");
  const plan = await rig.model.nextCall("planner");
  const status = await rig.status();
  expect(status.agents.map(({ id, state, waitsFor }) => [id, state, waitsFor])).toEqual([
    ["planner", "running", []],
    ["researcher", "waiting", ["planner"]],
    ["builder", "waiting", ["planner", "researcher"]],
  ]);
  const { researcher = 0, builder = 0, one = 0 } = tookMs;
  expect(status.agents.slice(1).map(({ estimateMs }) => estimateMs)).toEqual([researcher, builder]);
  expect(status.criticalPath).toEqual(["planner", "researcher", "builder"]);
  // The planner may be late by now; all others are still to come.
  expect(status.remainingMs).toBeGreaterThanOrEqual(researcher + builder + one);
  expect(status.elapsedMs).toBeGreaterThan(0);
  const text = (await rig.command("status", "second")).out;
  expect(text).toMatch(/builder {5}waiting {2}about \S+s {2}after planner, researcher\n/);
  expect(text).toMatch(/so far \S+s, about \S+s left\n/);
  held = false;
  plan.say("the outline");
  expect((await second.ended).code).toBe(0);
}, 120_000);

/** The block of README under "Use", and the one under "What a run leaves". */
test("run, status, interrupt and resume by name, then the records of the run", async () => {
  const answer = answering({ one: [] });
  const isHeld = ({ agent, phase }: ModelCall) => agent === "planner" && phase === "plan";
  await using rig = openSquad({ respond: (call) => (isHeld(call) ? null : answer(call)) });
  writeFileSync(join(rig.project, "task.md"), "Ship the MVP\n");
  const run = rig.start(["run", "--headless", "--session", "nightly", "--prompt-file", "task.md", ...server(rig)]);
  const plan = await rig.model.nextCall("planner");
  expect(await rig.status()).toMatchObject({ session: "nightly", state: "running" });
  expect(await rig.command("interrupt", "nightly")).toMatchObject({ code: 0 });
  plan.say("the outline");
  const stopped = await run.ended;
  expect(stopped.code).toBe(4);
  expect(stopped.out).toContain("codex-squad resume nightly");
  expect(await rig.status()).toMatchObject({ state: "stopped" });

  const resumed = await rig.command("resume", "nightly");
  expect(resumed).toMatchObject({ code: 0 });
  expect(await rig.status()).toMatchObject({ state: "finished" });
  const again = await rig.command("resume", "nightly");
  expect(again.code).toBe(2);
  expect(again.err).toContain("nothing is left to resume");

  const turns = JSON.parse((await rig.command("agentfs", "read", "--limit", "50", "--json")).out) as {
    agent: string;
  }[];
  expect(turns.map(({ agent }) => agent).sort()).toEqual(
    ["builder", "builder", "one", "planner", "planner", "researcher", "researcher"].sort(),
  );
  const answers = await rig.command("memory", "inspect", "--type", "follow-up", "--limit", "5", "--json");
  expect(JSON.parse(answers.out)).toHaveLength(3);
  expect(await rig.command("audit", "verify")).toMatchObject({ code: 0 });
}, 120_000);
