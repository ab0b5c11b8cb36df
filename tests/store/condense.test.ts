// budget 120 s
import { Database } from "bun:sqlite";
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { condense } from "../../src/store/condense/condense.ts";
import { extract } from "../../src/store/condense/extract.ts";
import { SUMMARY_LIMIT_BYTES } from "../../src/store/condense/summary.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { until } from "../rig/wait.ts";
import { RecordedRun } from "./recorded_run.ts";
import { artifactOf, daysAgo, listArtifacts, memoryOf, storeArtifacts } from "./stored_artifacts.ts";

const PROGRAM = join(import.meta.dir, "../cli/program_entry.ts");
const NOW_MS = Date.UTC(2026, 5, 1);
const before = (days: number) => daysAgo(days, NOW_MS);
const home = temporaryFolder();
afterAll(() => home[Symbol.dispose]());

function call(cwd: string, ...argv: readonly string[]) {
  const env = { PATH: process.env.PATH ?? "", HOME: home.path, NO_COLOR: "1" };
  const done = Bun.spawnSync([process.execPath, PROGRAM, ...argv], { cwd, env, stdin: "ignore" });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

/** Condenses what is two days old at a fixed time. */
const condenseNow = (path: string, more: Partial<Parameters<typeof condense>[0]> = {}) =>
  condense({
    path,
    rule: { untilMs: NOW_MS - 2 * 86_400_000, minGroupSize: 3 },
    dryRun: false,
    summarise: null,
    ...more,
  });

const summariesOf = (path: string) => listArtifacts(path).filter(({ type }) => type === "summary");

test("artifacts of one agent, type and tags become one summary that names them; they stay; again changes nothing", async () => {
  using folder = temporaryFolder();
  const path = memoryOf(folder.path);
  const plans = [9, 7, 5, 3].map((days) =>
    artifactOf({ createdAt: before(days), session: `s${days}`, tags: days === 5 ? ["b", "a"] : ["a", "b"] }),
  );
  const others = [
    artifactOf({ createdAt: before(1), tags: ["a", "b"] }),
    artifactOf({ createdAt: before(8), tags: ["a"] }),
    artifactOf({ createdAt: before(6), type: "follow-up", tags: ["a", "b"] }),
    artifactOf({ createdAt: before(6), agent: "builder", tags: ["a", "b"] }),
  ];
  await storeArtifacts(path, [...plans, ...others]);
  expect(await condenseNow(path, { dryRun: true })).toMatchObject({ ok: true, value: { condensed: { length: 1 } } });
  expect(summariesOf(path)).toEqual([]);
  expect((await condenseNow(path)).ok).toBe(true);
  const [summary, ...more] = summariesOf(path);
  expect(more).toEqual([]);
  expect(summary).toMatchObject({
    agent: "planner",
    tags: ["a", "b", "summary"],
    createdAt: before(3),
    session: "",
    relatedArtifacts: plans.map(({ id }) => id),
  });
  expect(listArtifacts(path).filter(({ type }) => type !== "summary")).toHaveLength(plans.length + others.length);
  const bytes = readFileSync(path);
  expect(await condenseNow(path)).toEqual({ ok: true, value: { condensed: [], failed: [] } });
  expect(readFileSync(path).equals(bytes)).toBe(true);
});

test("what is condensed already is left out whatever the age asked for, and what comes later makes a further summary", async () => {
  using folder = temporaryFolder();
  const path = memoryOf(folder.path);
  const artifacts = [20, 19, 18, 17, 16, 15].map((days) => artifactOf({ createdAt: before(days) }));
  await storeArtifacts(path, artifacts);
  const rule = (days: number, minGroupSize = 3) => ({ untilMs: NOW_MS - days * 86_400_000, minGroupSize });
  await condenseNow(path, { rule: rule(18) });
  // Three of the six; the summary is as old as the newest of them, and is older than none of this.
  await condenseNow(path, { rule: rule(19, 1) });
  await condenseNow(path, { rule: rule(2) });
  await condenseNow(path, { rule: rule(0, 1) });
  const related = summariesOf(path).map(({ relatedArtifacts }) => relatedArtifacts);
  expect(related).toEqual([artifacts.slice(0, 3).map(({ id }) => id), artifacts.slice(3).map(({ id }) => id)]);
});

test("the same artifacts give the same summary, in whatever order they lie, and never one beyond its bound", async () => {
  using folder = temporaryFolder();
  const artifacts = Array.from({ length: 400 }, (_, index) =>
    artifactOf({
      createdAt: before(400 - index / 2),
      session: `s${index}`,
      content: `## Goal\n${"Straße 漢字 ".repeat(100)}${index}\n## Decisions\n${`- take ${index}\n`.repeat(3)}## Open questions\n- why ${index}?`,
    }),
  );
  const [first, second] = [memoryOf(join(folder.path, "a")), memoryOf(join(folder.path, "b"))];
  await storeArtifacts(first, artifacts);
  await storeArtifacts(second, artifacts.toReversed());
  for (const path of [first, second]) expect((await condenseNow(path)).ok).toBe(true);
  expect(summariesOf(first)).toHaveLength(1);
  expect(summariesOf(second)).toEqual(summariesOf(first));
  const [{ content = "", relatedArtifacts = [] } = {}] = summariesOf(first);
  expect(Buffer.byteLength(content)).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
  expect(Buffer.byteLength(content)).toBeGreaterThan(SUMMARY_LIMIT_BYTES / 2);
  expect(content).not.toContain("\ufffd");
  expect(content).toMatch(/- take 399\n[\s\S]*- \.\.\. and \d+ more/);
  expect(relatedArtifacts).toHaveLength(400);
});

describe("extraction", () => {
  test("finds what a text is about, its headings, decisions, questions and files", () => {
    const text = [
      "## Goal",
      "A to-do list in `src/todo.ts`, see https://example.com/a/b.html.",
      "## Steps",
      "1. lib/storage.sh:12 first",
      "```sh",
      "# Not a heading",
      "Decision: nor is this one in code",
      "```",
      "## Open questions",
      "- Which shell?",
      "- None.",
      "**Notes**",
      "Decided: POSIX only",
      "Is it fast?",
    ].join("\n");
    expect(extract(text)).toEqual({
      about: "A to-do list in `src/todo.ts`, see https://example.com/a/b.html.",
      headings: ["Goal", "Steps", "Open questions", "Notes"],
      decisions: ["lib/storage.sh:12 first", "Decided: POSIX only"],
      questions: ["Which shell?", "Is it fast?"],
      files: ["src/todo.ts", "lib/storage.sh"],
    });
  });

  test("a blueprint is told by its agents; anything at all is taken", () => {
    const blueprint = JSON.stringify({
      agents: [{ id: "api", role: "API", prompt: "in src/api.ts" }, { id: "ui" }, 7],
    });
    expect(extract(blueprint)).toMatchObject({ about: "Blueprint: api (API), ui", files: ["src/api.ts"] });
    for (const odd of [
      "",
      "\n\n",
      "{",
      "[]",
      "null",
      '{"agents":null}',
      "```",
      "\u{1f600}".repeat(500),
      "/".repeat(5000),
    ]) {
      expect(extract(odd).about.length).toBeLessThanOrEqual(240);
    }
  });
});

test("killed at any point and run again, it ends as if it had never been killed", async () => {
  using folder = temporaryFolder();
  const artifacts = Array.from({ length: 900 }, (_, index) =>
    artifactOf({ createdAt: before(900 - index / 2), agent: `a${index % 300}`, content: `Text ${index}` }),
  );
  const [killed, whole] = [join(folder.path, "killed"), join(folder.path, "whole")];
  await storeArtifacts(memoryOf(killed), artifacts);
  await storeArtifacts(memoryOf(whole), artifacts);
  expect(call(folder.path, "memory", "condense", "--project-root", whole).code).toBe(0);
  const path = memoryOf(killed);
  let signalled = 0;
  for (let round = 1; round <= 6; round++) {
    const child = Bun.spawn([process.execPath, PROGRAM, "memory", "condense", "--project-root", killed], {
      stdout: "ignore",
      stderr: "ignore",
    });
    // Further into its transactions each time; or when it was faster than we could look.
    const ended = child.exited.then(() => true);
    const walBytes = () => (existsSync(`${path}-wal`) ? Bun.file(`${path}-wal`).size : 0);
    const isDone = () => child.exitCode !== null;
    while (walBytes() < round * 40_000 && !isDone()) await new Promise((resolve) => setImmediate(resolve));
    if (!isDone()) signalled += 1;
    child.kill("SIGKILL");
    await ended;
  }
  expect(signalled).toBeGreaterThan(2);
  expect(call(folder.path, "memory", "condense", "--project-root", killed).code).toBe(0);
  const database = new Database(path, { readonly: true });
  expect(database.query("PRAGMA quick_check").all()).toEqual([{ quick_check: "ok" }]);
  database.close();
  expect(listArtifacts(path)).toEqual(listArtifacts(memoryOf(whole)));
  expect(summariesOf(path)).toHaveLength(300);
}, 60_000);

test("it works while a run writes, and neither loses anything", async () => {
  using folder = temporaryFolder();
  const old = Array.from({ length: 600 }, (_, index) =>
    artifactOf({ createdAt: before(600 - index / 2), agent: `a${index % 200}` }),
  );
  await storeArtifacts(memoryOf(folder.path), old);
  const run = new RecordedRun(folder.path);
  const recorder = run.start();
  await until("the recorder", () => recorder.recordedSeq > 0);
  const child = Bun.spawn([process.execPath, PROGRAM, "memory", "condense"], {
    cwd: folder.path,
    stdout: "pipe",
    stderr: "pipe",
  });
  let turns = 0;
  while (child.exitCode === null) {
    turns += 1;
    run.turn("planner", { attempt: turns, items: 20 });
    // At the recorder's own pace: the two of them are to meet, not to see who has the longer breath.
    await until("the recorder", () => child.exitCode !== null || recorder.recordedSeq > run.seq - 100);
  }
  run.finish();
  expect(await child.stderr.text()).toBe("");
  expect(await child.stdout.text()).toContain("200 summaries of 600 artifacts are written");
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  await run.close();
  const after = listArtifacts(run.memory);
  expect(after.filter(({ type }) => type === "summary")).toHaveLength(200);
  expect(after.filter(({ content }) => content.startsWith("Answer of planner"))).toHaveLength(turns);
  expect(after).toHaveLength(600 + 200 + turns);
  expect(readdirSync(dirname(run.memory)).filter((name) => /owner|waiting/.test(name))).toEqual([]);
}, 60_000);

test("a holder that never lets go is named after a while, and two at once are refused", async () => {
  using folder = temporaryFolder();
  const path = memoryOf(folder.path);
  await storeArtifacts(
    path,
    [9, 8, 7].map((days) => artifactOf({ createdAt: before(days) })),
  );
  const hold = `const { AgentFS } = await import(${JSON.stringify(import.meta.resolve("agentfs-sdk"))});
    await AgentFS.open({ path: ${JSON.stringify(path)} }); console.log("held"); for await (const _ of Bun.stdin.stream()) {}`;
  const holder = Bun.spawn([process.execPath, "-e", hold], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  await holder.stdout.getReader().read();
  const first = condenseNow(path, { patienceMs: 400 });
  expect(await condenseNow(path)).toMatchObject({ ok: false, error: { kind: "locked" } });
  expect(await first).toMatchObject({ ok: false, error: { kind: "locked", path } });
  holder.kill("SIGKILL");
  await holder.exited;
  expect((await condenseNow(path)).ok).toBe(true);
  expect(summariesOf(path)).toHaveLength(1);
});

test("a damaged database never reaches the engine; its summaries stay in the file that is kept aside", async () => {
  using folder = temporaryFolder();
  const run = new RecordedRun(folder.path);
  for (let attempt = 1; attempt <= 4; attempt++) run.turn("planner", { attempt });
  run.finish();
  const first = run.start();
  expect((await first.caughtUp(run.seq)).ok).toBe(true);
  await first.stop();
  const rule = { untilMs: Date.now() + 1000, minGroupSize: 3 };
  expect((await condenseNow(run.memory, { rule })).ok).toBe(true);
  const made = summariesOf(run.memory);
  expect(made).toHaveLength(1);
  // The last page, so that most of it can still be read by whoever has the tools.
  truncateSync(run.memory, Bun.file(run.memory).size - 5000);
  const refused = await condenseNow(run.memory, { rule });
  expect(refused).toMatchObject({ ok: false, error: { kind: "store-damaged", path: run.memory } });
  expect(call(folder.path, "memory", "condense")).toMatchObject({ code: 2, out: "" });
  const second = run.start();
  expect((await second.caughtUp(run.seq)).ok).toBe(true);
  await second.stop();
  await run.close();
  const aside = readdirSync(dirname(run.memory)).find((name) => name.startsWith(`${basename(run.memory)}.corrupt-`));
  expect(run.notices.join()).toContain("Summaries are in no journal");
  expect(run.notices.join()).toContain(aside ?? "nothing was kept");
  expect(readFileSync(join(dirname(run.memory), aside ?? "")).includes(made[0]?.id ?? "")).toBe(true);
  // Made anew from the journal: the artifacts, and out of them the very same summary.
  expect(listArtifacts(run.memory)).toHaveLength(4);
  expect((await condenseNow(run.memory, { rule })).ok).toBe(true);
  expect(summariesOf(run.memory)).toEqual(made);
});

test("Python's sqlite3 finds the originals from the summary, and so does memory inspect --related", async () => {
  using folder = temporaryFolder();
  const path = memoryOf(folder.path);
  await storeArtifacts(
    path,
    [9, 8, 7].map((days) => artifactOf({ createdAt: daysAgo(days), content: `Day ${days}` })),
  );
  const condensed = call(folder.path, "memory", "condense", "--days", "2", "--min-group-size", "3", "--json");
  const { summaries, artifacts } = JSON.parse(condensed.out);
  expect([summaries.length, artifacts, condensed.code]).toEqual([1, 3, 0]);
  const script = `
import json, sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
def read(name):
    (ino,) = db.execute("SELECT ino FROM fs_dentry WHERE name = ?", (name + ".json",)).fetchone()
    return json.loads(b"".join(row[0] for row in db.execute("SELECT data FROM fs_data WHERE ino = ? ORDER BY chunk_index", (ino,))))
print(" ".join(read(id)["content"] for id in read(sys.argv[2])["relatedArtifacts"]))
`;
  const python = Bun.spawnSync(["python3", "-c", script, path, summaries[0].id]);
  expect(python.stdout.toString()).toBe("Day 9 Day 8 Day 7\n");
  const related = call(folder.path, "memory", "inspect", "--related", summaries[0].id, "--json");
  expect(JSON.parse(related.out).map(({ content }: { content: string }) => content)).toEqual([
    "Day 7",
    "Day 8",
    "Day 9",
  ]);
  const inspector = call(folder.path, "memory", "inspect", "--type", "summary", "--json");
  expect(JSON.parse(inspector.out)).toHaveLength(1);
  const whole = call(folder.path, "memory", "inspect", "--type", "summary", "--limit", "5", "--content");
  expect(whole.out).toContain(`\nid ${summaries[0].id}\n# planner: 3 artifacts of type plan, `);
  expect(call(folder.path, "memory", "condense").out).toContain("nothing to condense");
});

describe("bad input: one line, a hint, a documented exit code", () => {
  test.each([
    [["--days", "0"], '--days: "0" is not allowed'],
    [["--days", "-1"], '--days: "-1" is not allowed'],
    [["--days", "999999999"], '--days: "999999999" is not allowed'],
    [["--days", "two"], '--days: "two" is not allowed'],
    [["--min-group-size", "0"], '--min-group-size: "0" is not allowed'],
    [["--backend", "llama"], '--backend: "llama" is not allowed'],
    [["--project-root", "/nowhere"], "/nowhere is not a folder"],
  ] as [string[], string][])("%j", (flags, line) => {
    using folder = temporaryFolder();
    const ended = call(folder.path, "memory", "condense", ...flags);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.err).toStartWith(`codex-squad: ${line}\n  hint: `);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("no memory yet is nothing to do; something else in its place is refused and left alone", async () => {
    using folder = temporaryFolder();
    expect(call(folder.path, "memory", "condense")).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(call(folder.path, "memory", "condense", "--json").out)).toMatchObject({ summaries: [] });
    expect(readdirSync(folder.path)).toEqual([]);
    const path = memoryOf(folder.path);
    mkdirSync(dirname(path));
    writeFileSync(path, "");
    expect(call(folder.path, "memory", "condense")).toMatchObject({ code: 0, err: "" });
    writeFileSync(path, "notes");
    const refused = call(folder.path, "memory", "condense");
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain("it is not an SQLite database");
    expect(readFileSync(path, "utf8")).toBe("notes");
  });

  test("a folder that cannot be written: what would be done can be asked, nothing else", async () => {
    using folder = temporaryFolder();
    const path = memoryOf(folder.path);
    await storeArtifacts(
      path,
      [9, 8, 7].map((days) => artifactOf({ createdAt: before(days) })),
    );
    const mounted = Bun.spawnSync(["mount", "--bind", "-o", "ro", dirname(path), dirname(path)], { stderr: "ignore" });
    if (mounted.exitCode !== 0) return;
    try {
      const dry = call(folder.path, "memory", "condense", "--dry-run");
      expect(dry).toMatchObject({ code: 0, err: "" });
      expect(dry.out).toContain("1 summary of 3 artifacts would be written");
      const refused = call(folder.path, "memory", "condense");
      expect(refused).toMatchObject({ code: 3, out: "" });
      expect(refused.err).toMatch(/^codex-squad: cannot use .*\n {2}hint: make the file and its folder writable\n$/);
    } finally {
      Bun.spawnSync(["umount", "-l", dirname(path)]);
    }
  });
});
