import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { readEvents } from "../../src/events/read.ts";
import { summariseInterrupt } from "../../src/views/interrupt.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { until } from "../rig/wait.ts";
import { RECORDER, RecordedRun, readAll } from "./recorded_run.ts";

/** What is wrong with the event lines of a database: nothing may be lost, doubled or torn. */
function expectWhole(run: RecordedRun): void {
  const stored = readAll(run.actions);
  const lines = Object.entries(stored).filter(([path]) => path.includes("/events/"));
  const seqs = lines.flatMap(([, text]) =>
    text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).seq as number),
  );
  const expected = [...readEvents(run.paths.journal)].filter(({ type }) => type === "turn.item").map(({ seq }) => seq);
  expect(seqs.sort((a, b) => a - b)).toEqual(expected);
  const finished = [...readEvents(run.paths.journal)].filter(({ type }) => type === "turn.finished").length;
  expect(Object.keys(stored).filter((path) => path.includes("/agents/")).length).toBe(finished);
  expect(Object.keys(readAll(run.memory)).length).toBe(finished);
}

const walBytes = (path: string): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;

test("a run ends up in both databases, in the shapes that scripts rely on", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  const recorder = run.start();
  run.turn("planner");
  run.turn("planner", { phase: "follow-up" });
  run.turn("builder", { items: 200 });
  run.finish();
  expect(await recorder.caughtUp(run.seq)).toEqual({ ok: true, value: undefined });
  await recorder.stop();
  expectWhole(run);
  const stored = readAll(run.actions);
  const turn = Object.entries(stored).find(([path]) =>
    /^\/runs\/demo\/agents\/planner\/.*follow-up-1\.json$/.test(path),
  );
  expect(JSON.parse(turn?.[1] ?? "null")).toMatchObject({
    agent: "planner",
    phase: "follow-up",
    prompt: "Prompt of planner 1",
    response: "Answer of planner 1",
    threadId: "thread-planner",
    usage: { input: 0 },
  });
  expect(JSON.parse(stored["/runs/demo/run.json"] ?? "null")).toMatchObject({ state: "finished", prompt: "Ship it" });
  const artifacts = Object.entries(readAll(run.memory));
  for (const [path] of artifacts) expect(path).toMatch(/^\/memory\/artifacts\/\d{8}T\d{9}Z__demo-[a-z0-9-]+\.json$/);
  const byBuilder = artifacts.map(([, text]) => JSON.parse(text)).find(({ agent }) => agent === "builder");
  expect(byBuilder).toMatchObject({
    type: "plan",
    session: "demo",
    tags: ["builder-tag"],
    content: "Answer of builder 1",
  });
  expect(byBuilder.relatedArtifacts).toEqual([expect.stringContaining("planner-follow-up-1")]);
  expect(walBytes(run.actions)).toBe(0);
  await run.close();
});

test("recording the same journal again changes nothing", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  run.turn("planner");
  run.finish();
  const contents: string[] = [];
  for (let round = 0; round < 2; round++) {
    const recorder = run.start();
    expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
    await recorder.stop();
    const database = new Database(run.actions);
    const inodes = database.query("SELECT * FROM fs_inode").all();
    database.close();
    contents.push(JSON.stringify([readAll(run.actions), readAll(run.memory), inodes]));
  }
  expect(contents[1]).toBe(contents[0] as string);
  await run.close();
});

test("the interrupt artifact carries the summary at once, and its last text in place", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  const recorder = run.start();
  const ref = { agent: "planner", phase: "plan", attempt: 1, threadId: "t" } as const;
  run.append({ type: "turn.started", ...ref, wave: 0, prompt: "p", continues: false });
  run.append({ type: "run.interrupted", by: "ctrl-s", stops: "agents", reason: "Ctrl+S", running: ["planner"] });
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  run.append({
    type: "turn.finished",
    ...ref,
    text: "done",
    usage: { input: 1, cachedInput: 0, output: 1, reasoning: 0 },
    durationMs: 5,
  });
  run.append({ type: "agent.finished", agent: "planner", wave: 0 });
  run.finish();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  const artifacts = Object.values(readAll(run.memory)).map((text) => JSON.parse(text));
  const interrupts = artifacts.filter(({ type }) => type === "interrupt");
  expect(interrupts.length).toBe(1);
  expect(interrupts[0].content).toBe(summariseInterrupt(readEvents(run.paths.journal)) as string);
  await run.close();
});

test("kill -9 again and again: nothing is lost, doubled or torn", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  // One that is killed within its check leaves its copy behind: in here.
  const env = { ...process.env, TMPDIR: folder.path };
  for (let round = 1; round <= 8; round++) {
    const command = [...RECORDER, "__recorder", "--project-root", folder.path, "--session", "demo"];
    const child = Bun.spawn(command, { env, stdin: "pipe", stdout: "pipe", stderr: "inherit" });
    run.turn("planner", { attempt: round, items: 2000 });
    run.turn("builder", { attempt: round, items: 2000 });
    let reported = false;
    const listening = child.stdout
      .getReader()
      .read()
      .then(() => (reported = true));
    // In the middle of a transaction, at another place each time; or when it was faster than we could look.
    while (walBytes(run.actions) < round * 50_000 && !reported) await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await Promise.all([child.exited, listening]);
  }
  run.finish();
  const recorder = run.start();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  expectWhole(run);
  await run.close();
}, 30_000);

test("the end of the orchestrator drains the journal and ends the recorder", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  run.turn("planner", { items: 500 });
  const recorder = run.start();
  await recorder.stop();
  expectWhole(run);
  await run.close();
});

test("an orchestrator that was killed takes neither its recorder nor what it had written along", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  run.turn("planner", { items: 5000 });
  const command = [...RECORDER, "__recorder", "--project-root", folder.path, "--session", "demo"];
  const child = Bun.spawn(["bash", "-c", 'set -o pipefail; "$@" | true', "bash", ...command], {
    stdin: "ignore",
    stderr: "pipe",
  });
  expect(await child.exited).toBe(0);
  expect(await child.stderr.text()).toBe("");
  expectWhole(run);
  await run.close();
});

test("a lock of another process is waited for, and asked for", async () => {
  using folder = temporaryFolder();
  const [first, second] = [new RecordedRun(folder.path, "one"), new RecordedRun(folder.path, "two")];
  const recorders = [first.start(), second.start()];
  for (let attempt = 1; attempt <= 15; attempt++) {
    for (const run of [first, second]) run.turn("planner", { attempt, items: 100 });
    await Bun.sleep(0);
  }
  for (const run of [first, second]) run.finish();
  expect((await recorders[0]?.caughtUp(first.seq))?.ok).toBe(true);
  expect((await recorders[1]?.caughtUp(second.seq))?.ok).toBe(true);
  for (const recorder of recorders) await recorder.stop();
  expect(Object.keys(readAll(first.memory)).length).toBe(30);
  expect(readdirSync(dirname(first.memory)).filter((name) => /owner|waiting/.test(name))).toEqual([]);
  await first.close();
  await second.close();
});

test("a holder that knows nothing of our marks is waited for, and named when it stays", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  mkdirSync(dirname(run.actions), { recursive: true });
  const hold = `const { AgentFS } = await import(${JSON.stringify(import.meta.resolve("agentfs-sdk"))});
    await AgentFS.open({ path: ${JSON.stringify(run.actions)} }); console.log("held"); for await (const _ of Bun.stdin.stream()) {}`;
  const holder = Bun.spawn([process.execPath, "-e", hold], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  await holder.stdout.getReader().read();
  run.turn("planner");
  run.finish();
  const recorder = run.start({ patienceMs: 800 });
  const outcome = await recorder.caughtUp(run.seq);
  expect(outcome.ok ? "" : outcome.error.message).toContain("locked");
  holder.kill("SIGKILL");
  await holder.exited;
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  expectWhole(run);
  await run.close();
});

test("a damaged database is kept aside and made anew, the other sessions' turns included", async () => {
  using folder = temporaryFolder();
  const earlier = new RecordedRun(folder.path, "earlier");
  earlier.turn("planner", { items: 50 });
  earlier.finish();
  const first = earlier.start();
  expect((await first.caughtUp(earlier.seq)).ok).toBe(true);
  await first.stop();
  truncateSync(earlier.actions, 12_000);
  // An owner that died: any process id that is gone.
  const gone = Bun.spawnSync(["true"]).pid;
  writeFileSync(`${earlier.actions}-owner-${gone}`, "");
  const run = new RecordedRun(folder.path, "later");
  const recorder = run.start();
  run.turn("planner", { items: 5 });
  run.finish();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  const aside = readdirSync(dirname(run.actions)).find((name) => name.startsWith(`${basename(run.actions)}.corrupt-`));
  expect(aside).toBeDefined();
  expect(run.notices.join()).toContain("damaged");
  const turns = Object.keys(readAll(run.actions)).filter((path) => path.includes("/agents/"));
  expect(turns.map((path) => path.split("/")[2])).toEqual(["earlier", "later"]);
  await earlier.close();
  await run.close();
});

test("a full disk is reported with what is missing, and caught up later", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  run.turn("planner", { items: 2000 });
  run.finish();
  const limited = `trap '' XFSZ; ulimit -f 600; exec "$@"`;
  const recorder = run.start({ command: ["bash", "-c", limited, "bash", ...RECORDER], patienceMs: 1500 });
  const outcome = await recorder.caughtUp(run.seq);
  expect(outcome.ok ? 0 : outcome.error.missing).toBeGreaterThan(0);
  await recorder.stop();
  const second = run.start();
  expect((await second.caughtUp(run.seq)).ok).toBe(true);
  await second.stop();
  expectWhole(run);
  await run.close();
});

test("Python's sqlite3 reads the turns", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  run.turn("planner");
  run.finish();
  const recorder = run.start();
  await until("the recorder", async () => (await recorder.caughtUp(run.seq)).ok);
  await recorder.stop();
  const script = `
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for name, ino in db.execute("SELECT name, ino FROM fs_dentry WHERE name LIKE '%__plan-1.json'").fetchall():
    data = b"".join(row[0] for row in db.execute("SELECT data FROM fs_data WHERE ino = ? ORDER BY chunk_index", (ino,)))
    print(json.loads(data)["response"])
`;
  const python = Bun.spawnSync(["python3", "-c", script, run.actions]);
  expect(python.stdout.toString()).toBe("Answer of planner 1\n");
  expect(readFileSync(run.paths.recorder, "utf8")).toContain(`"seq":${run.seq}`);
  await run.close();
});
