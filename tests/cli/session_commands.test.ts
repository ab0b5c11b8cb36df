// budget 120 s
import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelCall } from "../../src/backends/scripted/model_call.ts";
import { answering, openSquad } from "../rig/squad.ts";

/** The block of README under "Use", and the one under "What a run leaves". */
test("run, status, interrupt and resume by name, then the records of the run", async () => {
  const answer = answering({ one: [] });
  const isHeld = ({ agent, phase }: ModelCall) => agent === "planner" && phase === "plan";
  await using rig = openSquad({ respond: (call) => (isHeld(call) ? null : answer(call)) });
  writeFileSync(join(rig.project, "task.md"), "Ship the MVP\n");
  const server = ["--base-url", rig.model.baseUrl, "--model", "gpt-5.5"];
  const run = rig.start(["run", "--headless", "--session", "nightly", "--prompt-file", "task.md", ...server]);
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
