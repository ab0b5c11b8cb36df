import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeSchema } from "../../src/cli/commands/config_file.ts";
import { BUILT_IN_SQUAD } from "../../src/config/built_in_squad.ts";
import { loadSquad, readConfig } from "../../src/config/load.ts";
import { temporaryFolder } from "../rig/folder.ts";

const ROOT = join(import.meta.dir, "..", "..");

/** Reads a configuration that stands alone in a folder, or beside `files`. */
async function read(text: string | Uint8Array, files: Record<string, string> = {}) {
  using folder = temporaryFolder();
  const path = join(folder.path, "configs", "agents.lark");
  mkdirSync(dirname(path));
  writeFileSync(path, text);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder.path, "configs", name), content);
  const found = await readConfig(path, { trusted: true });
  const places = found.ok
    ? []
    : found.error.map((problem) =>
        problem.kind === "config-invalid"
          ? `${problem.place.slice(path.length - 11)} ${problem.message}`
          : problem.kind,
      );
  return {
    found,
    places,
    excerpts: found.ok ? [] : found.error.map((problem) => ("excerpt" in problem ? problem.excerpt : "")),
  };
}

test("configs/agents.lark is the built-in squad", async () => {
  const found = await readConfig(join(ROOT, "configs", "agents.lark"), { trusted: true });
  expect(found.ok && found.value.squad).toEqual(BUILT_IN_SQUAD);
});

test.each(["agents.smoke.lark", "examples/review.lark", "examples/docs.lark"])(
  "configs/%s can be used",
  async (name) => {
    expect(await readConfig(join(ROOT, "configs", name), { trusted: true })).toMatchObject({ ok: true });
  },
);

test("the example of two groups has the modes that it writes down", async () => {
  const path = join(ROOT, "configs", "examples", "relay.lark");
  const found = await readConfig(path, { trusted: true });
  expect(found.ok && found.value.squad.map(({ id, written }) => [id, written])).toEqual([
    [
      "core",
      {
        autonomous: true,
        parallel: false,
        maxWaves: 3,
        relay: {
          enabled: true,
          requireHandoffNote: true,
          graph: { planner: ["researcher"], researcher: ["builder"], builder: [] },
        },
      },
    ],
    ["delivery", { autonomous: false, parallel: true, maxWaves: 1 }],
  ]);
});

test("an agent has the fields that its call names, and the built-in prompts where it names none", async () => {
  const { found } = await read(`
agents = [
    agent(id = "planner", role = "Planner"),
    agent("qa", "Tester", depends_on = ["planner"], model = "m", reasoning_effort = "low", timeout = "2m",
          sandbox = "workspace-write", follow_up_schema = {"type": "object"}, follow_up_schema_rules = ["short"]),
]
`);
  const [group] = found.ok ? found.value.squad : [];
  expect(group?.id).toBe("core");
  expect(group?.agents[0]).toMatchObject({ id: "planner", prompt: BUILT_IN_SQUAD[0]?.agents[0]?.prompt });
  expect(group?.agents[1]).toMatchObject({
    role: "Tester",
    dependsOn: ["planner"],
    model: "m",
    reasoningEffort: "low",
    timeoutMs: 120_000,
    sandbox: "workspace-write",
    followUpEnabled: true,
    followUpSchema: { type: "object" },
    followUpSchemaRules: ["short"],
  });
  expect(group?.agents[1]?.prompt).toContain("the Tester of a small");
});

describe("everything that is wrong is told at its place", () => {
  test.each<[string, string[]]>([
    ["agents = [agent(id = 'a', rol = 'x')]", ["agents.lark:1:27 agent: has no parameter rol"]],
    ["agents = [agent(role = 'x')]", ["agents.lark:1:11 agent: missing argument id"]],
    [
      "agents = [agent(id = 'A b')]",
      ["agents.lark:1:17 id: must be an id: a-z first, then a-z, 0-9 or '-', 40 characters at most"],
    ],
    ["agents = [agent(id = 'a', role = 3)]", ["agents.lark:1:27 role: expected string, received number"]],
    ["agents = [agent('a'), agent('a')]", ['agents.lark:1:29 id: there is another agent "a"']],
    [
      "agents = [agent('a', depends_on = ['b'])]",
      ['agents.lark:1:22 depends_on: "a" depends on "b", which does not exist'],
    ],
    [
      "agents = [agent('a', depends_on = ['b']), agent('b', depends_on = ['a'])]",
      ["agents.lark:1:22 depends_on: these wait for each other in a circle: a -> b -> a"],
    ],
    ["agents = [agent('a', timeout = 'soon')]", ["agents.lark:1:22 timeout must be a time"]],
    [
      "agents = [agent('a', follow_up_schema = {'type': 'objekt'})]",
      ["agents.lark:1:22 follow_up_schema: is no JSON Schema: /type must be equal to one of the allowed values"],
    ],
    ["b = agent('b')\nagents = [b, agent('a', depends_on = b)]", ["agents.lark:2:25 <agent b> cannot stand here"]],
    ["b = agent('b')\nagents = [b, agent('a', depends_on = [b])]", ["agents.lark:2:25 <agent b> cannot stand here"]],
    [
      "agents = [agent('a', follow_up_schema = {'x': len})]",
      ["agents.lark:1:22 <built-in function len> cannot stand here"],
    ],
    [
      "agents = [agent('a', follow_up_schema = {'maximum': 1 << 70})]",
      ["agents.lark:1:22 1180591620717411303424 is too large"],
    ],
    ["groups = 3", ["agents.lark:1:1 groups must be a list of group(...), not int"]],
    ["groups = [group('g', [3])]", ["agents.lark:1:22 agents[0] must be an agent(...), not int"]],
    ["agents = []", ["agents.lark:1:1 agents: must name one agent at least"]],
    ["x = 1", ["agents.lark:1:1 there is neither"]],
    [
      "groups = [group('g', [agent('a')], define_orchestration(relay = define_relay(graph = {'a': ['z']})))]",
      ['agents.lark:1:78 graph: names "z", which is no agent of group "g"'],
    ],
    [
      "groups = [group('g', [agent('a', depends_on = ['b'])]), group('h', [agent('b')])]",
      ['agents.lark:1:34 depends_on: "a" depends on "b" of a later group'],
    ],
    [
      "groups = [group('g', [agent('a')], define_orchestration(max_waves = 6, relay = define_relay(enabled = True)))]",
      ["agents.lark:1:57 max_waves: a relay has 5 waves at most, not 6"],
    ],
    [
      "agents = [agent('a', rol = 1), agent('b', modle = 2)]",
      ["agents.lark:1:22 agent: has no parameter rol", "agents.lark:1:43 agent: has no parameter modle"],
    ],
    ["x = 'abc", ["agents.lark:1:5 "]],
    ["def f():\n\tpass\n", ["agents.lark:2:1 indentation must be spaces, not tabs"]],
    [`x = ${"[".repeat(100_000)}`, ["agents.lark:1:1005 nested too deeply"]],
    ["x = [0 for a in range(100000) for b in range(100000)]", ["agents.lark:1:40 too many steps"]],
    ["x = 'a' * 1000000000", ["agents.lark:1:9 result is too large"]],
    ["x = 2 << 300000", ["agents.lark:1:7 shift count is too large"]],
    ["load('/etc/passwd', 'x')", ["agents.lark:1:6 cannot load /etc/passwd: name a file by a relative path"]],
    ["load('../x.lark', 'x')", ["agents.lark:1:6 cannot load ../x.lark: it lies outside"]],
    ["load('agents.lark', 'x')", ["agents.lark:1:6 cycle of loads"]],
  ])("%#", async (text, wanted) => {
    const { places } = await read(text);
    expect(places.length).toBe(wanted.length);
    for (const [at, place] of wanted.entries()) expect(places[at]).toStartWith(place);
  });

  test("with the line, a caret under the argument, and a hint", async () => {
    const { excerpts } = await read("agents = [agent('a', modle = 'x')]");
    expect(excerpts[0]).toBe(
      "agents = [agent('a', modle = 'x')]\n                     ^^^^^^^^^^^\nhint: did you mean model?",
    );
  });

  test("what is not UTF-8 is no text", async () => {
    expect((await read(new Uint8Array([0x61, 0xff]))).places).toEqual(["agents.lark:1:1 this is not UTF-8 text"]);
  });

  test("a link does not lead out of the folder", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "agents.lark");
    writeFileSync(path, "load('link.lark', 'x')");
    symlinkSync("/etc/hostname", join(folder.path, "link.lark"));
    const found = await readConfig(path, { trusted: true });
    expect(JSON.stringify(found)).toContain("lies outside of the configuration's folder");
  });
});

test("load() shares what stands beside the file", async () => {
  const { found } = await read("load('team.lark', 'member')\nagents = [member('a'), member('b')]", {
    "team.lark": "def member(id):\n    return agent(id = id, plan_prompt = 'Do ' + id)\n",
  });
  expect(found.ok && found.value.squad[0]?.agents.map(({ prompt }) => prompt)).toEqual(["Do a", "Do b"]);
});

test("a project's own file shapes agents and widens nothing; an invalid one gives way to the built-in squad, said aloud", async () => {
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, "configs"));
  const write = (text: string) => writeFileSync(join(folder.path, "configs", "agents.lark"), text);
  const load = () =>
    loadSquad({ projectRoot: folder.path, agentsConfig: null, agentsLark: null, groups: null, agents: null });
  write("agents = [agent('a', plan_prompt = 'p', sandbox = 'danger-full-access')]");
  const own = await load();
  expect(own.ok && own.value.squad[0]?.agents[0]).toMatchObject({ id: "a", sandbox: "read-only" });
  expect(own.ok && own.value.warnings.join()).toContain('agent "a" stays read-only');
  write("agents = [agent('a'");
  const broken = await load();
  expect(broken.ok && broken.value.squad).toEqual(BUILT_IN_SQUAD);
  expect(broken.ok && broken.value.warnings.join()).toContain("agents.lark:1:20");
});

test("--groups drops the edges to what it leaves out, with a warning", async () => {
  const picked = await loadSquad({
    projectRoot: ROOT,
    agentsConfig: null,
    agentsLark: join(ROOT, "configs", "examples", "review.lark"),
    groups: ["verdict"],
    agents: null,
  });
  expect(picked.ok && picked.value.squad.map((group) => group.agents.map(({ dependsOn }) => dependsOn))).toEqual([
    [[]],
  ]);
  expect(picked.ok && picked.value.warnings).toEqual([
    "editor works without correctness and security and clarity, which --groups leaves out",
  ]);
});

test("the schema that is written beside a compiled file is one", () => {
  const schema = JSON.parse(JSON.stringify(describeSchema()));
  expect(schema.properties.groups.items.properties.agents.items.required).toEqual(["id"]);
});
