import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BUILT_IN_SQUAD } from "../../src/config/built_in_squad.ts";
import { defaultConfigPath, type LoadRequest, loadSquad } from "../../src/config/load.ts";
import { temporaryFolder } from "../rig/folder.ts";

const agent = (id: string, more: object = {}) => ({ id, prompt: `Do ${id}.`, ...more });
const config = (...groups: object[]) => JSON.stringify({ version: 1, groups }, null, 2);
const two = config({
  id: "core",
  agents: [agent("planner", { role: "Planner", followUpPrompt: "Now." }), agent("builder", { dependsOn: ["planner"] })],
});

/** Loads a configuration that the user names. */
async function loadNamed(text: string, more: Partial<LoadRequest> = {}) {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.json");
  writeFileSync(path, text);
  const loaded = await loadSquad({
    projectRoot: folder.path,
    agentsConfig: path,
    agentsLark: null,
    groups: null,
    agents: null,
    ...more,
  });
  return { loaded, path };
}

/** Loads one that lies in the project folder, with nobody asking for it. */
async function loadFound(text: string | null) {
  using folder = temporaryFolder();
  if (text !== null) {
    mkdirSync(join(folder.path, "configs"));
    writeFileSync(defaultConfigPath(folder.path), text);
  }
  const loaded = await loadSquad({
    projectRoot: folder.path,
    agentsConfig: null,
    agentsLark: null,
    groups: null,
    agents: null,
  });
  if (!loaded.ok) throw new Error("a found configuration is never an error");
  return loaded.value;
}

describe("where the squad comes from", () => {
  test("no file: the built-in squad, silently", async () => {
    expect(await loadFound(null)).toEqual({ squad: BUILT_IN_SQUAD, source: null, warnings: [] });
  });

  test("an invalid file in the project: the built-in squad, with a warning", async () => {
    const { squad, warnings } = await loadFound("{,}");
    expect(squad).toBe(BUILT_IN_SQUAD);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/agents\.out\.json:1:2: this is not JSON\. The built-in squad runs instead$/);
  });

  test("a file in the project shapes agents, but gives them no more than reading", async () => {
    const text = config({ id: "g", agents: [agent("writer", { sandbox: "danger-full-access" })] });
    const { squad, warnings } = await loadFound(text);
    expect(squad[0]?.agents[0]).toMatchObject({ id: "writer", sandbox: "read-only", kind: "core", role: "writer" });
    expect(warnings[0]).toContain('agent "writer" stays read-only');
  });

  test("a file that the user names may", async () => {
    const { loaded } = await loadNamed(config({ id: "g", agents: [agent("writer", { sandbox: "workspace-write" })] }));
    expect(loaded.ok && loaded.value.squad[0]?.agents[0]?.sandbox).toBe("workspace-write");
  });

  test("a named file that is missing is an error", async () => {
    const { loaded } = await loadNamed(two, { agentsConfig: "/nowhere/x.json" });
    expect(loaded).toEqual({
      ok: false,
      error: [{ kind: "config-unreadable", path: "/nowhere/x.json", code: "ENOENT" }],
    });
  });
});

test("the agent builder gives the blueprint unless another is marked; no follow-up prompt means no follow-up", async () => {
  const { loaded } = await loadNamed(two);
  const agents = loaded.ok ? (loaded.value.squad[0]?.agents ?? []) : [];
  expect(agents.map((one) => [one.id, one.blueprint, one.followUpEnabled])).toEqual([
    ["planner", false, true],
    ["builder", true, false],
  ]);
  const marked = await loadNamed(config({ id: "g", agents: [agent("builder"), agent("other", { blueprint: true })] }));
  const blueprints = marked.loaded.ok ? marked.loaded.value.squad[0]?.agents.map((one) => one.blueprint) : [];
  expect(blueprints).toEqual([false, true]);
});

const group = (...agents: object[]) => config({ id: "g", agents });
test.each([
  ['{"version": 1,\n  "groups": [}', ":2:14", "this is not JSON"],
  ['{"version": 2, "groups": []}', ":1:13", "version"],
  [config(), ":3:13", "groups: must name one group at least"],
  [group(agent("Bad Id")), ":8:17", "groups[0].agents[0].id: must be an id"],
  [group(agent("relay")), ":8:17", "logs of the tool itself"],
  [group(agent("a", { promt: 1 })), ":7:9", "promt"],
  [group(agent("a"), agent("a")), ":12:17", 'there is another agent "a"'],
  [group(agent("a", { dependsOn: ["ghost"] })), ":10:24", '"a" depends on "ghost", which does not exist'],
  [group(agent("a", { dependsOn: ["a"] })), ":10:24", '"a" depends on itself'],
  [group(agent("a", { dependsOn: ["b"] }), agent("b", { dependsOn: ["a"] })), ":10:24", "a -> b -> a"],
  [group(agent("a", { blueprint: true }), agent("b", { blueprint: true })), ":4:5", "one agent gives the blueprint"],
  [
    config({ id: "g", agents: [agent("a")], maxWaves: 9, relay: { enabled: true } }),
    ":12:19",
    "groups[0].maxWaves: a relay has 5 waves at most, not 9",
  ],
])("refuses faulty configuration %#", async (text, place, message) => {
  const { loaded, path } = await loadNamed(text);
  const [problem] = loaded.ok ? [] : loaded.error;
  if (problem?.kind !== "config-invalid") throw new Error(JSON.stringify(loaded));
  expect(problem.message).toContain(message);
  expect(problem.place).toBe(`${path}${place}`);
  const column = Number(place.split(":")[2]);
  expect(problem.excerpt.split("\n")[1]).toBe(`${" ".repeat(column - 1)}^`);
});

describe("--groups and --agents", () => {
  const groups = config(
    { id: "core", agents: [agent("planner"), agent("builder", { dependsOn: ["planner"] })] },
    { id: "delivery", agents: [agent("shipper")] },
  );

  test("pick, in the file's order", async () => {
    const { loaded } = await loadNamed(groups, { groups: ["delivery"] });
    expect(loaded.ok && loaded.value.squad.map((one) => one.id)).toEqual(["delivery"]);
  });

  test("drop an edge to an agent that was left out, and say so", async () => {
    const { loaded } = await loadNamed(groups, { agents: ["builder"] });
    expect(loaded.ok && loaded.value.squad).toMatchObject([{ id: "core", agents: [{ id: "builder", dependsOn: [] }] }]);
    expect(loaded.ok && loaded.value.warnings).toEqual(["builder works without planner, which --agents leaves out"]);
  });

  test("name what is not there, with the nearest name", async () => {
    const { loaded } = await loadNamed(groups, { agents: ["plannr", "zzzzzz"], groups: ["cores"] });
    expect(loaded.ok ? [] : loaded.error).toMatchObject([
      { flag: "--groups", name: "cores", suggestion: "core" },
      { flag: "--agents", name: "plannr" },
      { flag: "--agents", name: "zzzzzz", suggestion: null },
    ]);
  });
});

test("the example in configs/ is valid", async () => {
  const agentsConfig = join(import.meta.dir, "../../configs/agents.example.json");
  const loaded = await loadSquad({ projectRoot: "/", agentsConfig, agentsLark: null, groups: null, agents: null });
  expect(loaded.ok && loaded.value.warnings).toEqual([]);
  expect(loaded.ok && loaded.value.squad[0]?.agents.map((one) => one.followUpEnabled)).toEqual([true, true]);
});
