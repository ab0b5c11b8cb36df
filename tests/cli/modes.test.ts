// budget 300 s
import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelCall } from "../../src/backends/scripted/model_call.ts";
import type { Artifact } from "../../src/store/artifact.ts";
import { answering, openSquad, type SquadRig } from "../rig/squad.ts";

/** A run with the real codex, on a busy machine. */
const RUN_MS = 90_000;
const EXAMPLE = join(import.meta.dir, "../../configs/examples/relay.lark");

/** README's command for a mode, without an account: the scenario of the same name. */
const offline = (rig: SquadRig, scenario: string, ...flags: string[]) =>
  rig.command(
    "--backend",
    "scripted",
    "--scenario",
    scenario,
    "--session",
    rig.session,
    ...flags,
    "Build a to-do list",
  );

const log = (rig: SquadRig, name: string): string => readFileSync(join(rig.project, "logs", `${name}.log`), "utf8");

async function remembered(rig: SquadRig, tag: string): Promise<string[]> {
  const { out } = await rig.command("memory", "inspect", "--tag", tag, "--limit", "50", "--json");
  return (JSON.parse(out) as Artifact[]).map(({ agent, type }) => `${agent} ${type}`).sort();
}

/** The test that the scenarios' specialists write for what they build. */
const passesItsTest = (rig: SquadRig): boolean =>
  Bun.spawnSync(["sh", "tests/todo_test.sh"], { cwd: rig.project, stdout: "ignore" }).success;

test(
  "--parallel: a chain is sent back once, then four work at the same time",
  async () => {
    await using rig = openSquad();
    const ended = await offline(rig, "parallel", "--parallel");
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(rig.eventsOf("blueprint.rejected")[0]?.faults.join()).toContain("manual-writer -> changelog-writer");
    expect(log(rig, "timeline")).toContain("blueprint rejected, a repair is asked for");
    const started = rig.eventsOf("turn.started").filter(({ phase }) => phase === "work");
    const ends = rig.eventsOf("turn.finished").filter(({ phase }) => phase === "work");
    expect(started).toHaveLength(4);
    expect(Math.max(...started.map(({ seq }) => seq))).toBeLessThan(Math.min(...ends.map(({ seq }) => seq)));
    expect(await remembered(rig, "dynamic-blueprint")).toHaveLength(4);
    expect(existsSync(join(rig.project, ".editorconfig"))).toBe(true);
  },
  RUN_MS,
);

test(
  "a chain that only planned is carried out, by implementers that know whose plans",
  async () => {
    await using rig = openSquad();
    const ended = await offline(rig, "chain");
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(passesItsTest(rig)).toBe(true);
    const prompts = rig.eventsOf("turn.started").filter(({ wave }) => wave === 2);
    expect(prompts.map(({ agent }) => agent)).toEqual(["storage", "commands", "manual", "checks"]);
    for (const { prompt } of prompts)
      for (const name of ["planner", "researcher", "builder", "storage-plan", "command-plan", "check-plan"])
        expect(prompt).toContain(`logs/${name}.log`);
    expect(log(rig, "checks")).toContain("ok - ");
    expect(await remembered(rig, "builder-implementer")).toEqual([
      "checks work",
      "commands work",
      "manual work",
      "storage work",
    ]);
  },
  RUN_MS,
);

test(
  "--autonomous: waves until the orchestrator finds nothing left, each looked at before the next",
  async () => {
    await using rig = openSquad();
    const ended = await offline(rig, "autonomous", "--autonomous", "--metrics");
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(ended.out).toMatch(/^autonomous-orchestrator +3 /m);
    expect(passesItsTest(rig)).toBe(true);
    expect(rig.eventsOf("wave.started").map(({ agents }) => agents.map(({ id }) => id))).toEqual([
      ["planner", "researcher", "builder", "autonomous-orchestrator"],
      ["storage"],
      ["commands", "manual"],
      ["checks"],
    ]);
    expect(rig.eventsOf("wave.observed").map(({ wave, changed, files }) => [wave, changed, files])).toEqual([
      [0, null, []],
      [1, true, ["lib/storage.sh"]],
      [2, true, ["docs/manual.md", "todo"]],
      [3, true, ["tests/todo_test.sh"]],
    ]);
    expect(rig.eventsOf("autonomous.ended")).toMatchObject([{ cause: "nothing-left", waves: 2 }]);
    expect(log(rig, "autonomous-orchestrator")).toContain("no further wave in core, after 2 autonomous waves");
    expect(log(rig, "timeline")).toContain("wave 2 changed 2 files: docs/manual.md, todo");
    expect(await remembered(rig, "autonomous")).toHaveLength(7);
    expect((await rig.status()).agents).toHaveLength(8);
  },
  RUN_MS,
);

test(
  "--relay: each wave takes over from an agent that has ended, and relay.log reads as a conversation",
  async () => {
    await using rig = openSquad();
    const ended = await offline(rig, "relay", "--relay");
    expect(ended).toMatchObject({ code: 0, err: "" });
    expect(passesItsTest(rig)).toBe(true);
    const told = log(rig, "relay");
    for (const text of [
      "builder sends off wave 1: storage",
      "builder to commands, wave 2:",
      "Decided: One entry a line",
      "commands has run its leg:",
      "commands to checks, wave 3:",
      "no further wave in core, after 2 autonomous waves",
    ])
      expect(told).toContain(text);
    expect(await rig.command("logs", "relay")).toMatchObject({ code: 0, out: told });
    expect(await remembered(rig, "relay")).toHaveLength(7);
    const receiver = rig.eventsOf("turn.started").find(({ agent }) => agent === "commands");
    expect(receiver?.prompt).toContain("# Handed on to you by builder");
  },
  RUN_MS,
);

test(
  "the example of two groups: a handoff that the graph forbids is sent back, then the second group looks at the result",
  async () => {
    await using rig = openSquad();
    const ended = await offline(rig, "relay", "--agents-lark", EXAMPLE, "--autonomous", "--max-waves", "4");
    expect(ended.code).toBe(0);
    expect(ended.err).toContain('group "core" says max_waves = 3, which wins over --max-waves 4');
    expect(ended.err).toContain('group "delivery" says autonomous = False, which wins over --autonomous');
    expect(rig.eventsOf("blueprint.rejected").map(({ faults }) => faults)).toEqual([
      ['the relay graph lets "builder" hand on to nobody, not to "commands"'],
    ]);
    expect(log(rig, "relay")).toContain("storage to commands, wave 2:");
    expect(rig.eventsOf("wave.started").map(({ group }) => group)).toEqual([
      "core",
      "core",
      "core",
      "core",
      "delivery",
    ]);
    const { agents } = await rig.status();
    expect(agents.every(({ state }) => state === "finished")).toBe(true);
    expect(agents.map(({ id }) => id)).toContain("qa");
  },
  RUN_MS,
);

test(
  "kill -9 inside an autonomous wave: the resume goes on in it, and no wave is built twice",
  async () => {
    const answer = answering({ one: [] });
    const isOrchestrator = ({ agent }: ModelCall) => agent === "autonomous-orchestrator";
    await using rig = openSquad({
      respond: (call) => {
        if (call.agent === "two") return call.attempt > 1 ? answer(call) : null;
        if (!isOrchestrator(call)) return answer(call);
        const agents = [{ id: "two", role: "the two", prompt: "go", dependsOn: [] }];
        const isFirst = call.attempt === 1;
        return { kind: "json", value: isFirst ? { agents, reason: "on" } : { agents: [], reason: "all done" } };
      },
    });
    const run = rig.run("--autonomous");
    await rig.model.nextCall("two");
    process.kill((await rig.status()).pid, "SIGKILL");
    await run.ended;
    expect(await rig.command("resume")).toMatchObject({ code: 0, err: "" });
    expect(rig.eventsOf("wave.started").map(({ wave }) => wave)).toEqual([0, 1, 2]);
    expect(rig.asked().filter((turn) => turn.startsWith("autonomous")).length).toBe(2);
    expect(rig.eventsOf("run.finished").at(-1)).toMatchObject({ state: "finished" });
  },
  RUN_MS,
);

test(
  "a later run remembers what an earlier one learned; --no-memory and an unreadable memory do without",
  async () => {
    const answer = answering({});
    await using rig = openSquad({ respond: answer });
    const planned = (session: string) =>
      rig.model.calls().findLast((call) => call.session === session && call.agent === "planner")?.prompt ?? "";
    const runAs = (session: string, ...flags: string[]) =>
      rig.run("--agents", "planner", "--session", session, ...flags).ended;
    const first = (call: ModelCall) => call.phase === "plan";
    expect((await runAs("s1")).code).toBe(0);
    expect((await runAs("s2")).code).toBe(0);
    const plans = () => rig.model.calls().filter(first);
    expect(plans()[0]?.prompt).not.toContain("# Earlier memory");
    expect(plans()[1]?.prompt).toContain("# Earlier memory");
    expect(plans()[1]?.prompt).toContain("answer of planner follow-up");
    const journal = readFileSync(join(rig.project, ".orchestrator/s2/journal.jsonl"), "utf8");
    expect(journal).toContain('"type":"memory.recalled"');
    expect(journal).toContain('"session":"s1"');
    expect((await runAs("s3", "--no-memory")).code).toBe(0);
    expect(plans()[2]?.prompt).not.toContain("# Earlier memory");
    writeFileSync(join(rig.project, "memory/artifacts.agentfs.db"), "this is no database, but long enough to be one");
    const blind = await runAs("s4");
    expect(blind).toMatchObject({ code: 0, err: "" });
    expect(blind.out).toContain("artifacts.agentfs.db cannot be read: it is no database. It is kept as ");
    expect(plans()[3]?.prompt).not.toContain("# Earlier memory");
    expect(planned("s4")).not.toBe("");
  },
  RUN_MS,
);

test(
  "a task of 1 MiB runs: agents see its head and end, and where the whole of it is",
  async () => {
    await using rig = openSquad({ respond: answering({}) });
    const text = `first words ${"x".repeat(2 ** 20 - 24)} last words`;
    writeFileSync(join(rig.project, "task.md"), text);
    const base = ["--base-url", rig.model.baseUrl, "--model", "gpt-5.5", "--session", rig.session];
    const ended = await rig.command(...base, "--agents", "planner,researcher", "--prompt-file", "task.md");
    expect(ended).toMatchObject({ code: 0, err: "" });
    const { prompt } = rig.model.calls()[0] as ModelCall;
    for (const part of ["first words", "last words", ".orchestrator/s1/prompt.md"]) expect(prompt).toContain(part);
    expect(readFileSync(join(rig.project, ".orchestrator/s1/prompt.md"), "utf8")).toBe(text);
  },
  RUN_MS,
);
