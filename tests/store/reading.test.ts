import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { readArtifacts, readRelated } from "../../src/store/read_memory.ts";
import { readSnapshot } from "../../src/store/snapshot.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { RecordedRun } from "./recorded_run.ts";
import { artifactOf, daysAgo, memoryOf, storeArtifacts } from "./stored_artifacts.ts";

const PROGRAM = join(import.meta.dir, "../cli/program_entry.ts");
const READER = join(import.meta.dir, "../../scripts/agentfs_reader.ts");
/** Somebody who has no rights here. */
const NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

const home = temporaryFolder();
afterAll(() => home[Symbol.dispose]());

function call(command: readonly string[], cwd: string, prefix: readonly string[] = []) {
  const env = { PATH: process.env.PATH ?? "", HOME: home.path, NO_COLOR: "1" };
  const done = Bun.spawnSync([...prefix, process.execPath, ...command], { cwd, env, stdin: "ignore" });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

async function recordRun(projectRoot: string): Promise<RecordedRun> {
  const run = new RecordedRun(projectRoot);
  run.turn("planner");
  run.finish();
  const recorder = run.start();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  await run.close();
  return run;
}

const stateOf = (path: string) =>
  readdirSync(dirname(path)).map((name) => {
    const { size, mtimeMs, ino } = statSync(join(dirname(path), name));
    return [name, size, mtimeMs, ino];
  });

test("reading leaves no trace beside the database, whether in place or from a copy with its WAL", async () => {
  using folder = temporaryFolder();
  const run = await recordRun(folder.path);
  const before = stateOf(run.memory);
  expect(await readArtifacts(run.memory)).toMatchObject({ ok: true, value: [{ agent: "planner" }] });
  expect(stateOf(run.memory)).toEqual(before);
  // A writer that was killed: what it committed stands in the WAL alone.
  const live = new Database(run.memory);
  live.query("UPDATE fs_dentry SET name = '20990101T000000000Z__late.json' WHERE name LIKE '%plan-1.json'").run();
  const killed = join(folder.path, "killed");
  cpSync(dirname(run.memory), killed, { recursive: true });
  live.close();
  rmSync(join(killed, "artifacts.agentfs.db-shm"), { force: true });
  const path = join(killed, "artifacts.agentfs.db");
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(0);
  const walBefore = stateOf(path);
  const names = await readSnapshot(path, (database) =>
    database.query("SELECT name FROM fs_dentry WHERE name LIKE '%late.json'").all(),
  );
  expect(names).toMatchObject({ ok: true, value: [{ name: "20990101T000000000Z__late.json" }] });
  expect(stateOf(path)).toEqual(walBefore);
});

test("what is written while it is read in place is read again", async () => {
  using folder = temporaryFolder();
  const path = memoryOf(folder.path);
  await storeArtifacts(path, [artifactOf({ createdAt: daysAgo(3), content: "before" })]);
  let reads = 0;
  const outcome = await readSnapshot(path, (database) => {
    reads += 1;
    if (reads === 1) {
      const child = `const { Database } = require("bun:sqlite"); const d = new Database(process.argv[1]);
        d.run("UPDATE fs_data SET data = replace(data, 'before', 'behind')"); d.close();`;
      expect(Bun.spawnSync([process.execPath, "-e", child, path]).exitCode).toBe(0);
    }
    return String((database.query("SELECT data FROM fs_data").get() as { data: string }).data);
  });
  expect(reads).toBe(2);
  expect(outcome.ok && Buffer.from(outcome.value).toString()).toContain("behind");
});

test("the newest of many come without reading the rest; search, tag and type find the others", async () => {
  using folder = temporaryFolder();
  const path = memoryOf(folder.path);
  const many = Array.from({ length: 300 }, (_, index) =>
    artifactOf({
      createdAt: daysAgo(400 - index),
      session: `s${index}`,
      content: index === 7 ? "One line\nThe RATE limit of 5 (per second)\n" : `Text ${index} ${"x".repeat(5000)}`,
      tags: index % 100 === 0 ? ['odd "tag"'] : [],
    }),
  );
  await storeArtifacts(path, many);
  const ids = async (filter: object) => {
    const read = await readArtifacts(path, filter);
    return read.ok ? read.value.map(({ session }) => session) : read.error;
  };
  expect(await ids({ limit: 3 })).toEqual(["s299", "s298", "s297"]);
  expect(await ids({ search: "rate LIMIT of 5 (per" })).toEqual(["s7"]);
  expect(await ids({ search: "rate.limit" })).toEqual([]);
  expect(await ids({ tag: 'odd "tag"' })).toEqual(["s200", "s100", "s0"]);
  expect(await ids({ session: "s3" })).toEqual(["s3"]);
  const table = call([PROGRAM, "memory", "inspect", "--search", "RATE limit", "--since", "500d"], folder.path);
  expect(table.out.split("\n")[1]).toEndWith("2: The RATE limit of 5 (per second)");
  const json = call([PROGRAM, "memory", "inspect", "--search", "rate limit", "--json"], folder.path);
  expect(JSON.parse(json.out)).toMatchObject([{ session: "s7", match: { line: 2, start: 4, end: 14 } }]);
});

test("what an artifact rests on is found by its id", async () => {
  using folder = temporaryFolder();
  const path = memoryOf(folder.path);
  const [old, older] = [artifactOf({ createdAt: daysAgo(1) }), artifactOf({ createdAt: daysAgo(2) })];
  const last = artifactOf({ createdAt: daysAgo(0), relatedArtifacts: [older.id, old.id, "gone"] });
  await storeArtifacts(path, [old, older, last]);
  const related = await readRelated(path, last.id);
  expect(related.ok && related.value?.map(({ id }) => id)).toEqual([old.id, older.id]);
  expect(await readRelated(path, old.id)).toEqual({ ok: true, value: [] });
  const shown = call([PROGRAM, "memory", "inspect", "--related", last.id, "--json"], folder.path);
  expect(JSON.parse(shown.out)).toHaveLength(2);
  const unknown = call([PROGRAM, "memory", "inspect", "--related", "nothing"], folder.path);
  expect(unknown).toMatchObject({ code: 2, out: "" });
  expect(unknown.err).toContain('there is no artifact "nothing"');
});

describe("agentfs read refuses what is not AgentFS: one line, a hint, exit 2, and leaves it alone", () => {
  const make: Record<string, (path: string) => void> = {
    "it is a folder": (path) => mkdirSync(path),
    "the file is empty": (path) => writeFileSync(path, ""),
    "it is not an SQLite database": (path) => writeFileSync(path, "My notes\n"),
    "it is another program's SQLite database": (path) => {
      const database = new Database(path);
      database.run("CREATE TABLE customers (id)");
      database.close();
    },
    "it has no tables": (path) => {
      const database = new Database(path);
      database.run("PRAGMA user_version = 3");
      database.close();
    },
    "it is not a regular file": (path) => expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0),
    "no such file": () => {},
    damaged: (path) => {
      const database = new Database(path);
      database.run("CREATE TABLE fs_data (ino, chunk_index, data)");
      database.close();
      writeFileSync(path, readFileSync(path).fill(0xff, 100, 4096));
    },
  };
  test.each(Object.keys(make))("%s", (what) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "named.db");
    make[what]?.(path);
    const before = [readdirSync(folder.path), statSync(path, { throwIfNoEntry: false })?.mtimeMs];
    const ended = call([READER, "--path", "named.db", "--json"], folder.path);
    const [line = "", hint = "", ...more] = ended.err.trimEnd().split("\n");
    expect(line).toContain(path);
    expect(line).toContain(what);
    expect(hint).toStartWith("  hint: ");
    expect({ code: ended.code, out: ended.out, more }).toEqual({ code: 2, out: "", more: [] });
    expect([readdirSync(folder.path), statSync(path, { throwIfNoEntry: false })?.mtimeMs]).toEqual(before);
  });

  test("no permission", async () => {
    if (process.getuid?.() !== 0) return;
    // Where somebody else may enter, whoever runs the tests.
    const path = mkdtempSync("/tmp/oc-read-");
    using folder = { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
    chmodSync(folder.path, 0o755);
    const run = await recordRun(folder.path);
    chmodSync(run.actions, 0o600);
    const bundle = join(folder.path, "reader.js");
    // Somebody else cannot read the sources where they lie.
    await Bun.build({ entrypoints: [READER], target: "bun", outdir: folder.path, naming: "reader.js" });
    const bun = join(folder.path, "bun");
    cpSync(process.execPath, bun);
    const done = Bun.spawnSync([...NOBODY, bun, bundle, "--path", run.actions], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", HOME: "/nonexistent" },
    });
    expect(done.stderr.toString()).toContain(`cannot read ${run.actions}: no permission\n  hint: `);
    expect(done.exitCode).toBe(2);
  });
});

test("agentfs read without --path reads where a run writes by default, and says where that is", async () => {
  using folder = temporaryFolder();
  const none = call([READER], folder.path);
  expect(none.err).toContain(`there is no ${join(folder.path, ".agentfs/agent-db.db")}`);
  await recordRun(folder.path);
  const turns = JSON.parse(call([READER, "--limit", "1", "--session", "demo", "--json"], folder.path).out);
  expect(turns).toMatchObject([{ agent: "planner", phase: "plan" }]);
  expect(turns[0]).not.toHaveProperty("events");
});

test("memory inspect in a folder that cannot be written, with nothing in it, and with something else in its place", async () => {
  using folder = temporaryFolder();
  const path = memoryOf(folder.path);
  mkdirSync(dirname(path));
  writeFileSync(path, "");
  expect(call([PROGRAM, "memory", "inspect", "--json"], folder.path)).toEqual({ code: 0, out: "[]\n", err: "" });
  writeFileSync(path, "notes");
  expect(call([PROGRAM, "memory", "inspect"], folder.path).code).toBe(2);
  rmSync(path);
  await storeArtifacts(path, [artifactOf({ createdAt: daysAgo(1) })]);
  const mounted = Bun.spawnSync(["mount", "--bind", "-o", "ro", dirname(path), dirname(path)], { stderr: "ignore" });
  if (mounted.exitCode !== 0) return;
  try {
    const shown = call([PROGRAM, "memory", "inspect"], folder.path);
    expect(shown).toMatchObject({ code: 0, err: "" });
    expect(shown.out).toContain("What planner wrote");
  } finally {
    Bun.spawnSync(["umount", "-l", dirname(path)]);
  }
});
