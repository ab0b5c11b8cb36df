import type { AgentSpec } from "../plan/plan.ts";

/** How long agents worked in earlier runs of the project, in milliseconds. */
export interface Estimates {
  /** By agent id. */
  readonly agents: Readonly<Record<string, number>>;
  /** The typical specialist: most of them are invented anew in each run. Null: none has finished yet. */
  readonly specialistMs: number | null;
}

/** What is known of one agent: what its plan says, else its own earlier runs, else the typical specialist's. */
export function findEstimate(
  { id, kind, estimateMs }: Pick<AgentSpec, "id" | "kind" | "estimateMs">,
  estimates: Estimates | null,
): number | null {
  if (estimateMs !== undefined) return estimateMs;
  if (!estimates) return null;
  if (Object.hasOwn(estimates.agents, id)) return estimates.agents[id] ?? null;
  return kind === "specialist" ? estimates.specialistMs : null;
}

/** What to take an agent for of which nothing is known: the median of the others, else of all earlier runs. */
export function findTypical(known: readonly (number | null)[], estimates: Estimates | null): number | null {
  return median(known.filter((ms) => ms !== null)) ?? median(Object.values(estimates?.agents ?? {}));
}

/** The value in the middle, the lower one of two; null for none. */
export function median(values: readonly number[]): number | null {
  return Float64Array.from(values).sort()[(values.length - 1) >> 1] ?? null;
}
