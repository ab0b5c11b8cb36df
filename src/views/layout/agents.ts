import type { Event } from "../../events/event.ts";

/** Who has a pane: agents of the plan, and those that waves brought since, each in the order they came. */
export interface PaneAgents {
  readonly planned: string[];
  readonly born: string[];
}

/** Reads a journal for the panes it needs. */
export function collectAgents(events: Iterable<Event>): PaneAgents {
  const agents: PaneAgents = { planned: [], born: [] };
  for (const event of events) addAgents(agents, event);
  return agents;
}

/** Takes one more event in; gives the agents that are new. */
export function addAgents(agents: PaneAgents, event: Event): string[] {
  const known = new Set([...agents.planned, ...agents.born]);
  if (event.type === "run.started") {
    const ids = event.plan.groups.flatMap((group) => group.agents.map((agent) => agent.id));
    const fresh = [...new Set(ids)].filter((id) => !known.has(id));
    agents.planned.push(...fresh);
    return fresh;
  }
  if (event.type !== "wave.started") return [];
  const fresh = event.agents.map((agent) => agent.id).filter((id) => !known.has(id));
  agents.born.push(...fresh);
  return fresh;
}
