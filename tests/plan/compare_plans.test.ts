import { expect, test } from "bun:test";
import { canReplacePlan, comparePlans, describeDifference } from "../../src/plan/compare_plans.ts";
import { agent } from "../rig/simulated_run.ts";

const one = { id: "one", agents: [agent("a"), agent("b")] };
const two = { id: "two", agents: [agent("c")] };
const told = (...groups: (typeof one)[]) => comparePlans({ groups: [one, two] }, { groups }).map(describeDifference);

test("the same plan has no differences", () => {
  expect(told(one, two)).toEqual([]);
});

test("every difference is told by name", () => {
  const changed = { ...one, agents: [agent("a", [], { prompt: "another", model: "m" }), agent("new")] };
  const looped = { ...two, modes: { parallel: true, autonomous: false, maxWaves: 1, relay: null } };
  expect(told(changed, looped, { id: "three", agents: [] })).toEqual([
    "agent a: prompt, model",
    "agent new is new",
    "agent b is gone",
    "group two: modes",
    "group three is new",
  ]);
  expect(told(one)).toEqual(["group two is gone"]);
});

test("groups that have begun stay where they are", () => {
  expect(canReplacePlan(["one"], { groups: [one, { id: "other", agents: [] }] })).toBe(true);
  expect(canReplacePlan(["one"], { groups: [two, one] })).toBe(false);
  expect(canReplacePlan(["one", "two"], { groups: [one] })).toBe(false);
});
