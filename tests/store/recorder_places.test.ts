// budget 120 s
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readEvents } from "../../src/events/read.ts";
import { readActions } from "../../src/store/read_actions.ts";
import { readArtifacts } from "../../src/store/read_memory.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { mountTmpfs } from "../rig/tmpfs.ts";
import { until } from "../rig/wait.ts";
import { RecordedRun, readAll } from "./recorded_run.ts";

/** Numbers of the streamed events that an action log has of a run. */
function recordedSeqs(run: RecordedRun): number[] {
  const folder = `/runs/${run.paths.session}/events/`;
  return Object.entries(readAll(run.actions))
    .filter(([path]) => path.startsWith(folder))
    .flatMap(([, text]) => text.trimEnd().split("\n"))
    .map((line) => JSON.parse(line).seq as number)
    .sort((a, b) => a - b);
}

const streamedSeqs = (run: RecordedRun): number[] =>
  [...readEvents(run.paths.journal)].filter(({ type }) => type === "turn.item").map(({ seq }) => seq);

async function recordAll(run: RecordedRun): Promise<void> {
  const recorder = run.start();
  expect(await recorder.caughtUp(run.seq)).toEqual({ ok: true, value: undefined });
  await recorder.stop();
}

test("two runs in two folders share one action log on another file system, by leases", async () => {
  using folder = temporaryFolder();
  using disk = mountTmpfs(join(folder.path, "disk"), "size=100m");
  const shared = join(folder.path, "disk", "deep", "shared.db");
  const runs = ["one", "two"].map((name) => new RecordedRun(join(folder.path, name), name, { agentfsPath: shared }));
  if (disk) expect(statSync(join(folder.path, "disk")).dev).not.toBe(statSync(folder.path).dev);
  const recorders = runs.map((run) => run.start());
  for (let attempt = 1; attempt <= 20; attempt++) {
    for (const run of runs) run.turn("planner", { attempt, items: 100 });
    // Both have work at the same time, again and again.
    await until("both recorders", () =>
      recorders.every((one, index) => one.recordedSeq > (runs[index]?.seq ?? 0) - 600),
    );
  }
  for (const run of runs) run.finish();
  for (const [index, run] of runs.entries()) expect((await recorders[index]?.caughtUp(run.seq))?.ok).toBe(true);
  for (const recorder of recorders) await recorder.stop();
  for (const run of runs) {
    expect(run.actions).toBe(shared);
    expect(recordedSeqs(run)).toEqual(streamedSeqs(run));
    expect(Object.keys(readAll(run.memory))).toHaveLength(20);
    const turns = await readActions(shared, { session: run.paths.session });
    expect(turns.ok && turns.value.length).toBe(20);
    await run.close();
  }
  expect(readdirSync(dirname(shared)).filter((name) => /owner|waiting/.test(name))).toEqual([]);
}, 60_000);

test("a disk that fills up in mid-commit: room is all that it takes", async () => {
  using folder = temporaryFolder();
  const place = join(folder.path, "disk");
  using disk = mountTmpfs(place, "size=900k");
  if (!disk) return;
  const run = new RecordedRun(folder.path, "demo", { agentfsPath: join(place, "log.db") });
  const recorder = run.start({ patienceMs: 1000 });
  for (let attempt = 1; attempt <= 20; attempt++) run.turn("planner", { attempt, items: 200 });
  run.finish();
  const outcome = await recorder.caughtUp(run.seq);
  expect(outcome.ok ? null : outcome.error.missing).toBeGreaterThan(0);
  expect(run.notices.join()).toContain("not recorded for now");
  disk.remount("size=100m");
  await until("the rest", async () => (await recorder.caughtUp(run.seq)).ok, 15_000);
  await recorder.stop();
  expect(recordedSeqs(run)).toEqual(streamedSeqs(run));
  await run.close();
}, 60_000);

test("a run that ends while the action log's disk is full still leaves its whole memory on the other one", async () => {
  using folder = temporaryFolder();
  const place = join(folder.path, "disk");
  using disk = mountTmpfs(place, "size=900k");
  if (!disk) return;
  const run = new RecordedRun(folder.path, "demo", { agentfsPath: join(place, "log.db") });
  const recorder = run.start({ patienceMs: 500 });
  for (let attempt = 1; attempt <= 20; attempt++) run.turn("planner", { attempt, items: 200 });
  run.finish();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(false);
  await recorder.stop();
  const remembered = await readArtifacts(run.memory);
  expect(remembered.ok && remembered.value.length).toBe(20);
  disk.remount("size=100m");
  await recordAll(run);
  expect(recordedSeqs(run)).toEqual(streamedSeqs(run));
  await run.close();
}, 60_000);

test("--no-agentfs: the memory is whole, and there is no action log at all", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path, "demo", { agentfs: false });
  run.turn("planner");
  run.turn("builder", { items: 50 });
  run.finish();
  await recordAll(run);
  expect(Object.keys(readAll(run.memory))).toHaveLength(2);
  expect(existsSync(dirname(run.actions))).toBe(false);
  await run.close();
});

test("a database of an earlier version is gone on with; its artifacts are read with what they have", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  mkdirSync(dirname(run.memory));
  const database = new Database(run.memory);
  // AgentFS before sub-second times and devices.
  database.run("CREATE TABLE fs_config (key TEXT PRIMARY KEY, value TEXT NOT NULL)");
  database.run("INSERT INTO fs_config VALUES ('chunk_size', '4096'), ('schema_version', '0.2')");
  database.run(`CREATE TABLE fs_inode (ino INTEGER PRIMARY KEY AUTOINCREMENT, mode INTEGER NOT NULL,
    nlink INTEGER NOT NULL DEFAULT 0, uid INTEGER NOT NULL DEFAULT 0, gid INTEGER NOT NULL DEFAULT 0,
    size INTEGER NOT NULL DEFAULT 0, atime INTEGER NOT NULL, mtime INTEGER NOT NULL, ctime INTEGER NOT NULL)`);
  database.run(`CREATE TABLE fs_dentry (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,
    parent_ino INTEGER NOT NULL, ino INTEGER NOT NULL, UNIQUE (parent_ino, name))`);
  database.run(`CREATE TABLE fs_data (ino INTEGER NOT NULL, chunk_index INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (ino, chunk_index))`);
  const old = { id: "20250101T000000000Z__old", agent: "builder", type: "work", createdAt: "2025-01-01T00:00:00.000Z" };
  const bytes = Buffer.from(JSON.stringify({ ...old, content: "From long ago" }));
  const place = [
    [1, 16877, 0, 0, ""],
    [2, 16877, 0, 1, "memory"],
    [3, 16877, 0, 2, "artifacts"],
    [4, 33188, bytes.length, 3, `${old.id}.json`],
  ] as const;
  for (const [ino, mode, size, parent, name] of place) {
    database.run("INSERT INTO fs_inode VALUES (?, ?, 1, 0, 0, ?, 1, 1, 1)", [ino, mode, size]);
    if (parent > 0) database.run("INSERT INTO fs_dentry (name, parent_ino, ino) VALUES (?, ?, ?)", [name, parent, ino]);
  }
  database.run("INSERT INTO fs_data VALUES (4, 0, ?)", [bytes]);
  database.close();
  run.turn("planner");
  run.finish();
  await recordAll(run);
  const read = await readArtifacts(run.memory);
  expect(read.ok && read.value.map(({ agent, tags, session }) => [agent, tags, session])).toEqual([
    ["planner", ["planner-tag"], "demo"],
    ["builder", [], ""],
  ]);
  await run.close();
});

test.each([
  ["another program's database", "CREATE TABLE customers (id)", "another program's"],
  ["the very first form of AgentFS", "CREATE TABLE fs_data (id, ino, offset, size, data)", "has no chunk_index"],
  ["no database at all", null, "not an SQLite database"],
])(
  "%s in the place of the action log is neither written nor moved, and the memory is whole",
  async (_, table, reason) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "mine.db");
    if (table === null) writeFileSync(path, "My notes\n");
    else {
      const database = new Database(path);
      database.run(table);
      database.close();
    }
    const before = readFileSync(path);
    const run = new RecordedRun(folder.path, "demo", { agentfsPath: path });
    run.turn("planner");
    run.finish();
    const recorder = run.start({ patienceMs: 500 });
    const outcome = await recorder.caughtUp(run.seq);
    expect(outcome.ok ? "" : outcome.error.message).toContain(reason);
    await recorder.stop();
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder.path).filter((name) => name.startsWith("mine.db"))).toEqual(["mine.db"]);
    expect(Object.keys(readAll(run.memory))).toHaveLength(1);
    await run.close();
  },
);

test("damage that nobody announced is found before the engine sees it: cut off, or broken within", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  for (let attempt = 1; attempt <= 5; attempt++) run.turn("planner", { attempt, items: 50 });
  run.finish();
  await recordAll(run);
  const whole = readFileSync(run.actions);
  const marks = () => readdirSync(dirname(run.actions)).filter((name) => /owner|waiting/.test(name));
  expect(marks()).toEqual([]);
  // After a clean end: nothing but the file itself says so.
  writeFileSync(run.actions, whole.subarray(0, whole.length - 4096));
  await recordAll(run);
  expect(run.notices.filter((notice) => notice.includes("was damaged"))).toHaveLength(1);
  expect(recordedSeqs(run)).toEqual(streamedSeqs(run));
  // Within, a clean end before it: the engine meets it, and whatever that does, the second look finds it.
  const broken = readFileSync(run.actions).fill(0xa5, 4096, 40_960);
  writeFileSync(run.actions, broken);
  const recorder = run.start();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  expect(run.notices.filter((notice) => notice.includes("was damaged"))).toHaveLength(2);
  expect(recordedSeqs(run)).toEqual(streamedSeqs(run));
  await run.close();
}, 60_000);
