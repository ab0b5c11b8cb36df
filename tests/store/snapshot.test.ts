import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { listFiles, readText } from "../../src/store/agentfs_file.ts";
import { readActions } from "../../src/store/read_actions.ts";
import { readArtifacts } from "../../src/store/read_memory.ts";
import { readSnapshot } from "../../src/store/snapshot.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { until } from "../rig/wait.ts";
import { RecordedRun } from "./recorded_run.ts";

test("a database is read whole while a recorder writes it", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  const recorder = run.start();
  await until("the database", () => recorder.recordedSeq > 0);
  let snapshots = 0;
  let seen = 0;
  for (let attempt = 1; attempt <= 25; attempt++) {
    const before = recorder.recordedSeq;
    run.turn("planner", { attempt, items: 150 });
    if (attempt % 3 === 0) await until("a commit", () => recorder.recordedSeq > before);
    const read = await readSnapshot(run.actions, (database) => {
      const check = database.query("PRAGMA quick_check").all();
      expect(check).toEqual([{ quick_check: "ok" }]);
      return listFiles(database, "/runs/demo/agents").map((file) => JSON.parse(readText(database, file)).attempt);
    });
    if (!read.ok) throw new Error(read.error.kind);
    snapshots += 1;
    // Attempts come in their order and none is left out in between.
    expect(read.value).toEqual(read.value.map((_, index) => index + 1));
    expect(read.value.length).toBeGreaterThanOrEqual(seen);
    seen = read.value.length;
  }
  expect(snapshots).toBe(25);
  expect(seen).toBeGreaterThan(5);
  run.finish();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`codex-squad-read-${process.pid}-`))).toEqual([]);
  await run.close();
}, 30_000);

test("artifacts come newest first and by every filter", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  for (const agent of ["planner", "builder"]) {
    run.turn(agent);
    run.turn(agent, { phase: "follow-up" });
  }
  run.finish();
  const recorder = run.start();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  const list = async (filter = {}) => {
    const read = await readArtifacts(run.memory, filter);
    return read.ok ? read.value.map(({ agent, type }) => `${agent} ${type}`).sort() : [];
  };
  expect((await list()).length).toBe(4);
  expect(await list({ agent: "planner" })).toEqual(["planner follow-up", "planner plan"]);
  expect(await list({ type: "plan", tag: "builder-tag" })).toEqual(["builder plan"]);
  expect(await list({ session: "other" })).toEqual([]);
  expect(await list({ sinceMs: Date.now() + 60_000 })).toEqual([]);
  const read = await readArtifacts(run.memory);
  const times = read.ok ? read.value.map(({ createdAt }) => createdAt) : [];
  expect(times).toEqual([...times].sort().reverse());
  expect((await list({ limit: 1 })).length).toBe(1);
  await run.close();
});

test("a turn that failed is found by its events", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  const ref = { agent: "planner", phase: "plan", attempt: 1, threadId: "t" } as const;
  run.append({ type: "turn.started", ...ref, wave: 0, prompt: "p", continues: false });
  run.append({
    type: "turn.failed",
    ...ref,
    failure: { kind: "no-answer", message: "silent" },
    usage: null,
    durationMs: 1,
  });
  run.turn("builder", { items: 2 });
  run.finish();
  const recorder = run.start();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  const finished = await readActions(run.actions, { session: "demo" });
  expect(finished.ok && finished.value.map(({ agent, events }) => [agent, events])).toEqual([["builder", undefined]]);
  const all = await readActions(run.actions, { events: true });
  const byAgent = Object.fromEntries(all.ok ? all.value.map((turn) => [turn.agent, turn]) : []);
  expect(byAgent.planner?.events).toMatchObject([{ type: "turn.failed", failure: { kind: "no-answer" } }]);
  expect(byAgent.planner?.response).toBeUndefined();
  expect(byAgent.builder?.events?.length).toBe(2);
  await run.close();
});

test("no database yet is no error", async () => {
  using folder = temporaryFolder();
  expect(await readArtifacts(`${folder.path}/none.db`)).toEqual({ ok: true, value: [] });
  expect(await readActions(`${folder.path}/none.db`)).toEqual({ ok: true, value: [] });
});
