import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelCall } from "../../src/backends/scripted/model_call.ts";
import type { Event } from "../../src/events/event.ts";
import { answering, openSquad, type RunStatus } from "../rig/squad.ts";

const PROMPTS: Readonly<Record<string, string>> = {
  a: 'Do "a",\nwith\ta tab, <tags> and ünïcode \\n',
  b: "Do b alone",
  c: "Do c, after a",
  d: "Do d whenever there is room",
};
const BLUEPRINT = JSON.stringify({
  agents: Object.entries(PROMPTS).map(([id, prompt]) => ({
    id,
    role: `role of ${id}`,
    prompt,
    dependsOn: id === "c" ? ["a"] : [],
  })),
});
const LONG = `head of a ${"ä€".repeat(8 * 1024)} tail of a`;
const HEX = /^[0-9a-f]{64}$/;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const inputText = (call: ModelCall): string => JSON.stringify(call.input);

/** Checks a journal as the interface describes it, with nothing of ours; gives its head. */
function checkChain(path: string): string {
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  let prev = "0".repeat(64);
  for (const [index, line] of lines.entries()) {
    const event = JSON.parse(line) as Event;
    expect(event.seq).toBe(index + 1);
    expect(event.prev).toBe(prev);
    expect(new Date(event.at).toISOString()).toBe(event.at);
    prev = sha256(line);
  }
  return prev;
}

test("one prompt goes through plan, follow-up, blueprint and specialists to the end", async () => {
  await using rig = openSquad({
    respond: (call) => {
      if (call.agent in PROMPTS) {
        const greets = call.agent === "b" && call.toolOutputs.length === 0;
        return greets ? { kind: "commands", commands: ["echo made > by-b.txt && echo seen-live"] } : null;
      }
      const text =
        call.agent === "builder" && call.phase === "follow-up" ? BLUEPRINT : `${call.agent} "${call.phase}"\n!`;
      return { kind: "message", text, usage: { input: 100, cachedInput: 40, output: 10, reasoning: 5 } };
    },
  });
  const program = rig.run("--max-parallel", "2", "--stream", "--metrics", "--debug-prompt");
  const [a, b] = [await rig.model.nextCall("a"), await rig.model.nextCall("b")];
  expect(rig.model.untaken()).toEqual([]);
  const status = await rig.status();
  expect(status).toMatchObject({ session: "s1", state: "running", pid: program.pid });
  expect(status.agents.map(({ id, state }) => `${id} ${state}`)).toEqual([
    "planner finished",
    "researcher finished",
    "builder finished",
    "a running",
    "b running",
    "c waiting",
    "d waiting",
  ]);
  a.say(LONG);
  const c = await rig.model.nextCall("c");
  expect(rig.model.untaken().map(({ agent }) => agent)).toEqual([]);
  c.say("c is done");
  const d = await rig.model.nextCall("d");
  b.say("b is done");
  d.say("d is done");
  const ended = await program.ended;
  expect(ended).toMatchObject({ code: 0, err: "" });

  const calls = rig.model.calls();
  const call = (agent: string, phase: string): ModelCall => {
    const found = calls.find((each) => each.agent === agent && each.phase === phase);
    if (!found) throw new Error(`no call of ${agent} ${phase}`);
    return found;
  };
  const core = ["planner", "researcher", "builder"].flatMap((id) => [`${id}/plan`, `${id}/follow-up`]);
  expect(rig.asked().slice(0, 6)).toEqual(core);
  expect(rig.asked().slice(6).sort()).toEqual(["a/work", "b/work", "c/work", "d/work"]);
  for (const each of calls) expect(each).toMatchObject({ session: "s1", attempt: 1, model: "gpt-5.5" });
  for (const id of ["planner", "researcher", "builder"]) {
    const followUp = call(id, "follow-up");
    expect(inputText(followUp)).toContain(JSON.stringify(call(id, "plan").prompt).slice(1, -1));
    expect(inputText(followUp)).toContain(JSON.stringify(`${id} "plan"\n!`).slice(1, -1));
    expect(call(id, "plan").prompt).toContain("Ship the MVP");
    expect(call(id, "plan").schema).toBeNull();
  }
  expect(call("researcher", "plan").prompt).toContain('planner "follow-up"\n!');
  expect(call("builder", "plan").prompt).toContain('planner "follow-up"\n!');
  expect(call("builder", "plan").prompt).toContain('researcher "follow-up"\n!');
  expect(call("planner", "follow-up").schema).toBeNull();
  expect(call("builder", "follow-up").body.text).toMatchObject({
    format: { type: "json_schema", strict: true, schema: { required: ["agents"], additionalProperties: false } },
  });
  for (const [id, prompt] of Object.entries(PROMPTS)) {
    expect(call(id, "work").prompt).toContain(prompt);
    const others = calls.filter(({ agent }) => agent !== id);
    expect(others.filter((each) => inputText(each).includes(JSON.stringify(prompt).slice(1, -1)))).toEqual([]);
  }
  const quoted = call("c", "work").prompt;
  const head = LONG.slice(0, "head of a ".length + 2 * 6551);
  expect(Buffer.byteLength(head)).toBeWithin(32 * 1024 - 5, 32 * 1024 + 1);
  expect(quoted).toContain(head);
  expect(quoted).not.toContain("tail of a");
  expect(quoted).toContain("the whole answer is in logs/a.log");
  expect(readFileSync(join(rig.project, "logs/a.log"), "utf8")).toContain("tail of a");
  expect(call("d", "work").prompt).not.toContain("# Answer of");

  const chainHead = checkChain(rig.paths.journal);
  const audit = await rig.command("audit", "verify");
  expect(audit).toMatchObject({ code: 0, err: "" });
  expect(audit.out).toContain(chainHead);
  const finished = rig.eventsOf("turn.finished");
  expect(finished).toHaveLength(10);
  expect(finished.find(({ agent }) => agent === "a")).toMatchObject({
    phase: "work",
    attempt: 1,
    threadId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    text: LONG,
  });
  for (const event of finished) expect(event.usage.input).toBeGreaterThan(0);
  const threads = (id: string) => new Set(finished.filter(({ agent }) => agent === id).map(({ threadId }) => threadId));
  expect([threads("planner").size, threads("builder").size]).toEqual([1, 1]);
  expect(rig.eventsOf("blueprint.accepted").map(({ blueprint }) => blueprint)).toEqual([JSON.parse(BLUEPRINT)]);
  expect(rig.events().at(-1)).toMatchObject({ type: "run.finished", state: "finished", exitCode: 0 });

  const end = await rig.status();
  expect(end).toMatchObject({ state: "finished", agents: { length: 7 } });
  expect(end.agents.every(({ state, because }) => state === "finished" && because === null)).toBe(true);
  expect(end.agents[0]?.usage).toEqual({ input: 200, cachedInput: 80, output: 20, reasoning: 10 });
  expect(end.usage.input).toBe(finished.reduce((sum, { usage }) => sum + usage.input, 0));

  expect(ended.out).toContain("seen-live");
  expect(ended.out).toMatch(/^planner +2 +\S+ +200 +80 +40% +20 +10$/m);
  expect(ended.out).toMatch(/^total +10 /m);
  const { prompt } = call("planner", "plan");
  const size = `${prompt.length} characters, ${Buffer.byteLength(prompt)} bytes, ${prompt.split("\n").length} lines`;
  expect(ended.out).toContain(size);
  expect(readFileSync(join(rig.project, "by-b.txt"), "utf8")).toBe("made\n");
  const git = Bun.spawnSync(["git", "status", "--porcelain"], { cwd: rig.project });
  expect(git.stdout.toString()).toBe("?? by-b.txt\n");
  expect(rig.processes()).toEqual([]);
  expect(chainHead).toMatch(HEX);
});

test("a folder that is no git repository works, with one line that says what is lost", async () => {
  await using rig = openSquad({ respond: answering({ a: [] }), git: false });
  const ended = await rig.run().ended;
  expect(ended).toMatchObject({ code: 0, err: "" });
  const notices = rig.eventsOf("run.notice").map(({ message }) => message);
  expect(notices).toEqual(["this folder is no git repository: what agents change cannot be compared or undone"]);
  expect(ended.out).toContain("no git repository");
});

test("--mini and --mini-model name the model; --json prints one object; a log of the user's own stays", async () => {
  await using rig = openSquad({ respond: answering({}) });
  const own = join(rig.project, "logs/planner.log");
  await Bun.write(own, "the user's own\n");
  const mini = await rig.run("--agents", "planner", "--mini", "--json").ended;
  expect(mini.code).toBe(0);
  const status = JSON.parse(mini.out) as RunStatus;
  expect(status).toMatchObject({ session: "s1", state: "finished", agents: [{ id: "planner", state: "finished" }] });
  expect(mini.err).toContain("planner");
  expect(readFileSync(own, "utf8")).toBe("the user's own\n");
  expect(readFileSync(join(rig.paths.logs, "planner.log"), "utf8")).toContain("answer of planner follow-up");
  expect(rig.eventsOf("run.notice").map(({ message }) => message)).toEqual([expect.stringContaining("planner.log")]);
  const argv = ["--prompt-file", "-", "--base-url", rig.model.baseUrl, "--agents", "planner", "--session", "s2"];
  writeFileSync(join(rig.project, "unrelated.txt"), "");
  const named = await rig.start([...argv, "--mini", "--mini-model", "small-one"], { stdin: "From a pipe" }).ended;
  expect(named).toMatchObject({ code: 0, err: "" });
  expect(rig.model.calls().map(({ model }) => model)).toEqual([
    ...["codex-mini-latest", "codex-mini-latest", "small-one", "small-one"],
  ]);
  expect(rig.model.calls()[2]?.prompt).toContain("From a pipe");
});
