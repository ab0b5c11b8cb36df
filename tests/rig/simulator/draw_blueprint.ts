import type { Blueprint, BlueprintAgent, Handoff } from "../../../src/blueprint/blueprint.ts";
import type { Dice } from "./dice.ts";

/** What somebody who writes a blueprint knows of the run. */
export interface Surroundings {
  readonly freshId: () => string;
  /** Agents of this run: finished, running or waiting; and those that failed or were skipped. */
  readonly sound: readonly string[];
  readonly lost: readonly string[];
  /** Ids of agents that a later group will bring. */
  readonly planned: readonly string[];
}

/** A blueprint that fits: a chain, a fan, a diamond, or whatever a random graph is. */
export function drawBlueprint(dice: Dice, around: Surroundings, isParallel: boolean): Blueprint {
  const count = dice.between(1, 4);
  const isChain = !isParallel && dice.chance(0.3);
  const agents: BlueprintAgent[] = [];
  for (let index = 0; index < count; index++) {
    const own = agents.map(({ id }) => id);
    const inside = isParallel ? [] : isChain ? own.slice(-1) : own.filter(() => dice.chance(0.3));
    const outside = dice.chance(0.15) ? dice.pickAny(around.sound) : null;
    const id = around.freshId();
    agents.push({
      id,
      role: "specialist",
      prompt: `do ${id}`,
      dependsOn: outside === null ? inside : [...inside, outside],
    });
  }
  return { agents, reason: "work is left" };
}

/** The same work as before under new names. */
export function repeatBlueprint(last: Blueprint, freshId: () => string): Blueprint {
  const names = new Map(last.agents.map(({ id }) => [id, freshId()]));
  const rename = (id: string) => names.get(id) ?? id;
  return {
    reason: "again",
    agents: last.agents.map((agent) => ({
      ...agent,
      id: rename(agent.id),
      dependsOn: agent.dependsOn.map(rename),
    })),
  };
}

export function drawHandoff(dice: Dice, from: string | null, { agents }: Blueprint): Handoff | null {
  const to = dice.pickAny(agents)?.id;
  if (from === null || to === undefined) return null;
  const note = { decided: ["a"], rejected: [], risks: [], files: [], remaining: [] };
  return { from, to, message: "go on", note };
}

export const spellBlueprint = (dice: Dice, blueprint: Blueprint): string => {
  const json = JSON.stringify(blueprint);
  return dice.chance(0.1) ? `\`\`\`json\n${json}\n\`\`\`` : json;
};

/** The same blueprint with a fault that has to be sent back; under `--parallel` a chain is one of them. */
export function spoilBlueprint(dice: Dice, blueprint: Blueprint, around: Surroundings): string {
  const [first, ...rest] = blueprint.agents;
  if (!first) return "nothing, I think";
  const withFirst = (change: Partial<BlueprintAgent>): string =>
    JSON.stringify({ ...blueprint, agents: [{ ...first, ...change }, ...rest] });
  const many = Array.from({ length: 5 }, () => ({ ...first, id: around.freshId(), dependsOn: [] }));
  const lost = dice.pickAny(around.lost);
  const taken = dice.pickAny(around.sound);
  const planned = dice.pickAny(around.planned);
  return dice.pick([
    () => "sorry, I cannot do that",
    () => "",
    () => JSON.stringify(blueprint).slice(0, -3),
    () => JSON.stringify({ ...blueprint, agents: many }),
    () => withFirst({ dependsOn: ["nobody"] }),
    () => withFirst({ dependsOn: [first.id] }),
    () => withFirst({ id: "Not An Id" }),
    () => withFirst({ id: "timeline" }),
    () => withFirst({ id: taken ?? "relay" }),
    () => withFirst({ id: planned ?? "core" }),
    () => withFirst({ dependsOn: ["autonomous-orchestrator"] }),
    () => withFirst({ dependsOn: [lost ?? "nobody"] }),
    () => JSON.stringify({ ...blueprint, agents: tieCircle(around) }),
    () => JSON.stringify({ ...blueprint, agents: tieChain(around) }),
  ])();
}

const bare = (id: string, dependsOn: string[]): BlueprintAgent => ({ id, role: "r", prompt: `do ${id}`, dependsOn });

function tieCircle({ freshId }: Surroundings): BlueprintAgent[] {
  const [a, b, c] = [freshId(), freshId(), freshId()];
  return [bare(a, [c]), bare(b, [a]), bare(c, [b])];
}

function tieChain({ freshId }: Surroundings): BlueprintAgent[] {
  const [a, b] = [freshId(), freshId()];
  return [bare(a, []), bare(b, [a])];
}
