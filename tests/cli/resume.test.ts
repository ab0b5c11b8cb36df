// budget 100 s
import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { identify, isAlive } from "../../src/process/identity.ts";
import { readRecords } from "../../src/process/record.ts";
import { CONTINUE_PROMPT } from "../../src/turns/prompt/write_prompt.ts";
import { answering, openSquad, type Respond, type SquadRig } from "../rig/squad.ts";
import { until } from "../rig/wait.ts";
import { readAll } from "../store/recorded_run.ts";

const CORE = ["planner", "researcher", "builder"].flatMap((id) => [`${id}/plan`, `${id}/follow-up`]);

/** Holds the turns named in `held`; everybody else answers at once. */
function openHeld(edges: Record<string, string[]>, held: Set<string>, special: Respond = () => null): SquadRig {
  const answer = answering(edges, special);
  return openSquad({ respond: (call) => (held.has(`${call.agent}/${call.phase}`) ? special(call) : answer(call)) });
}

test("Ctrl+C in a terminal: what has begun finishes, follow-up included, and resume asks nothing twice", async () => {
  const held = new Set(["planner/plan"]);
  await using rig = openHeld({ a: [] }, held);
  const flags = ["--prompt", "Ship the MVP", "--base-url", rig.model.baseUrl, "--model", "gpt-5.5", "--session", "s1"];
  const program = rig.start(flags, { terminal: true });
  const call = await rig.model.nextCall("planner");
  program.type("\x03");
  await until("the interrupt", () => rig.eventsOf("run.interrupted").length === 1);
  call.say("the outline");
  const ended = await program.ended;
  expect(ended.code).toBe(4);
  expect(ended.out).toContain("resume s1");
  expect(rig.asked()).toEqual(CORE.slice(0, 2));
  expect(rig.eventsOf("run.interrupted")).toMatchObject([{ by: "signal", stops: "agents", running: ["planner"] }]);
  expect(rig.processes()).toEqual([]);
  held.clear();
  expect(await rig.command("resume")).toMatchObject({ code: 0, err: "" });
  expect(rig.asked()).toEqual([...CORE, "a/work"]);
  const again = await rig.command("resume", "s1");
  expect(again.code).toBe(2);
  expect(again.err).toContain('session "s1" is finished: nothing is left to resume');
}, 30_000);

test("a second signal ends the turns at once, journaled, and the turn goes on on its thread", async () => {
  const held = new Set(["planner/plan"]);
  await using rig = openHeld({ a: [] }, held);
  const program = rig.run("--agents", "planner");
  await rig.model.nextCall("planner");
  program.kill("SIGTERM");
  await until("the interrupt", () => rig.eventsOf("run.interrupted").length === 1);
  program.kill("SIGINT");
  expect((await program.ended).code).toBe(4);
  expect(rig.processes()).toEqual([]);
  const [failed] = rig.eventsOf("turn.failed");
  expect(failed).toMatchObject({ agent: "planner", phase: "plan", attempt: 1, failure: { kind: "aborted" } });
  expect(rig.events().at(-1)).toMatchObject({ type: "run.finished", state: "stopped", exitCode: 4 });
  held.clear();
  expect((await rig.command("resume")).code).toBe(0);
  const [first, second] = rig.eventsOf("turn.started");
  expect(first).toMatchObject({ attempt: 1, continues: false });
  expect(second).toMatchObject({ phase: "plan", attempt: 2, continues: true, threadId: failed?.threadId });
  expect(rig.model.calls()[1]).toMatchObject({ prompt: CONTINUE_PROMPT, attempt: 2 });
}, 30_000);

test("interrupt from another process: log and artifact hold the same text, at once and at the end", async () => {
  const held = new Set(["a/work"]);
  await using rig = openHeld({ a: [], b: ["a"] }, held);
  const program = rig.run();
  const call = await rig.model.nextCall("a");
  const second = await rig.start(["--prompt", "x"]).ended;
  expect(second).toMatchObject({ code: 2, out: "" });
  expect(second.err).toContain('session "s1" is running in this folder');
  expect(second.err).toContain("codex-squad attach s1 - or stop it: codex-squad interrupt s1");
  expect(await rig.command("interrupt")).toMatchObject({ code: 0, err: "" });
  const log = join(rig.project, "logs/interrupt.log");
  await until("the log of the interrupt", () => existsSync(log));
  expect(readFileSync(log, "utf8")).toContain("Agents that have begun finish, nothing further starts.");
  call.say("a is done");
  expect((await program.ended).code).toBe(4);
  const text = readFileSync(log, "utf8");
  expect(text).toContain("Nothing is running any more.");
  expect(text).toContain("resume s1");
  const artifacts = Object.values(readAll(join(rig.project, "memory/artifacts.agentfs.db"))).map((file) =>
    JSON.parse(file),
  );
  expect(artifacts.filter(({ type }) => type === "interrupt").map(({ content }) => content)).toEqual([text]);
  expect(await rig.status()).toMatchObject({
    state: "stopped",
    agents: { 3: { state: "finished" }, 4: { state: "waiting" } },
  });
  const taken = await rig.run().ended;
  expect(taken.code).toBe(2);
  expect(taken.err).toContain('a session named "s1" is already here');
  expect((await rig.command("resume", "s1")).code).toBe(0);
  expect(rig.asked()).toEqual([...CORE, "a/work", "b/work", "continuation/work"]);
}, 30_000);

test("kill -9 in mid-turn: all is gone in time, the trail is whole, and no finished turn is asked again", async () => {
  const held = new Set(["builder/follow-up"]);
  await using rig = openHeld({ a: [], b: ["a"] }, held, (call) => {
    if (call.agent !== "a") return null;
    return call.prompt === CONTINUE_PROMPT
      ? { kind: "message", text: "a" }
      : { kind: "commands", commands: ["sleep 311"] };
  });
  const crash = async () => {
    const { pid, state } = await rig.status();
    expect(state).toBe("running");
    const records = readRecords(rig.paths.processes);
    expect(records.length).toBeGreaterThan(0);
    const before = rig.processes();
    const commands = before.flatMap((each) => (isSleep(each) ? (identify(each) ?? []) : []));
    const killedMs = performance.now();
    process.kill(pid, "SIGKILL");
    await until("codex's end", () => !records.some(isAlive) && !commands.some(isAlive), 2000);
    await until("our helpers' end", () => rig.processes().length === 0, 5000 - (performance.now() - killedMs));
    expect((await rig.command("audit", "verify")).code).toBe(0);
    expect((await rig.status()).state).toBe("crashed");
    return commands.length;
  };
  rig.run();
  await rig.model.nextCall("builder");
  await crash();
  held.clear();
  const second = rig.start(["resume", "s1"]);
  await until("the command", () => rig.processes().some(isSleep));
  expect(await crash()).toBeGreaterThan(0);
  await second.ended;
  expect(await rig.command("resume")).toMatchObject({ code: 0, err: "" });
  expect(rig.asked()).toEqual([...CORE, "builder/follow-up", "a/work", "a/work", "b/work", "continuation/work"]);
  const repeated = rig.model.calls().filter(({ attempt, toolOutputs }) => attempt === 2 && toolOutputs.length === 0);
  expect(repeated.map(({ agent, prompt }) => [agent, prompt])).toEqual([
    ["builder", CONTINUE_PROMPT],
    ["a", CONTINUE_PROMPT],
  ]);
  expect(repeated[0]?.schema).not.toBeNull();
  const started = rig.eventsOf("turn.started").filter(({ agent }) => agent === "a");
  expect(started[1]?.threadId).toMatch(/^[0-9a-f-]{36}$/);
  const finished = rig.eventsOf("turn.finished");
  expect(finished).toHaveLength(9);
  const files = Object.entries(readAll(join(rig.project, ".agentfs/agent-db.db"))).filter(([path]) =>
    path.startsWith("/runs/s1/agents/"),
  );
  const turns = files.map(([, text]) => JSON.parse(text) as { agent: string; phase: string; response: string });
  const key = ({ agent, phase }: { agent: string; phase: string }) => `${agent}/${phase}`;
  expect(turns.map(key).sort()).toEqual(finished.map(key).sort());
}, 60_000);

function isSleep(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ") === "sleep 311 ";
  } catch {
    return false;
  }
}
