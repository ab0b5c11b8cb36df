import { expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { sessionPaths } from "../../src/core/paths.ts";
import { LogFiles } from "../../src/views/log_files.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { dateEvents, interrupted, readStory, runFinished, spec, started, turnStarted } from "./story.ts";

const golden = (name: string) => readFileSync(join(import.meta.dir, "../fixtures/golden", `${name}.log`), "utf8");
const read = (...parts: string[]) => readFileSync(join(...parts), "utf8");

test("appended event by event, the logs are what the folds give, and logs/ links to them", async () => {
  using dir = temporaryFolder();
  const paths = sessionPaths(dir.path, "demo");
  const [first, ...rest] = readStory();
  if (!first) throw new Error("the story is empty");
  const files = new LogFiles(paths);
  expect(files.append(first)).toEqual([]);
  // From the first event on every configured agent has a log with a first line.
  await Bun.sleep(0);
  expect(read(paths.logs, "builder.log")).toStartWith("builder  Builder");
  for (const event of rest) expect(files.append(event)).toEqual([]);
  files.close();
  for (const name of ["planner", "builder", "api", "docs", "timeline"]) {
    expect(read(paths.logs, `${name}.log`)).toBe(golden(name));
    expect(readlinkSync(join(dir.path, "logs", `${name}.log`))).toBe(`../.orchestrator/demo/logs/${name}.log`);
    expect(read(dir.path, "logs", `${name}.log`)).toBe(golden(name));
  }
  expect(files.links).toContain("logs/docs.log");
  expect(readdirSync(join(dir.path, "logs")).sort()).toEqual(readdirSync(paths.logs).sort());
});

test("damage is seen, and opening over the journal writes everything anew", () => {
  using dir = temporaryFolder();
  const paths = sessionPaths(dir.path, "demo");
  const files = new LogFiles(paths, readStory());
  expect(files.isDamaged()).toBe(false);
  truncateSync(join(paths.logs, "api.log"), 3);
  expect(files.isDamaged()).toBe(true);
  files.close();
  rmSync(join(paths.logs, "timeline.log"));
  rmSync(join(dir.path, "logs", "planner.log"));
  const again = new LogFiles(paths, readStory());
  again.close();
  for (const name of ["planner", "api", "timeline"]) expect(read(dir.path, "logs", `${name}.log`)).toBe(golden(name));
});

test("the newest run takes the links over; older logs stay where they are", () => {
  using dir = temporaryFolder();
  new LogFiles(sessionPaths(dir.path, "old"), readStory()).close();
  const next = sessionPaths(dir.path, "new");
  new LogFiles(next, dateEvents([started([spec("planner")])])).close();
  expect(readdirSync(join(dir.path, "logs")).sort()).toEqual(["planner.log", "timeline.log"]);
  expect(readlinkSync(join(dir.path, "logs/planner.log"))).toContain("/new/");
  expect(read(sessionPaths(dir.path, "old").logs, "api.log")).toBe(golden("api"));
});

test("a user's own files in logs/ are kept, and said once", () => {
  using dir = temporaryFolder();
  mkdirSync(join(dir.path, "logs"));
  writeFileSync(join(dir.path, "logs/planner.log"), "mine");
  writeFileSync(join(dir.path, "logs/server.log"), "mine too");
  symlinkSync("server.log", join(dir.path, "logs/timeline.log"));
  const paths = sessionPaths(dir.path, "demo");
  const files = new LogFiles(paths);
  const said = readStory().flatMap((event) => [...files.append(event)]);
  files.close();
  expect(said).toEqual([
    "logs/timeline.log is a file of yours and stays; this run's logs are in .orchestrator/demo/logs",
    "logs/planner.log is a file of yours and stays; this run's logs are in .orchestrator/demo/logs",
  ]);
  expect(read(dir.path, "logs/planner.log")).toBe("mine");
  expect(read(dir.path, "logs/server.log")).toBe("mine too");
  expect(files.links).not.toContain("logs/planner.log");
  expect(read(paths.logs, "planner.log")).toBe(golden("planner"));
});

test.each(["a file", "a link"])("a logs that is %s stays, and the run's own logs are written all the same", (what) => {
  using dir = temporaryFolder();
  mkdirSync(join(dir.path, "elsewhere"));
  if (what === "a file") writeFileSync(join(dir.path, "logs"), "mine");
  else symlinkSync("elsewhere", join(dir.path, "logs"));
  const files = new LogFiles(sessionPaths(dir.path, "demo"), readStory());
  expect(files.takeNotices()).toHaveLength(1);
  files.close();
  expect(lstatSync(join(dir.path, "logs")).isDirectory()).toBe(false);
  expect(readdirSync(join(dir.path, "elsewhere"))).toEqual([]);
  expect(read(sessionPaths(dir.path, "demo").logs, "api.log")).toBe(golden("api"));
});

test("interrupt.log appears with the interrupt and is replaced in place when all has ended", () => {
  using dir = temporaryFolder();
  const paths = sessionPaths(dir.path, "demo");
  const events = dateEvents([
    started([spec("a")]),
    turnStarted("a", "plan"),
    interrupted(["a"]),
    { type: "agent.finished", agent: "a", wave: 0 },
    runFinished("stopped"),
  ]);
  const files = new LogFiles(paths, events.slice(0, 2));
  expect(readdirSync(paths.logs)).not.toContain("interrupt.log");
  for (const event of events.slice(2, 3)) files.append(event);
  expect(read(dir.path, "logs/interrupt.log")).toContain("Agents that have begun finish");
  for (const event of events.slice(3)) files.append(event);
  expect(read(dir.path, "logs/interrupt.log")).toContain("Nothing is running any more");
  files.close();
  expect(readdirSync(paths.logs).sort()).toEqual(["a.log", "interrupt.log", "timeline.log"]);
});

test("a folder that cannot be made stops nothing and is said once", () => {
  using dir = temporaryFolder();
  const paths = sessionPaths(dir.path, "demo");
  mkdirSync(paths.folder, { recursive: true });
  writeFileSync(paths.logs, "in the way");
  const files = new LogFiles(paths);
  const said = readStory().flatMap((event) => [...files.append(event)]);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("cannot be written");
  expect(files.isDamaged()).toBe(true);
  files.close();
});

test("a full disk ends the logs with one notice, never the run", async () => {
  using dir = temporaryFolder();
  // A file size limit answers as a full disk does.
  const script = `
    const { LogFiles } = await import(${JSON.stringify(join(import.meta.dir, "../../src/views/log_files.ts"))});
    const { sessionPaths } = await import(${JSON.stringify(join(import.meta.dir, "../../src/core/paths.ts"))});
    process.on("SIGXFSZ", () => {});
    const files = new LogFiles(sessionPaths(${JSON.stringify(dir.path)}, "demo"));
    const said = [];
    for (let seq = 1; seq <= 40; seq++) {
      const event = { type: "run.notice", message: "x".repeat(1000), seq, at: "2026-11-24T04:00:00.000Z", prev: "" };
      said.push(...files.append(event));
      files.flush();
    }
    said.push(...files.takeNotices());
    console.log(JSON.stringify(said));`;
  const run = Bun.spawn(["bash", "-c", 'ulimit -f 8; exec "$0" -e "$1"', process.execPath, script]);
  const said = JSON.parse(await new Response(run.stdout).text());
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("timeline.log");
});
