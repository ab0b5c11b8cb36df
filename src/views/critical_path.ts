import { type GraphNode, orderByDependencies } from "../plan/graph.ts";

/** An agent and how long it takes. */
export interface PathAgent extends GraphNode {
  readonly durationMs: number;
}

/** Agents that come into being together, in the order of the run. */
export interface PathWave {
  readonly agents: readonly PathAgent[];
  /** Whose blueprint they are of: they come after that agent. Null: after everything that was there before them. */
  readonly after: string | null;
}

export interface CriticalPath {
  /** Each waits for the one before it. */
  readonly agents: readonly string[];
  readonly ms: number;
}

interface Step {
  readonly id: string;
  readonly endMs: number;
  readonly before: Step | null;
}

/**
 * The chain of agents that the run's length comes from: the longest by time, the first one of equals. Linear in agents
 * and dependencies. An agent that several waves name stands between them, each time anew.
 */
export function findCriticalPath(waves: readonly PathWave[]): CriticalPath {
  const steps = new Map<string, Step>();
  let last: Step | null = null;
  for (const { agents, after } of waves) {
    const start: Step | null = (after === null ? null : steps.get(after)) ?? last;
    for (const { id, dependsOn, durationMs } of orderByDependencies(agents)) {
      const dependency = findLast(steps, dependsOn);
      const before: Step | null = dependency && dependency.endMs >= (start?.endMs ?? 0) ? dependency : start;
      const step: Step = { id, before, endMs: (before?.endMs ?? 0) + durationMs };
      steps.set(id, step);
      if (!last || step.endMs > last.endMs) last = step;
    }
  }
  const agents: string[] = [];
  for (let step: Step | null = last; step; step = step.before) agents.push(step.id);
  return { agents: agents.reverse(), ms: last?.endMs ?? 0 };
}

function findLast(steps: ReadonlyMap<string, Step>, ids: readonly string[]): Step | null {
  let last: Step | null = null;
  for (const id of ids) {
    const step = steps.get(id);
    if (step && (!last || step.endMs > last.endMs)) last = step;
  }
  return last;
}

const HEAD = 5;
const TAIL = 3;

/** `planner → researcher → builder → api`; a long one keeps its ends. */
export function describePath(agents: readonly string[]): string {
  const leftOut = agents.length - HEAD - TAIL;
  const shown = leftOut > 1 ? [...agents.slice(0, HEAD), `${leftOut} more`, ...agents.slice(-TAIL)] : agents;
  return shown.join(" → ");
}
