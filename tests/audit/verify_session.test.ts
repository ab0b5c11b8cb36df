// budget 60 s
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import type { StoreVerdict } from "../../src/audit/compare_store.ts";
import { rebuildSession } from "../../src/audit/rebuild.ts";
import { adviseRepair, renderVerdict } from "../../src/audit/render_verdict.ts";
import { verifySession } from "../../src/audit/verify_session.ts";
import type { EventDraft } from "../../src/events/event.ts";
import { condense } from "../../src/store/condense/condense.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { RECORDER, RecordedRun, readAll } from "../store/recorded_run.ts";

/** A run that has ended and is recorded. */
async function recordRun(projectRoot: string, session?: string, settings: object = {}): Promise<RecordedRun> {
  const run = new RecordedRun(projectRoot, session, settings);
  run.turn("planner");
  run.turn("builder", { items: 40 });
  run.append({ type: "run.interrupted", by: "signal", stops: "agents", reason: "enough", running: [] });
  run.finish();
  const recorder = run.start();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  await run.close();
  return run;
}

const audit = ({ paths }: RecordedRun, more: Partial<Parameters<typeof verifySession>[0]> = {}) =>
  verifySession({ paths, running: false, journalOnly: false, key: null, ...more });

async function auditStores(run: RecordedRun, more = {}): Promise<Record<"memory" | "actions", StoreVerdict>> {
  const { stores } = await audit(run, more);
  if (!stores) throw new Error("nothing was compared");
  return Object.fromEntries(stores.map((store) => [store.database, store])) as Record<
    "memory" | "actions",
    StoreVerdict
  >;
}

/** Changes a database behind the recorder's back, as plain SQLite lets anybody. */
function tamper(path: string, sql: string, ...values: (string | number)[]): void {
  const database = new Database(path);
  expect(database.query(sql).run(...values).changes).toBeGreaterThan(0);
  database.close();
}

test("what the recorder has written is what the journal says, down to the byte", async () => {
  using folder = temporaryFolder();
  const run = await recordRun(folder.path);
  const verdict = await audit(run);
  expect(verdict).toMatchObject({ ok: true, notes: [], seals: null, chain: { fault: null, events: run.seq } });
  // Two turns with their events and the run; two answers and the interrupt.
  const clean = { missing: [], different: [], surplus: [], findings: [], notes: [] };
  expect(verdict.stores).toEqual([
    { database: "memory", path: run.memory, same: 3, ...clean },
    { database: "actions", path: run.actions, same: 5, ...clean },
  ]);
  expect(renderVerdict(verdict, run.paths)).toEqual([
    `demo: intact, ${run.seq} events`,
    `head ${verdict.chain.head}`,
    "memory/artifacts.agentfs.db: 3 files, as the journal says",
    ".agentfs/agent-db.db: 5 files, as the journal says",
  ]);
  expect(adviseRepair(verdict, run.paths)).toBeNull();
});

test("a file that is changed, missing or surplus is named, in either database", async () => {
  using folder = temporaryFolder();
  const run = await recordRun(folder.path);
  const byName = "ino = (SELECT ino FROM fs_dentry WHERE name LIKE ?)";
  tamper(run.actions, `UPDATE fs_data SET data = replace(data, 'Answer', 'Excuse') WHERE ${byName}`, "%__plan-1.json");
  tamper(run.actions, "DELETE FROM fs_dentry WHERE name = 'run.json'");
  tamper(run.memory, "UPDATE fs_dentry SET name = '20300101T000000000Z__other.json' WHERE name LIKE '%demo-planner%'");
  const { actions, memory } = await auditStores(run);
  expect(actions.different).toEqual([
    expect.stringMatching(/^\/runs\/demo\/agents\/(planner|builder)\/.*plan-1\.json$/),
  ]);
  expect(actions).toMatchObject({ missing: ["/runs/demo/run.json"], surplus: [], same: 3 });
  expect(memory.surplus).toEqual(["/memory/artifacts/20300101T000000000Z__other.json"]);
  expect(memory.missing).toEqual([expect.stringContaining("demo-planner-plan-1.json")]);
  const verdict = await audit(run);
  expect(verdict.ok).toBe(false);
  expect(renderVerdict(verdict, run.paths).join("\n")).toContain("__other.json is in no journal");
  expect(adviseRepair(verdict, run.paths)).toContain("audit rebuild --all");
});

test("a byte of an event's line and a line too many are both a difference", async () => {
  using folder = temporaryFolder();
  const run = await recordRun(folder.path);
  const ofEvents = "ino = (SELECT ino FROM fs_dentry WHERE name LIKE '%.jsonl' LIMIT 1)";
  tamper(
    run.actions,
    `UPDATE fs_data SET data = data || CAST(? AS BLOB) WHERE ${ofEvents} AND chunk_index = 0`,
    "{}\n",
  );
  expect((await auditStores(run)).actions.different).toEqual([expect.stringMatching(/events\/.*\.jsonl$/)]);
});

test("summaries are nobody's loss and nobody's surplus", async () => {
  using folder = temporaryFolder();
  const run = await recordRun(folder.path);
  tamper(run.memory, `UPDATE fs_data SET data = replace(data, '"type": "interrupt"', '"type": "summary"')`);
  tamper(
    run.memory,
    "UPDATE fs_dentry SET name = '20300101T000000000Z__demo-summary.json' WHERE name LIKE '%interrupt%'",
  );
  const { memory } = await auditStores(run);
  expect(memory.surplus).toEqual([]);
  expect(memory.missing).toEqual([expect.stringContaining("demo-interrupt.json")]);
});

test("what memory condense writes beside a run changes nothing of it", async () => {
  using folder = temporaryFolder();
  const runs = [];
  for (const session of ["one", "two", "three"]) runs.push(await recordRun(folder.path, session));
  const rule = { untilMs: Date.now() + 1000, minGroupSize: 2 };
  const condensed = await condense({ path: runs[0]?.memory ?? "", rule, dryRun: false, summarise: null });
  expect(condensed.ok).toBe(true);
  const [memory] = runs.map((run) => readAll(run.memory));
  expect(Object.values(memory ?? {}).filter((text) => JSON.parse(text).type === "summary").length).toBeGreaterThan(0);
  for (const run of runs) expect(await audit(run)).toMatchObject({ ok: true, stores: [{ same: 3 }, { same: 5 }] });
}, 20_000);

test("a journal whose end was cut off is whole as a chain, and AgentFS knows better", async () => {
  using folder = temporaryFolder();
  const run = await recordRun(folder.path);
  const lines = readFileSync(run.paths.journal, "utf8").trimEnd().split("\n");
  writeFileSync(run.paths.journal, `${lines.slice(0, -3).join("\n")}\n`);
  const verdict = await audit(run);
  expect(verdict.chain.fault).toBeNull();
  expect(verdict.ok).toBe(false);
  const { actions } = await auditStores(run);
  expect(actions.findings).toEqual([
    expect.stringContaining(`recorded up to event ${run.seq}, and the journal ends with`),
  ]);
  expect(actions.different).toEqual(["/runs/demo/run.json"]);
  expect(actions.surplus).toEqual([expect.stringContaining("/agents/builder/")]);
});

test("a torn last line stays a note, though AgentFS has what it said", async () => {
  using folder = temporaryFolder();
  const run = await recordRun(folder.path);
  const { size } = Bun.file(run.paths.journal);
  truncateSync(run.paths.journal, size - 9);
  const verdict = await audit(run);
  expect(verdict).toMatchObject({ ok: true, chain: { events: run.seq - 1 } });
  const printed = renderVerdict(verdict, run.paths);
  expect(printed[0]).toMatch(new RegExp(`^note: line ${run.seq} is unfinished \\([\\d,]+ bytes`));
  expect(printed.join("\n")).toContain("1 files hold what the unfinished line said");
});

test("a recorder that is behind is a note, and what it has recorded is compared", async () => {
  using folder = temporaryFolder();
  const later = new RecordedRun(folder.path, "later");
  later.turn("planner");
  const recorder = later.start();
  expect((await recorder.caughtUp(later.seq)).ok).toBe(true);
  await recorder.stop();
  later.turn("builder");
  await later.close();
  const { actions } = await auditStores(later, { running: true });
  expect(actions).toMatchObject({ missing: [], different: [], same: 3, findings: [] });
  expect(actions.notes).toEqual([expect.stringContaining("the run is still running")]);
  expect((await audit(later)).ok).toBe(true);
  tamper(later.actions, "DELETE FROM fs_dentry WHERE name LIKE '%.jsonl'");
  expect((await auditStores(later)).actions.missing).toHaveLength(1);
});

test("a database that is gone is a finding with the command that makes it anew", async () => {
  using folder = temporaryFolder();
  const run = await recordRun(folder.path);
  rmSync(run.actions);
  rmSync(run.memory);
  const verdict = await audit(run);
  expect(verdict.ok).toBe(false);
  for (const { findings } of verdict.stores ?? [])
    expect(findings).toEqual([expect.stringContaining("it was removed")]);
  expect(adviseRepair(verdict, run.paths)).toContain("codex-squad audit rebuild demo");
  const rebuilt = await rebuildSession(run.paths, RECORDER);
  expect(rebuilt).toEqual({ ok: true, value: { events: run.seq, unrecorded: null, notices: [] } });
  expect(await audit(run)).toMatchObject({ ok: true, stores: [{ same: 3 }, { same: 5 }] });
}, 20_000);

test("a run that goes on after its end is rebuilt up to its last event", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  run.turn("planner");
  run.finish();
  run.append({ type: "run.resumed", version: "0", pid: 1 });
  run.turn("builder");
  run.finish();
  await run.close();
  expect(await rebuildSession(run.paths, RECORDER)).toMatchObject({ ok: true, value: { unrecorded: null } });
  expect(await audit(run)).toMatchObject({ ok: true, notes: [] });
}, 20_000);

test("a journal that nobody ever recorded is no finding: the chain is all there is", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  run.turn("planner");
  run.finish();
  await run.close();
  const verdict = await audit(run);
  expect(verdict.ok).toBe(true);
  expect(verdict.stores?.map(({ notes }) => notes.length)).toEqual([1, 1]);
});

test("a run without an action log, and one in a folder of the log that it shares", async () => {
  using folder = temporaryFolder();
  const without = await recordRun(folder.path, "without", { agentfs: false });
  const verdict = await audit(without);
  expect(verdict).toMatchObject({ ok: true, notes: [expect.stringContaining("--no-agentfs")] });
  expect(verdict.stores?.map(({ database }) => database)).toEqual(["memory"]);
  const one = await recordRun(folder.path, "one", { agentfsSession: "team" });
  const two = await recordRun(folder.path, "two", { agentfsSession: "team" });
  for (const run of [one, two]) expect(await audit(run)).toMatchObject({ ok: true });
  expect((await auditStores(one)).actions.notes).toEqual([expect.stringContaining("another session")]);
}, 20_000);

test("runs of one name from two projects may share both databases", async () => {
  using folder = temporaryFolder();
  using shared = temporaryFolder();
  using other = temporaryFolder();
  const settings = { memoryDir: shared.path, agentfsPath: `${shared.path}/log.db` };
  const runs = [await recordRun(folder.path, "demo", settings), await recordRun(other.path, "demo", settings)];
  for (const run of runs) expect(await audit(run)).toMatchObject({ ok: true });
}, 20_000);

test("what cannot be folded or read is said, and the chain is judged all the same", async () => {
  using folder = temporaryFolder();
  const run = await recordRun(folder.path);
  expect(await audit(run, { journalOnly: true })).toMatchObject({ ok: true, stores: null });
  writeFileSync(run.actions, "no database at all, but long enough to be looked at".repeat(50));
  const { actions } = await auditStores(run);
  expect(actions.findings).toEqual([expect.stringMatching(/cannot be read/)]);
  const bare = new RecordedRun(folder.path, "bare", undefined, { schema: 99 });
  await bare.close();
  expect(await audit(bare)).toMatchObject({
    ok: true,
    stores: null,
    notes: [expect.stringContaining("newer version")],
  });
  appendFileSync(run.paths.journal, "nonsense\n");
  expect(await audit(run)).toMatchObject({ ok: false, stores: null, chain: { fault: { line: run.seq + 1 } } });
});

test("events that lack what their type promises are no bug of the audit", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  const recorder = run.start();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  run.append({ type: "wave.started" } as EventDraft);
  await run.close();
  expect(await audit(run)).toMatchObject({ ok: true, stores: null, notes: [expect.stringContaining("event 2 lacks")] });
});
