import { defaultSettings } from "../../../src/config/resolve.ts";
import type { Settings } from "../../../src/config/settings.ts";
import { CONTINUATION_ID } from "../../../src/plan/deciders.ts";
import { makePlan, type SquadGroup } from "../../../src/plan/make_plan.ts";
import type { WrittenModes } from "../../../src/plan/modes.ts";
import type { AgentSpec, Plan } from "../../../src/plan/plan.ts";
import { agent } from "../simulated_run.ts";
import type { Dice } from "./dice.ts";

export interface DrawnPlan {
  readonly plan: Plan;
  readonly settings: Settings;
}

export interface PlanLimits {
  readonly leastAgents: number;
  readonly mostAgents: number;
  /** As plans were before there were modes. */
  readonly withModes: boolean;
}

const DEFAULTS = defaultSettings("/p");

/** A plan that a configuration could have given: groups, graphs, builders, modes, the cap and the schedule. */
export function drawPlan(dice: Dice, { leastAgents, mostAgents, withModes }: PlanLimits): DrawnPlan {
  const groupCount = dice.between(1, 3);
  const agentCount = Math.max(groupCount, dice.between(leastAgents, mostAgents));
  const squad: SquadGroup[] = [];
  let left = agentCount;
  for (let number = 1; number <= groupCount; number++) {
    const open = groupCount - number;
    const size = open === 0 ? left : dice.between(1, left - open);
    left -= size;
    const earlier = squad.flatMap(({ agents }) => agents.map(({ id }) => id));
    squad.push(drawGroup(dice, { number, size, earlier, withModes }));
  }
  const settings: Settings = {
    ...DEFAULTS,
    maxParallel: dice.between(1, 8),
    schedule: dice.chance(0.25) ? "barrier" : "dataflow",
  };
  const made = makePlan(settings, squad);
  if (!made.ok) throw new Error(`the drawn squad makes no plan: ${made.error.name} ${made.error.value}`);
  return { plan: made.value.plan, settings };
}

/** The plan of a changed configuration: other prompts, and some wait for others than before. */
export function redrawPlan(dice: Dice, plan: Plan): Plan {
  const earlier: string[] = [];
  const redraw = (spec: AgentSpec): AgentSpec => {
    const { kind, id, prompt } = spec;
    if (kind !== "core") return spec;
    const dependsOn = dice.chance(0.5) ? spec.dependsOn.filter((other) => earlier.includes(other)) : [];
    const other = dice.pickAny(earlier);
    if (other !== null && dice.chance(0.5) && !dependsOn.includes(other)) dependsOn.push(other);
    earlier.push(id);
    return { ...spec, prompt: `${prompt}, again`, dependsOn };
  };
  return { groups: plan.groups.map((group) => ({ ...group, agents: group.agents.map(redraw) })) };
}

interface GroupRequest {
  readonly number: number;
  readonly size: number;
  readonly earlier: readonly string[];
  readonly withModes: boolean;
}

function drawGroup(dice: Dice, { number, size, earlier, withModes }: GroupRequest): SquadGroup {
  const idOf = (index: number) => `g${number}-${index}`;
  const edgesOf = chooseEdges(dice, size);
  const builderAt = dice.chance(0.65) ? (dice.chance(0.5) ? size - 1 : dice.below(size)) : -1;
  // A configured agent may well have the name that the continuation would like to have.
  const borrowedAt = dice.chance(0.05) ? dice.below(size) : -1;
  const isBorrowed = borrowedAt >= 0 && !earlier.includes(CONTINUATION_ID);
  const nameOf = (index: number) => (isBorrowed && index === borrowedAt ? CONTINUATION_ID : idOf(index));
  const agents = Array.from({ length: size }, (_, index): AgentSpec => {
    const own = new Set(edgesOf(index).map(nameOf));
    const other = dice.chance(0.1) ? dice.pickAny(earlier) : null;
    return agent(nameOf(index), other === null ? [...own] : [...own, other], {
      kind: "core",
      followUpEnabled: dice.chance(0.3),
      blueprint: index === builderAt,
      ...(dice.chance(0.3) ? { estimateMs: dice.between(10, 500) } : {}),
    });
  });
  const ids = agents.map(({ id }) => id);
  if (dice.chance(0.3)) dice.shuffle(agents);
  return { id: `group-${number}`, agents, ...(withModes ? { written: drawModes(dice, ids) } : {}) };
}

type Edges = (index: number) => number[];

/** Each agent waits for some that were drawn before it, so that there are no cycles. */
function chooseEdges(dice: Dice, size: number): Edges {
  const some = (index: number, from: number): number[] =>
    Array.from({ length: Math.min(index, dice.between(0, 3)) }, () => dice.between(from, index - 1));
  const width = dice.between(1, 8);
  return dice.pick<Edges>([
    () => [],
    (index) => some(index, 0),
    (index) => some(index, Math.max(0, index - 6)),
    (index) => (index === 0 ? [] : [index - 1]),
    (index) => (index === 0 ? [] : [0]),
    (index) => (index === size - 1 ? Array.from({ length: index }, (_, other) => other) : []),
    // Layers: each waits for one or two of the layer before.
    (index) => {
      const layer = Math.floor(index / width);
      return layer === 0 ? [] : [0, 1].map(() => (layer - 1) * width + dice.below(width));
    },
  ]);
}

function drawModes(dice: Dice, ids: readonly string[]): WrittenModes {
  const isRelay = dice.chance(0.2);
  return {
    parallel: dice.chance(0.25),
    autonomous: dice.chance(0.3),
    maxWaves: dice.between(1, isRelay ? 5 : 7),
    relay: {
      enabled: isRelay,
      requireHandoffNote: dice.chance(0.5),
      graph: dice.chance(0.4) ? drawRelayGraph(dice, ids) : {},
    },
  };
}

function drawRelayGraph(dice: Dice, ids: readonly string[]): Record<string, string[]> {
  const froms = ids.filter(() => dice.chance(0.3));
  return Object.fromEntries(froms.map((from) => [from, ids.filter(() => dice.chance(0.2))]));
}
