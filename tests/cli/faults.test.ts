// budget 150 s
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelReply } from "../../src/backends/scripted/model_call.ts";
import { readRecords } from "../../src/process/record.ts";
import { answering, blueprintOf, openSquad } from "../rig/squad.ts";
import { until } from "../rig/wait.ts";

const say = (text: string): ModelReply => ({ kind: "message", text });
const lines = (text: string): string[] => text.trimEnd().split("\n");

test("bad input: one line that names it, a hint, exit 2 or 3, and nothing left behind", async () => {
  await using rig = openSquad();
  const inert = join(rig.home.path, "inert");
  const other = join(rig.home.path, "other");
  writeFileSync(inert, "");
  const notes = join(rig.home.path, "notes");
  writeFileSync(notes, "My notes\n");
  writeFileSync(other, "#!/bin/sh\necho something else\n");
  chmodSync(other, 0o755);
  const cases: [string[], number, string][] = [
    [["--prompt="], 2, "the prompt from --prompt is empty"],
    [["--prompt", " \n\t"], 2, "the prompt from --prompt is empty"],
    [["--prompt", "x", "--sesion", "y"], 2, 'unknown option "--sesion"'],
    [["--prompt", "x", "--session", "../up"], 2, '--session: "../up" is not allowed'],
    [["--prompt", "x", "--codex-path", "/nowhere/codex"], 3, "/nowhere/codex: no such file"],
    [["--prompt", "x", "--codex-path", inert], 3, `${inert}: not executable`],
    [["--prompt", "x", "--codex-path", other], 3, `${other}: does not answer --version as codex does`],
    [["--prompt", "x", "--agentfs-path", notes], 2, `${notes} cannot be an AgentFS database: it is not an SQLite`],
    [["--prompt", "x", "--memory-dir", "m", "--agentfs-path", "m/artifacts.agentfs.db"], 2, "it is the memory"],
    [["resume"], 2, `there is no run in ${rig.project}`],
    [["resume", "nobody"], 2, 'there is no session "nobody"'],
  ];
  const large = await rig.start(["--prompt-file", "-"], { stdin: "x".repeat(5_000_000) }).ended;
  expect(large).toMatchObject({ code: 2, out: "" });
  expect(large.err).toContain("longer than 1048576 bytes (1 MiB)");
  for (const [argv, code, line] of cases) {
    const ended = await rig.command(...argv);
    expect([argv, ended.code, ended.out]).toEqual([argv, code, ""]);
    expect(lines(ended.err)[0]).toContain(line);
    expect(lines(ended.err).length).toBeLessThan(3);
  }
  expect((await rig.command("status")).err).toContain("there is no run in");
  expect(readFileSync(notes, "utf8")).toBe("My notes\n");
  const git = Bun.spawnSync(["git", "status", "--porcelain"], { cwd: rig.project });
  expect(git.stdout.toString()).toBe("");
}, 30_000);

describe("a broken blueprint", () => {
  test("is one repair turn on the builder's thread that quotes the faults", async () => {
    const broken = JSON.parse(blueprintOf({ a: ["b"], b: ["a"], c: ["nobody"] })) as { agents: object[] };
    broken.agents.push(JSON.parse(blueprintOf({ c: [] })).agents[0]);
    const answer = answering({ a: [] }, ({ agent, phase }) =>
      agent === "builder" && phase === "follow-up" ? say(JSON.stringify(broken)) : null,
    );
    await using rig = openSquad({ respond: answer });
    expect((await rig.run().ended).code).toBe(0);
    expect(rig.asked().slice(4)).toEqual(["builder/plan", "builder/follow-up", "builder/repair", "a/work"]);
    const [rejected] = rig.eventsOf("blueprint.rejected");
    expect(rejected).toMatchObject({ final: false, text: JSON.stringify(broken), faults: { length: 3 } });
    const repair = rig.model.calls().find(({ phase }) => phase === "repair");
    for (const fault of rejected?.faults ?? []) expect(repair?.prompt).toContain(fault);
    expect(repair?.schema).not.toBeNull();
    const threads = rig
      .eventsOf("turn.finished")
      .flatMap(({ agent, threadId }) => (agent === "builder" ? threadId : []));
    expect(new Set(threads).size).toBe(1);
  }, 30_000);

  test("twice is a clear failure, with both raw texts kept", async () => {
    const five = blueprintOf({ a: [], b: [], timeline: [], d: [], e: [] });
    const answer = answering({}, ({ agent, phase }) =>
      agent !== "builder" || phase === "plan" ? null : say(phase === "repair" ? five : "No JSON today"),
    );
    await using rig = openSquad({ respond: answer });
    const ended = await rig.run().ended;
    expect(ended.code).toBe(1);
    expect(ended.out).toContain("no usable blueprint after 1 repair");
    expect(rig.asked().filter((turn) => turn.startsWith("builder"))).toHaveLength(3);
    const rejected = rig.eventsOf("blueprint.rejected");
    expect(rejected.map(({ text }) => text)).toEqual(["No JSON today", five]);
    expect(rejected[1]?.faults.join("; ")).toContain("more than 4 agents");
    expect(rejected[1]?.faults.join("; ")).toContain("is a reserved name");
    expect(await rig.status()).toMatchObject({ state: "failed", agents: { 2: { id: "builder", state: "failed" } } });
  }, 30_000);
});

test("a 400 is one request; dependents are told why; 429, cut streams and a killed codex are tried again", async () => {
  let broken = true;
  const struck = new Set<string>();
  const once = (agent: string, reply: ModelReply): ModelReply | null => {
    if (struck.has(agent)) return null;
    struck.add(agent);
    return reply;
  };
  const edges = { a: [], b: ["a"], c: [], d: [] };
  const answer = answering(edges, ({ agent }) => {
    if (agent === "a" && broken) return { kind: "fault", status: 400, message: "This is refused." };
    if (agent === "c") return once("c", { kind: "fault", status: 429, message: "Rate limit reached." });
    if (agent === "d") return once("d", { kind: "cut", at: { afterEvents: 2 }, reply: say("half") });
    return null;
  });
  let holdBuilder = true;
  await using rig = openSquad({
    respond: (call) => (call.agent === "builder" && call.phase === "plan" && holdBuilder ? null : answer(call)),
  });
  const program = rig.run();
  await rig.model.nextCall("builder");
  holdBuilder = false;
  const [codex] = readRecords(rig.paths.processes);
  if (!codex) throw new Error("codex has no record");
  process.kill(codex.pid, "SIGKILL");
  const ended = await program.ended;
  expect(ended.code).toBe(1);
  expect(rig.eventsOf("agent.failed")).toMatchObject([{ agent: "a", failure: { kind: "bad-request" } }]);
  expect(rig.eventsOf("agent.failed")[0]?.failure.message).toContain("This is refused.");
  expect(rig.eventsOf("agent.skipped")).toMatchObject([{ agent: "b", because: "a failed" }]);
  expect(rig.asked().filter((turn) => turn === "a/work")).toHaveLength(1);
  expect(rig.eventsOf("agent.finished").map(({ agent }) => agent)).toContainValues(["c", "d"]);
  const retried = rig.eventsOf("turn.retried").map(({ agent, failure }) => `${agent} ${failure.kind}`);
  expect(retried.sort()).toEqual(["builder backend-died", "c rate-limited"]);
  expect(rig.processes()).toEqual([]);
  broken = false;
  const before = rig.asked().length;
  expect((await rig.command("resume")).code).toBe(0);
  expect(rig.asked().slice(before)).toEqual(["a/work", "b/work"]);
}, 40_000);

test("a quota that is used up: nothing more is asked, running turns end, exit 4; resume asks nothing twice", async () => {
  let empty = true;
  const answer = answering({ a: [], b: [], c: [], d: ["b"] });
  await using rig = openSquad({
    respond: (call) => {
      if (!empty) return answer(call);
      if (call.agent === "b") return null;
      const fault = {
        kind: "fault",
        status: 429,
        code: "insufficient_quota",
        errorType: "insufficient_quota",
      } as const;
      return call.agent === "a" ? { ...fault, message: "You exceeded your current quota." } : answer(call);
    },
  });
  const program = rig.run("--max-parallel", "2");
  const b = await rig.model.nextCall("b");
  await until("the stop", () => rig.eventsOf("run.interrupted").length === 1);
  b.say("b is done");
  const ended = await program.ended;
  expect(ended.code).toBe(4);
  expect(rig.asked().slice(6).sort()).toEqual(["a/work", "b/work"]);
  const { reason, state } = await rig.status();
  expect(state).toBe("stopped");
  expect(reason).toMatch(/quota/i);
  expect(ended.out).toMatch(/quota/i);
  empty = false;
  const before = rig.asked().length;
  expect((await rig.command("resume")).code).toBe(0);
  expect(rig.asked().slice(before).sort()).toEqual(["a/work", "c/work", "d/work"]);
}, 40_000);

test("time limits end the whole process group; a server that is gone stops the run", async () => {
  await using rig = openSquad({
    respond: ({ session, toolOutputs }) => {
      if (session === "s1" && toolOutputs.length === 0)
        return { kind: "commands", commands: ["sleep 322 & setsid sleep 323 & wait"] };
      return { kind: "hang", afterEvents: 1, reply: say("never") };
    },
  });
  const timed = await rig.run("--agents", "planner", "--turn-timeout", "2").ended;
  expect(timed.code).toBe(1);
  expect(rig.eventsOf("agent.failed")).toMatchObject([{ failure: { kind: "turn-timeout" } }]);
  expect(timed.out).toContain("--turn-timeout");
  expect(rig.processes()).toEqual([]);
  const base = ["--prompt", "x", "--agents", "planner", "--model", "gpt-5.5", "--json"];
  const idle = await rig.start([...base, "--base-url", rig.model.baseUrl, "--session", "s2", "--idle-timeout", "1"])
    .ended;
  expect(idle.code).toBe(1);
  expect(JSON.parse(idle.out)).toMatchObject({
    state: "failed",
    agents: [{ because: expect.stringContaining("--idle-timeout") }],
  });
  const gone = await rig.start([...base, "--base-url", "http://127.0.0.1:9/v1", "--session", "s3"]).ended;
  expect(gone.code).toBe(4);
  expect(JSON.parse(gone.out)).toMatchObject({ session: "s3", state: "stopped" });
}, 60_000);

/** A mount of our own over a folder, where the system lets us. */
function mountTmpfs(path: string, options: string): { [Symbol.dispose](): void } | null {
  mkdirSync(path, { recursive: true });
  const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", options, "none", path], { stderr: "ignore" });
  return mounted.exitCode === 0
    ? { [Symbol.dispose]: () => void Bun.spawnSync(["umount", "-l", path], { stderr: "ignore" }) }
    : null;
}

test("a read-only folder is named; a disk that fills up stops the run, chain intact, resumable", async () => {
  const large = "x".repeat(300_000);
  await using rig = openSquad({
    respond: answering({ a: [] }, ({ phase }) => (phase === "follow-up" ? null : say(large))),
  });
  {
    using readOnly = mountTmpfs(rig.project, "ro,size=1m");
    if (!readOnly) return;
    const ended = await rig.run().ended;
    expect(ended).toMatchObject({ code: 3, out: "" });
    expect(lines(ended.err)[0]).toContain("the file system is read-only");
  }
  using full = mountTmpfs(join(rig.project, ".orchestrator"), "size=700k");
  if (!full) return;
  const ended = await rig.run().ended;
  expect(ended.code).toBe(4);
  expect(lines(ended.err)[0]).toContain("no space left for");
  expect(ended.err).not.toContain("bug");
  expect((await rig.command("audit", "verify")).code).toBe(0);
  expect(readdirSync(rig.paths.folder)).toContain("journal.jsonl");
  const filler = join(rig.project, ".orchestrator/filler");
  Bun.spawnSync(["dd", "if=/dev/zero", `of=${filler}`, "bs=4k"], { stderr: "ignore" });
  const stillFull = await rig.command("resume");
  expect([stillFull.code, lines(stillFull.err)[0]]).toEqual([4, expect.stringContaining("no space left")]);
  rmSync(filler);
  Bun.spawnSync(["mount", "-o", "remount,size=50m", join(rig.project, ".orchestrator")]);
  const asked = rig.asked().length;
  expect(await rig.command("resume")).toMatchObject({ code: 0 });
  expect(rig.asked().length).toBeGreaterThan(asked);
}, 60_000);

test("without a sandbox an agent can change the record, and the end of the run says so", async () => {
  await using rig = openSquad({
    respond: answering({ evil: [] }, ({ agent, toolOutputs }) =>
      agent === "evil" && toolOutputs.length === 0
        ? { kind: "commands", commands: ["echo forged >> .orchestrator/s1/journal.jsonl"] }
        : null,
    ),
  });
  const ended = await rig.run("--sandbox", "danger-full-access").ended;
  expect(ended.err).toContain("the record of this run was changed while it ran");
  expect(lines(ended.err)).toHaveLength(1);
  const audit = await rig.command("audit", "verify");
  expect(audit.code).toBe(1);
  expect(audit.out).toMatch(/journal\.jsonl:\d+: was inserted/);
  const resumed = await rig.command("resume");
  expect(resumed.code).toBe(2);
  expect(resumed.err).toContain("the journal is damaged");
}, 30_000);

test("a journal whose beginning is no event is called damaged by whoever would tell what is in it", async () => {
  await using rig = openSquad();
  mkdirSync(rig.paths.folder, { recursive: true });
  writeFileSync(rig.paths.journal, Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
  for (const command of [["status"], ["events"], ["logs", "timeline"]]) {
    const ended = await rig.command(...command, rig.session);
    expect({ command, code: ended.code, out: ended.out }).toEqual({ command, code: 2, out: "" });
    expect(ended.err).toContain("the journal is damaged: line 1: is not the start of a run");
  }
});
