import type { AgentRun, RunState } from "../../../src/scheduler/state.ts";

/**
 * The state in a form in which two can be compared. What `next` may drop as void and what differs in order alone is left
 * out or put in order; every other field, those of later versions included, is compared as it is.
 */
export function projectState(state: RunState): object {
  const agents = [...state.agents.values()];
  const isReady = ({ status, blockedBy, waitingFor }: AgentRun): boolean =>
    status === "waiting" && blockedBy === null && waitingFor === 0;
  const queued = new Set(state.ready.data);
  return {
    ...state,
    agents: agents.map((agent) => ({ ...agent, dependents: agent.dependents.map(idOf) })),
    // Whoever is in the queue and can start; entries of agents that have moved on are dropped when they are met.
    ready: agents.filter((agent) => isReady(agent) && queued.has(agent)).map(idOf),
    barriers: [...state.barriers].map(([wave, barrier]) => [
      wave,
      { ...barrier, parked: barrier.parked.map(idOf).sort() },
    ]),
    // An agent leaves it when there is nothing to ask; that the same follows from both is what going on shows.
    attention: null,
    blocked: [...new Set(state.blocked.filter(({ status, blockedBy }) => status === "waiting" && blockedBy !== null))]
      .map(idOf)
      .sort(),
  };
}

const idOf = ({ spec }: AgentRun): string => spec.id;

/** As text, where a difference has to be shown. */
export const spellState = (state: RunState): string =>
  JSON.stringify(projectState(state), (_key, value: unknown) => (value instanceof Map ? [...value] : value));
