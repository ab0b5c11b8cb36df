import type { AgentSpec, GroupPlan, Plan } from "./plan.ts";

/** One thing in which a newer plan differs from a run's own. */
export interface PlanDifference {
  readonly group: string;
  /** Null where the group itself differs. */
  readonly agent: string | null;
  /** `prompt`, `model`, ...; or `new`, `gone`, `modes`, `order`. */
  readonly what: readonly string[];
}

/** Everything in which two plans differ, in the order of the newer one; what is gone stands last. Pure. */
export function comparePlans(own: Plan, newer: Plan): PlanDifference[] {
  const before = new Map(own.groups.map((group) => [group.id, group]));
  const after = new Set(newer.groups.map(({ id }) => id));
  const differences = newer.groups.flatMap((group): PlanDifference[] => {
    const known = before.get(group.id);
    return known ? compareGroups(known, group) : [{ group: group.id, agent: null, what: ["new"] }];
  });
  const gone = own.groups
    .filter(({ id }) => !after.has(id))
    .map(({ id }) => ({ group: id, agent: null, what: ["gone"] }));
  return [...differences, ...gone];
}

function compareGroups(own: GroupPlan, newer: GroupPlan): PlanDifference[] {
  const before = new Map(own.agents.map((agent) => [agent.id, agent]));
  const after = new Set(newer.agents.map(({ id }) => id));
  const modes = isSame(own.modes, newer.modes) ? [] : [{ group: newer.id, agent: null, what: ["modes"] }];
  const agents = newer.agents.flatMap((agent): PlanDifference[] => {
    const known = before.get(agent.id);
    const what = known ? compareAgents(known, agent) : ["new"];
    return what.length === 0 ? [] : [{ group: newer.id, agent: agent.id, what }];
  });
  const gone = own.agents
    .filter(({ id }) => !after.has(id))
    .map(({ id }) => ({ group: newer.id, agent: id, what: ["gone"] }));
  return [...modes, ...agents, ...gone];
}

function compareAgents(own: AgentSpec, newer: AgentSpec): string[] {
  const keys = new Set([...Object.keys(own), ...Object.keys(newer)]) as Set<keyof AgentSpec>;
  return [...keys].filter((key) => !isSame(own[key], newer[key]));
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `agent planner: prompt, model` or `group delivery is new`. */
export function describeDifference({ group, agent, what }: PlanDifference): string {
  const name = agent === null ? `group ${group}` : `agent ${agent}`;
  const [first = ""] = what;
  return first === "new" || first === "gone" ? `${name} is ${first}` : `${name}: ${what.join(", ")}`;
}

/** Whether a run that has begun these groups can go on with another plan: they must still be its first ones. */
export const canReplacePlan = (begun: readonly string[], newer: Plan): boolean =>
  begun.every((id, place) => newer.groups[place]?.id === id);
