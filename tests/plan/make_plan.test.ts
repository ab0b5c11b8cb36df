import { expect, test } from "bun:test";
import { BUILT_IN_SQUAD } from "../../src/config/built_in_squad.ts";
import { findGraphFaults } from "../../src/plan/graph.ts";
import { makePlan } from "../../src/plan/make_plan.ts";

const untouched = { sandbox: null, model: null, mini: false, concise: false, conciseFull: false, miniModel: "small" };

test("the built-in squad plans, researches and builds, reading only, with one blueprint", () => {
  const agents = makePlan(untouched, BUILT_IN_SQUAD).groups.flatMap((group) => group.agents);
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
  const plan = makePlan({ ...untouched, sandbox: "workspace-write", model: "big", mini: true }, BUILT_IN_SQUAD);
  for (const agent of plan.groups.flatMap((group) => group.agents)) {
    expect(agent).toMatchObject({ sandbox: "workspace-write", model: "small" });
  }
});

test("an agent's own model stands unless the run names one", () => {
  const squad = BUILT_IN_SQUAD.map((group) => ({
    ...group,
    agents: group.agents.map((agent) => ({ ...agent, model: "own" })),
  }));
  expect(makePlan(untouched, squad).groups[0]?.agents[0]?.model).toBe("own");
  expect(makePlan({ ...untouched, model: "big" }, squad).groups[0]?.agents[0]?.model).toBe("big");
});
