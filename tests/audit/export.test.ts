// budget 60 s
import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkTarget, writeArchive } from "../../src/audit/archive.ts";
import { gatherBundle, type Manifest } from "../../src/audit/bundle.ts";
import { explain } from "../../src/cli/explain.ts";
import { readEvents } from "../../src/events/read.ts";
import { verifyJournal } from "../../src/events/verify.ts";
import { LogFiles } from "../../src/views/log_files.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { RecordedRun, readAll } from "../store/recorded_run.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const entry = join(import.meta.dir, "../cli/program_entry.ts");
let run: RecordedRun;

beforeAll(async () => {
  // Two runs in the same databases: only one of them is exported.
  for (const session of ["other", "demo"]) {
    run = new RecordedRun(folder.path, session);
    run.turn("planner");
    run.turn("builder", { items: 500 });
    run.finish();
    const recorder = run.start();
    expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
    await recorder.stop();
    await run.close();
  }
  new LogFiles(run.paths, readEvents(run.paths.journal)).close();
  writeFileSync(run.paths.seals, "a seal\n");
});

function exportRun(out: string, ...flags: string[]) {
  return callProgram(["audit", "export", "--session", "demo", "--out", out, ...flags]);
}

function callProgram(words: readonly string[], { cwd = folder.path, env = {} } = {}) {
  const command = [process.execPath, entry, ...words];
  const ended = Bun.spawnSync(command, { cwd, env: { ...process.env, NO_COLOR: "1", ...env }, stdin: "ignore" });
  return { code: ended.exitCode, out: ended.stdout.toString(), err: ended.stderr.toString() };
}

/** Unpacks with the system's own programs; gives every file by its path. */
function unpack(archive: string): Record<string, Buffer> {
  using into = temporaryFolder();
  const command = archive.endsWith(".zip")
    ? ["python3", "-m", "zipfile", "-e", archive, into.path]
    : ["sh", "-c", 'zstd -dc "$0" | tar -xf - -C "$1"', archive, into.path];
  const { exitCode, stderr } = Bun.spawnSync(command);
  if (exitCode !== 0) throw new Error(stderr.toString());
  const names = readdirSync(into.path, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(into.path.length + 1), readFileSync(path)];
    }),
  );
}

test.each(["tar.zst", "zip"])("a %s holds the run and nothing else, each file with its hash", (extension) => {
  const out = join(folder.path, `demo.${extension}`);
  const exported = exportRun(out);
  expect(exported).toMatchObject({ code: 0, err: "" });
  const { head } = verifyJournal(run.paths.journal);
  expect(exported.out).toContain(`head ${head}`);
  const files = unpack(out);
  const manifest = JSON.parse(files["demo/manifest.json"]?.toString() ?? "null") as Manifest;
  expect(manifest).toMatchObject({
    session: "demo",
    state: "finished",
    part: false,
    journal: { intact: true, events: run.seq, head, fault: null },
    recorded: { memory: run.seq - 1, actions: run.seq },
  });
  const hashes = Object.entries(files)
    .filter(([path]) => path !== "demo/manifest.json")
    .map(([path, bytes]) => ({ path: path.slice(5), bytes: bytes.length, sha256: Bun.SHA256.hash(bytes, "hex") }));
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
  expect(hashes.sort(byPath)).toEqual([...manifest.files].sort(byPath));
  expect(files["demo/journal.jsonl"]).toEqual(readFileSync(run.paths.journal));
  expect(files["demo/logs/builder.log"]).toEqual(readFileSync(join(run.paths.logs, "builder.log")));
  expect(files["demo/seals.jsonl"]?.toString()).toBe("a seal\n");
  expect(files["demo/report.txt"]?.toString()).toContain("demo is done");
  const stored = { ...readAll(run.actions), ...readAll(run.memory) };
  const own = Object.keys(stored).filter((path) => path.startsWith("/runs/demo/") || path.includes("__demo-"));
  const within = Object.keys(files).filter((path) => path.startsWith("demo/agentfs/"));
  expect(within.map((path) => path.slice("demo/agentfs".length)).sort()).toEqual(own.sort());
  for (const path of own) expect(files[`demo/agentfs${path}`]?.toString()).toBe(stored[path] ?? "");
});

test.each(["tar.zst", "zip"])("the same run gives the same %s, in whatever time zone", (extension) => {
  const [one, two] = [join(folder.path, `one.${extension}`), join(folder.path, `two.${extension}`)];
  const words = (out: string) => ["audit", "export", "demo", "--out", out];
  expect(callProgram(words(one), { env: { TZ: "UTC" } }).code).toBe(0);
  expect(callProgram(words(two), { env: { TZ: "Pacific/Auckland" } }).code).toBe(0);
  expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
});

test("what stands there already is replaced only when that is asked for", () => {
  const out = join(folder.path, "there.zip");
  writeFileSync(out, "mine");
  expect(exportRun(out)).toMatchObject({ code: 2, err: expect.stringContaining("is already there") });
  expect(readFileSync(out, "utf8")).toBe("mine");
  expect(exportRun(out, "--force").code).toBe(0);
  expect(Object.keys(unpack(out))).toContain("demo/journal.jsonl");
});

test("a target that cannot be written is one line, and leaves nothing", () => {
  const parts = () => readdirSync(folder.path).filter((name) => name.includes(".part"));
  expect(exportRun("demo.rar")).toMatchObject({ code: 2, err: expect.stringContaining(".tar.zst or .zip") });
  expect(exportRun("none/demo.zip")).toMatchObject({ code: 2, err: expect.stringContaining("no such file") });
  mkdirSync(join(folder.path, "folder.zip"));
  expect(exportRun("folder.zip")).toMatchObject({ code: 2, err: expect.stringContaining("it is a folder") });
  expect(exportRun("/proc/demo.zip").code).toBe(2);
  expect(callProgram(["audit", "export"])).toMatchObject({ code: 2, err: expect.stringContaining("--out FILE") });
  expect(callProgram(["audit", "export", "none", "--out", "x.zip"])).toMatchObject({ code: 2 });
  expect(callProgram(["audit", "export", "demo", "--session", "other", "--out", "x.zip"])).toMatchObject({ code: 2 });
  expect(parts()).toEqual([]);
});

test.each(["tar.zst", "zip"] as const)("a full disk stops a %s, and no half of it is left", (format) => {
  const path = join(folder.path, `full.${format}`);
  const module = join(import.meta.dir, "../../src/audit/archive.ts");
  const script = `
    import { randomBytes } from "node:crypto";
    import { writeArchive } from ${JSON.stringify(module)};
    const entries = [{ name: "a", content: randomBytes(1 << 20) }];
    const options = { format: ${JSON.stringify(format)}, entries, madeAt: new Date(0) };
    console.log(JSON.stringify(await writeArchive(${JSON.stringify(path)}, options)));`;
  // A limit on the size of files answers as a full disk does.
  const limited = ["sh", "-c", 'trap "" XFSZ; ulimit -f 64; exec "$@"', "sh", process.execPath, "-e", script];
  const printed = Bun.spawnSync(limited).stdout.toString();
  expect(JSON.parse(printed)).toEqual({ ok: false, error: { kind: "archive-unwritable", path, code: "EFBIG" } });
  expect(readdirSync(folder.path).filter((name) => name.startsWith("full."))).toEqual([]);
  expect(explain({ kind: "archive-unwritable", path, code: "ENOSPC" })).toMatchObject({ exitCode: 4 });
});

test.each(["tar.zst", "zip"] as const)("a file that has gone meanwhile stops a %s", async (format) => {
  const path = join(folder.path, `gone.${format}`);
  const content = { file: join(folder.path, "gone.log"), bytes: 10 };
  const options = { format, entries: [{ name: "gone.log", content }], madeAt: new Date(0) };
  expect(await writeArchive(path, options)).toMatchObject({ ok: false, error: { code: "ENOENT" } });
  // Shorter than it was is no better: what is within must be what the manifest says.
  writeFileSync(content.file, "short");
  expect((await writeArchive(path, options)).ok).toBe(false);
  rmSync(content.file);
  expect(readdirSync(folder.path).filter((name) => name.startsWith("gone."))).toEqual([]);
});

test("a damaged journal goes in as it is, and the exit code says so", () => {
  using copy = temporaryFolder();
  Bun.spawnSync(["cp", "-r", `${folder.path}/.orchestrator`, copy.path]);
  const journal = join(copy.path, ".orchestrator/demo/journal.jsonl");
  writeFileSync(journal, readFileSync(journal, "utf8").replace("Prompt of planner", "Pr0mpt of planner"));
  const ended = callProgram(["audit", "export", "demo", "--out", "bad.tar.zst", "--json"], { cwd: copy.path });
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.out).manifest.journal).toMatchObject({ intact: false, fault: { line: 2, kind: "changed" } });
  expect(ended.err).toContain("the journal in it is damaged: line 2");
  expect(ended.err).toContain("what AgentFS held of the run is not in it");
  expect(unpack(join(copy.path, "bad.tar.zst"))["demo/journal.jsonl"]).toEqual(readFileSync(journal));
});

test("a run that is running is exported up to its last whole line, and called a part", async () => {
  using place = temporaryFolder();
  const live = new RecordedRun(place.path, "live");
  live.turn("planner");
  await live.close();
  appendFileSync(live.paths.journal, '{"seq":9');
  const bundle = await gatherBundle(live.paths, true);
  if (!bundle.ok) throw new Error(bundle.error.kind);
  expect(bundle.value.manifest).toMatchObject({ part: true, state: "running", journal: { tornBytes: 8 } });
  const out = join(place.path, "live.zip");
  const format = checkTarget(out, false);
  if (!format.ok) throw new Error(format.error.kind);
  const { entries, startedAt: madeAt } = bundle.value;
  expect(await writeArchive(out, { format: format.value, entries, madeAt })).toMatchObject({ ok: true });
  expect(unpack(out)["live/journal.jsonl"]?.toString().endsWith("}\n")).toBe(true);
});

test("a name in the database that leads upwards stays below the run's folder", async () => {
  using place = temporaryFolder();
  const tricked = new RecordedRun(place.path, "demo");
  tricked.turn("planner");
  const recorder = tricked.start();
  expect((await recorder.caughtUp(tricked.seq)).ok).toBe(true);
  await recorder.stop();
  await tricked.close();
  const database = new Database(tricked.actions);
  database.query("UPDATE fs_dentry SET name = '..' WHERE name = 'planner'").run();
  database.query("UPDATE fs_dentry SET name = ? WHERE name = 'run.json'").run("a\\..\\b c.json");
  database.close();
  const bundle = await gatherBundle(tricked.paths, false);
  if (!bundle.ok) throw new Error(bundle.error.kind);
  const names = bundle.value.entries.map(({ name }) => name);
  expect(names.filter((name) => name.split(/[/\\]/).includes(".."))).toEqual([]);
  expect(names).toContain("demo/agentfs/runs/demo/a%5C%2E%2E%5Cb%20c%2Ejson");
  expect(existsSync(join(place.path, "x.zip"))).toBe(false);
});

test("a journal of a newer version is not half understood", async () => {
  using place = temporaryFolder();
  const newer = new RecordedRun(place.path, "newer", {}, { schema: 99 });
  await newer.close();
  const ended = callProgram(["audit", "export", "newer", "--out", "x.zip"], { cwd: place.path });
  expect(ended).toMatchObject({ code: 3, err: expect.stringContaining("newer version") });
  rmSync(newer.paths.folder, { recursive: true });
});
