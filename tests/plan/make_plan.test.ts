import { expect, test } from "bun:test";
import { BUILT_IN_SQUAD } from "../../src/config/built_in_squad.ts";
import { findGraphFaults } from "../../src/plan/graph.ts";
import { type MadePlan, makePlan, type PlanSettings, type SquadGroup } from "../../src/plan/make_plan.ts";
import { DEFAULT_MAX_WAVES } from "../../src/plan/modes.ts";

const untouched = {
  sandbox: null,
  model: null,
  mini: false,
  miniModel: "small",
  concise: false,
  conciseFull: false,
  autonomous: false,
  parallel: false,
  relay: false,
  maxWaves: DEFAULT_MAX_WAVES,
};

const made = (settings: Partial<PlanSettings>, squad: readonly SquadGroup[] = BUILT_IN_SQUAD): MadePlan => {
  const result = makePlan({ ...untouched, ...settings }, squad);
  if (!result.ok) throw new Error(result.error.allowed);
  return result.value;
};
const plan = (settings: Partial<PlanSettings>, squad?: readonly SquadGroup[]) => made(settings, squad).plan;

test("the built-in squad plans, researches and builds, reading only, with one blueprint", () => {
  const agents = plan({}).groups.flatMap((group) => group.agents);
  expect(agents.map((agent) => [agent.id, agent.dependsOn])).toEqual([
    ["planner", []],
    ["researcher", ["planner"]],
    ["builder", ["planner", "researcher"]],
  ]);
  expect(agents.map((agent) => agent.sandbox)).toEqual(["read-only", "read-only", "read-only"]);
  expect(agents.filter((agent) => agent.blueprint).map((agent) => agent.id)).toEqual(["builder"]);
  expect(agents.every((agent) => !("model" in agent) && agent.followUpEnabled && agent.followUpPrompt)).toBeTrue();
  expect(findGraphFaults(agents)).toEqual([]);
});

test("--sandbox reaches every agent, --mini beats --model", () => {
  const shaped = plan({ sandbox: "workspace-write", model: "big", mini: true });
  for (const agent of shaped.groups.flatMap((group) => group.agents)) {
    expect(agent).toMatchObject({ sandbox: "workspace-write", model: "small" });
  }
});

test("an agent's own model stands unless the run names one", () => {
  const squad = BUILT_IN_SQUAD.map((group) => ({
    ...group,
    agents: group.agents.map((agent) => ({ ...agent, model: "own" })),
  }));
  expect(plan({}, squad).groups[0]?.agents[0]?.model).toBe("own");
  expect(plan({ model: "big" }, squad).groups[0]?.agents[0]?.model).toBe("big");
});

const idsOf = (settings: Partial<PlanSettings>, squad?: readonly SquadGroup[]) =>
  plan(settings, squad).groups.map((group) => group.agents.map(({ id }) => id));

test("a mode that nobody asks for leaves no trace", () => {
  expect(plan({}).groups.every((group) => !("modes" in group))).toBeTrue();
});

test("the first autonomous group brings the orchestrator along, which waits for the blueprint", () => {
  const second: SquadGroup = { ...BUILT_IN_SQUAD[0], id: "again", agents: [] };
  const squad = [...BUILT_IN_SQUAD, second];
  expect(idsOf({ autonomous: true }, squad)).toEqual([
    ["planner", "researcher", "builder", "autonomous-orchestrator"],
    [],
  ]);
  const [group] = plan({ relay: true }).groups;
  expect(group?.modes).toEqual({
    parallel: false,
    autonomous: true,
    maxWaves: 5,
    relay: { requireHandoffNote: false, graph: {} },
  });
  expect(group?.agents.at(-1)).toMatchObject({
    kind: "orchestrator",
    dependsOn: ["builder"],
    tags: ["autonomous", "relay"],
  });
});

test("what a group writes down wins over the flags, and a warning says so where they differ", () => {
  const write = (written: SquadGroup["written"]) => [
    { id: "g", agents: BUILT_IN_SQUAD[0]?.agents ?? [], ...(written ? { written } : {}) },
  ];
  const settings = { autonomous: true, parallel: true, maxWaves: 7 };
  expect(made(settings, write({ autonomous: false, parallel: true, maxWaves: 2 }))).toMatchObject({
    plan: { groups: [{ modes: { autonomous: false, parallel: true, maxWaves: 2 } }] },
    warnings: [
      'group "g" says autonomous = False, which wins over --autonomous',
      'group "g" says max_waves = 2, which wins over --max-waves 7',
    ],
  });
  expect(made({ relay: true }, write({ relay: { enabled: false } }))).toMatchObject({
    plan: { groups: [{ id: "g" }] },
    warnings: ['group "g" says relay = False, which wins over --relay'],
  });
  expect(made({}, write({ autonomous: false, relay: { enabled: true } })).warnings).toEqual([
    'group "g" is a relay, which implies autonomous',
  ]);
  expect(made({}, write({ autonomous: true, maxWaves: 2 })).warnings).toEqual([]);
});

test("a relay has five waves at most, whoever asks for more", () => {
  const refused = { ok: false, error: { name: "--max-waves", value: "6", allowed: "1 to 5 in a relay" } };
  expect(makePlan({ ...untouched, relay: true, maxWaves: 6 }, BUILT_IN_SQUAD)).toMatchObject(refused);
  expect(makePlan({ ...untouched, autonomous: true, maxWaves: 6 }, BUILT_IN_SQUAD)).toMatchObject({ ok: true });
});

test("--concise has no waves, and says which mode it leaves out", () => {
  expect(made({ concise: true, relay: true, parallel: true })).toMatchObject({
    plan: { groups: [{ id: "core" }] },
    warnings: ['group "core" runs without relay and parallel: --concise has no specialists'],
  });
  expect(idsOf({ concise: true, relay: true })).toEqual([["planner", "researcher", "builder"]]);
  expect(idsOf({ conciseFull: true, autonomous: true })[0]).toContain("autonomous-orchestrator");
});
