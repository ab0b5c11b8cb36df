// budget 120 s
import { expect, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "../../src/events/event.ts";
import { answering, openSquad, type SquadRig } from "../rig/squad.ts";

/**
 * The journal as it would be had the orchestrator died right after this event. The recorder commits only what the journal
 * is sure to keep: the databases cannot be ahead, and are made anew here.
 */
function forgetAfter(rig: SquadRig, isLast: (event: Event) => boolean): void {
  const lines = readFileSync(rig.paths.journal, "utf8").trimEnd().split("\n");
  const last = lines.findIndex((line) => isLast(JSON.parse(line) as Event));
  expect(last).toBeGreaterThan(0);
  writeFileSync(rig.paths.journal, `${lines.slice(0, last + 1).join("\n")}\n`);
  for (const folder of ["memory", ".agentfs"]) rmSync(join(rig.project, folder), { recursive: true });
}

const isFollowUpThread = (event: Event) => event.type === "turn.thread" && event.phase === "follow-up";

test("a turn that had ended in codex but not in the journal is adopted from its thread: nothing is asked", async () => {
  await using rig = openSquad({ respond: answering({}) });
  expect((await rig.run("--agents", "planner").ended).code).toBe(0);
  const [whole] = rig.eventsOf("turn.finished").filter(({ phase }) => phase === "follow-up");
  forgetAfter(rig, isFollowUpThread);
  const before = rig.asked().length;
  const resumed = await rig.command("resume");
  expect(resumed).toMatchObject({ code: 0, err: "" });
  expect(rig.asked().length).toBe(before);
  expect(rig.eventsOf("turn.finished").at(-1)).toMatchObject({
    phase: "follow-up",
    attempt: 1,
    adopted: true,
    text: whole?.text,
    usage: whole?.usage,
    threadId: whole?.threadId,
  });
  expect(resumed.out).toContain("its answer is taken from the thread");
  expect(await rig.command("audit", "verify")).toMatchObject({ code: 0 });
}, 60_000);

test("an earlier turn of the thread is not taken for the one that was cut off", async () => {
  await using rig = openSquad({
    respond: (call) => (call.phase === "follow-up" && call.attempt === 1 ? null : answering({})(call)),
  });
  const run = rig.run("--agents", "planner");
  await rig.model.nextCall("planner");
  process.kill((await rig.status()).pid, "SIGKILL");
  await run.ended;
  expect((await rig.command("resume")).code).toBe(0);
  expect(rig.asked()).toEqual(["planner/plan", "planner/follow-up", "planner/follow-up"]);
  expect(rig.eventsOf("turn.finished").map(({ text }) => text)).toEqual([
    "answer of planner plan",
    "answer of planner follow-up",
  ]);
}, 60_000);

test("a thread that is gone is told, and its agent hears once more what it was asked and had said", async () => {
  await using rig = openSquad({ respond: answering({}) });
  expect((await rig.run("--agents", "planner").ended).code).toBe(0);
  forgetAfter(rig, isFollowUpThread);
  rmSync(join(rig.home.path, "sessions"), { recursive: true });
  const resumed = await rig.command("resume");
  expect(resumed).toMatchObject({ code: 0, err: "" });
  expect(resumed.out).toContain("its thread is gone from Codex's home");
  const [lost] = rig.eventsOf("thread.lost");
  const asked = rig.model.calls().at(-1);
  expect(asked?.prompt).toContain("Ship the MVP");
  expect(asked?.prompt).toContain("# Your outline so far\n\nanswer of planner plan");
  expect(rig.eventsOf("turn.finished").at(-1)?.threadId).not.toBe(lost?.threadId ?? null);
}, 60_000);

test("a run that was killed right after its last event has its logs mended by the next resume", async () => {
  await using rig = openSquad({ respond: answering({}) });
  expect((await rig.run("--agents", "planner").ended).code).toBe(0);
  const log = join(rig.paths.logs, "planner.log");
  const whole = readFileSync(log, "utf8");
  writeFileSync(log, whole.slice(0, 200));
  expect((await rig.command("resume")).err).toContain("nothing is left to resume");
  expect(readFileSync(log, "utf8")).toBe(whole);
}, 60_000);

test("a prompt that had not reached its thread is asked whole, on the same thread", async () => {
  await using rig = openSquad({ respond: answering({}) });
  expect((await rig.run("--agents", "planner").ended).code).toBe(0);
  const before = rig.model.calls().at(-1);
  forgetAfter(rig, isFollowUpThread);
  const [rollout] = new Bun.Glob("sessions/**/rollout-*.jsonl").scanSync({ cwd: rig.home.path, absolute: true });
  const lines = readFileSync(rollout ?? "", "utf8").split("\n");
  const firstEnd = lines.findIndex((line) => line.includes('"type":"task_complete"'));
  writeFileSync(rollout ?? "", `${lines.slice(0, firstEnd + 1).join("\n")}\n`);
  const resumed = await rig.command("resume");
  expect(resumed).toMatchObject({ code: 0, err: "" });
  expect(resumed.out).toContain("its prompt had not reached Codex's thread");
  expect(rig.model.calls().at(-1)?.prompt).toBe(before?.prompt ?? "");
  const threads = new Set(rig.eventsOf("turn.finished").map(({ threadId }) => threadId));
  expect(threads.size).toBe(1);
}, 60_000);
