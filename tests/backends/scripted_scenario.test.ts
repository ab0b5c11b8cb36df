import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILT_IN_SCENARIOS } from "../../src/backends/scripted/builtin.ts";
import { loadScenario } from "../../src/backends/scripted/load_scenario.ts";
import type { ModelCall, ModelReply } from "../../src/backends/scripted/model_call.ts";
import { checkScenario, parseScenario } from "../../src/backends/scripted/scenario.ts";
import { createScriptedModel } from "../../src/backends/scripted/script.ts";
import { findSchemaFault } from "../../src/backends/scripted/strict_schema.ts";
import { answerSchema, blueprintJsonSchema } from "../../src/blueprint/schema.ts";
import { temporaryFolder } from "../rig/folder.ts";

/** A builder's blueprint. */
const FORM = { mayEnd: false, relay: null, parallel: false };

const callOf = (rest: Partial<ModelCall> = {}): ModelCall => ({
  index: 1,
  session: "s1",
  agent: "planner",
  phase: "plan",
  attempt: 1,
  model: "gpt-5.5",
  tools: ["exec_command", "apply_patch"],
  schema: null,
  input: [],
  prompt: "Do it.",
  toolOutputs: [],
  body: {},
  signal: new AbortController().signal,
  ...rest,
});

const outputs = (count: number): ModelCall["toolOutputs"] =>
  Array.from({ length: count }, (_, index) => ({ callId: `c${index}`, text: "Process exited with code 0" }));

function modelOf(agents: object): (call: ModelCall) => Promise<ModelReply> {
  const scenario = checkScenario("test", { version: 1, agents });
  if (!scenario.ok) throw new Error(scenario.error);
  return createScriptedModel(scenario.value);
}

describe("the file", () => {
  test.each(Object.keys(BUILT_IN_SCENARIOS))("the built-in scenario %s is valid", (name) => {
    expect(loadScenario(name)).toMatchObject({ ok: true });
  });

  const wrong: [string, string, string][] = [
    ["a syntax error", '{\n  "version": 1,\n  "agents": {,}\n}', "s.json:3:14: not JSON"],
    ["a text that ends early", '{"version": 1', "s.json:1:14: not JSON"],
    ["another version", '{"version": 2, "agents": {}}', "s.json: $.version: "],
    ["an unknown phase", '{"version": 1, "agents": {"planner": {"think": []}}}', "s.json: $.agents.planner"],
    [
      "an unknown step",
      '{"version": 1, "agents": {"my-agent": {"plan": [{"say": "x"}, {"shout": "y"}]}}}',
      's.json: $.agents["my-agent"].plan[1]: ',
    ],
    [
      "two actions in one step",
      '{"version": 1, "agents": {"planner": {"plan": [{"say": "x", "run": "ls"}]}}}',
      "s.json: $.agents.planner.plan[0]: a step has exactly one of: say, answer, run",
    ],
    [
      "a status that is no failure",
      '{"version": 1, "agents": {"*": {"*": {"1": [{"fault": {"status": 200}}]}}}}',
      's.json: $.agents["*"]["*"]["1"][0].fault.status: ',
    ],
  ];
  test.each(wrong)("%s is one line that names the place", (_, text, start) => {
    const parsed = parseScenario("s.json", text);
    if (parsed.ok) throw new Error("accepted");
    expect(parsed.error).toStartWith(start);
    expect(parsed.error).not.toContain("\n");
  });

  test("a file that is not there names the built-in scenarios", () => {
    const loaded = loadScenario("/nowhere/at-all.json");
    expect(loaded).toMatchObject({ ok: false, error: expect.stringContaining("built-in are: default, faults") });
  });

  test("a file of the user's is read", () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "mine.json");
    writeFileSync(file, '{"version": 1, "agents": {"*": {"*": [{"say": "hi"}]}}}');
    expect(loadScenario(file)).toMatchObject({ ok: true });
  });
});

describe("a turn", () => {
  test("goes on by the tool results that the request carries", async () => {
    const model = modelOf({
      planner: { plan: [{ say: "first" }, { run: ["a", "b"] }, { edit: { "x.txt": ["1", "2"] } }, { say: "end" }] },
    });
    const at = (count: number): Promise<ModelReply> => model(callOf({ toolOutputs: outputs(count) }));
    // Asked out of order, and twice: only the request decides.
    expect(await at(3)).toEqual({ kind: "message", text: "end" });
    expect(await at(0)).toEqual({ kind: "commands", commands: ["a"], say: "first" });
    expect(await at(1)).toEqual({ kind: "commands", commands: ["b"] });
    expect(await at(0)).toEqual({ kind: "commands", commands: ["a"], say: "first" });
    expect(await at(2)).toEqual({
      kind: "patch",
      patch: "*** Begin Patch\n*** Add File: x.txt\n+1\n+2\n*** End Patch",
    });
    expect(await at(9)).toEqual({ kind: "message", text: "end" });
  });

  test("asks again for a command that still runs, and does not count that", async () => {
    const model = modelOf({ planner: { plan: [{ run: "sleep 60" }, { say: "end" }] } });
    const running = { callId: "c0", text: "Process running with session ID 41" };
    expect(await model(callOf({ toolOutputs: [running] }))).toEqual({ kind: "poll", commandSession: 41 });
    const ended = [running, { callId: "c1", text: "Process exited with code 0" }];
    expect(await model(callOf({ toolOutputs: ended }))).toEqual({ kind: "message", text: "end" });
  });

  test("is found by agent, phase and attempt, the most exact first", async () => {
    const model = modelOf({
      planner: { plan: { "1": [{ say: "first try" }], "*": [{ say: "later" }] }, "*": [{ say: "other phase" }] },
      "*": { work: [{ say: "{{agent}} in {{phase}} of {{session}}: {{prompt}}" }] },
    });
    const text = async (rest: Partial<ModelCall>): Promise<unknown> => {
      const reply = await model(callOf(rest));
      return reply.kind === "message" ? reply.text : reply;
    };
    expect(await text({})).toBe("first try");
    expect(await text({ attempt: 2 })).toBe("later");
    expect(await text({ phase: "follow-up" })).toBe("other phase");
    expect(await text({ agent: "tester", phase: "work" })).toBe("tester in work of s1: Do it.");
    expect(await text({ agent: "constructor", phase: "plan" })).toContain('agent "constructor"');
  });

  test("a fault strikes as often as it says, for each agent and place by itself", async () => {
    const model = modelOf({
      "*": { plan: [{ fault: { status: 429, retryAfterS: 1, times: 2 } }, { say: "ok" }] },
      cutter: { plan: [{ cut: { afterBytes: 10 } }, { say: "ok" }] },
      hanger: { plan: [{ hang: { times: "always" } }, { say: "ok" }] },
    });
    const kind = async (agent: string): Promise<string> => (await model(callOf({ agent }))).kind;
    expect([await kind("a"), await kind("b"), await kind("a")]).toEqual(["fault", "fault", "fault"]);
    expect([await kind("a"), await kind("b"), await kind("b")]).toEqual(["message", "fault", "message"]);
    expect(await model(callOf({ agent: "cutter" }))).toMatchObject({ kind: "cut", at: { afterBytes: 10 } });
    expect(await kind("cutter")).toBe("message");
    expect([await kind("hanger"), await kind("hanger")]).toEqual(["hang", "hang"]);
  });

  test("an agent without lines gets an answer that fits the schema, a blueprint too", async () => {
    const model = modelOf({});
    const reply = await model(callOf({ agent: "builder", schema: blueprintJsonSchema(FORM) }));
    if (reply.kind !== "json") throw new Error(reply.kind);
    const blueprint = answerSchema.parse(reply.value);
    expect(blueprint.agents.map(({ dependsOn }) => dependsOn)).toEqual([[], ["first-specialist"]]);
  });
});

test.each([
  FORM,
  { ...FORM, parallel: true },
  { ...FORM, mayEnd: true },
  { ...FORM, mayEnd: true, relay: { requireNote: false } },
  { ...FORM, mayEnd: true, relay: { requireNote: true } },
])("the blueprint's own schema passes the strict check in every form: %j", (form) => {
  expect(findSchemaFault("blueprint", blueprintJsonSchema(form), "text.format.schema")).toBeNull();
});

test("an agent that may say that nothing is left says so when the scenario has no lines for it", async () => {
  const schema = blueprintJsonSchema({ ...FORM, mayEnd: true, relay: { requireNote: true } });
  const reply = await modelOf({})(callOf({ agent: "autonomous-orchestrator", phase: "work", schema }));
  expect(reply.kind === "json" && answerSchema.parse(reply.value).agents).toEqual([]);
});

test("every built-in blueprint has the form of one, and only broken-blueprint has a cycle", async () => {
  for (const name of Object.keys(BUILT_IN_SCENARIOS)) {
    const scenario = loadScenario(name);
    if (!scenario.ok) throw new Error(scenario.error);
    const model = createScriptedModel(scenario.value);
    const ask = async (phase: string): Promise<boolean> => {
      let reply = await model(callOf({ agent: "builder", phase }));
      if (reply.kind === "fault") reply = await model(callOf({ agent: "builder", phase }));
      if (reply.kind === "delay") reply = reply.reply;
      if (reply.kind !== "json") throw new Error(`${name}: ${reply.kind}`);
      const { agents } = answerSchema.parse(reply.value);
      const done = new Set<string>();
      for (const _ of agents) {
        for (const { id, dependsOn } of agents) if (dependsOn.every((other) => done.has(other))) done.add(id);
      }
      return done.size === agents.length;
    };
    expect({ name, sound: await ask("follow-up") }).toEqual({ name, sound: name !== "broken-blueprint" });
    // Only where the first one is sent back is there a second one.
    if (scenario.value.agents.builder?.repair) {
      expect({ name, sound: await ask("repair") }).toEqual({ name, sound: true });
    }
  }
});
