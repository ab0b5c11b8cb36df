import { findTypical, median } from "../events/estimates.ts";
import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import { type CriticalPath, findCriticalPath, type PathAgent, type PathWave } from "./critical_path.ts";
import { type AgentRecord, measureElapsed, type RunRecord } from "./run_state.ts";

/** How long a run takes and why, as far as its journal tells. */
export interface Forecast {
  readonly criticalPath: CriticalPath;
  /** Until the run ends by itself; null where no earlier run says how long agents take. */
  readonly remainingMs: number | null;
}

/** An agent's whole time, and what of it is still to come. */
interface Stint extends PathAgent {
  readonly leftMs: number;
}

type Stints = Omit<PathWave, "agents"> & { readonly agents: readonly Stint[] };

/** Where a run stands at a moment. */
export function forecastRun(run: RunRecord, nowMs: number): Forecast {
  const waves = layOut(run, nowMs);
  return { criticalPath: findCriticalPath(waves), remainingMs: isAnyKnown(run) ? measureLeft(run, waves) : null };
}

/** How long agents that begin together are going to take; null where no earlier run says. */
export function forecastAgents(run: RunRecord, ids: readonly string[]): number | null {
  if (!isAnyKnown(run)) return null;
  const agents = measureStints(run, ids, { typicalMs: findTypicalMs(run, 0), nowMs: 0 });
  return measureLeft(run, [{ agents, after: null }]);
}

const isAnyKnown = (run: RunRecord): boolean =>
  run.estimates !== null || [...run.agents.values()].some(({ estimateMs }) => estimateMs !== null);

/** The longest way that is left, or what the places for agents allow where that is more. */
function measureLeft(run: RunRecord, waves: readonly Stints[]): number {
  const left = waves.map(({ after, agents }) => ({
    after,
    agents: agents.map(({ id, dependsOn, leftMs }) => ({ id, dependsOn, durationMs: leftMs })),
  }));
  let allMs = 0;
  for (const { agents } of left) for (const { durationMs } of agents) allMs += durationMs;
  return Math.round(Math.max(findCriticalPath(left).ms, allMs / run.maxParallel));
}

/**
 * The waves that have begun, the groups that have not, and in between what a builder has not named yet. The orchestrator
 * agent is asked anew after each wave, and so stands between them instead of in the one that it was born in.
 */
function layOut(run: RunRecord, nowMs: number): Stints[] {
  const typicalMs = findTypicalMs(run, nowMs);
  const options = { typicalMs, nowMs, isStopping: run.interruption !== null };
  const stintsOf = (ids: readonly string[]) => measureStints(run, ids, options);
  const waves: Stints[] = [];
  let askedMs = 0;
  for (const { agents, namedBy } of run.waves) {
    if (namedBy?.agent === ORCHESTRATOR_ID) {
      const durationMs = namedBy.workedMs - askedMs;
      askedMs = namedBy.workedMs;
      waves.push({ agents: [{ id: ORCHESTRATOR_ID, dependsOn: [], durationMs, leftMs: 0 }], after: null });
      waves.push({ agents: stintsOf(agents), after: ORCHESTRATOR_ID });
    } else waves.push({ agents: stintsOf(agents), after: namedBy?.agent ?? null }, ...expectNamed(run, agents));
  }
  const orchestrator = run.agents.get(ORCHESTRATOR_ID);
  if (orchestrator) {
    const stint = measureStint(orchestrator, { typicalMs, nowMs });
    waves.push({ agents: [{ ...stint, dependsOn: [], durationMs: stint.durationMs - askedMs }], after: null });
  }
  const begun = new Set(run.waves.map(({ group }) => group));
  for (const { id, agents } of run.groups) {
    if (!begun.has(id)) waves.push({ agents: stintsOf(agents), after: null }, ...expectNamed(run, agents));
  }
  return waves;
}

/** Who is still to name specialists names one at least: without it the time left would grow when they come. */
function expectNamed(run: RunRecord, ids: readonly string[]): Stints[] {
  const leftMs = run.estimates?.specialistMs ?? null;
  if (leftMs === null || run.interruption) return [];
  const builders = ids.flatMap((id) => run.agents.get(id) ?? []).filter(isStillToName);
  const named = new Set(run.waves.map(({ namedBy }) => namedBy?.agent));
  return builders
    .filter(({ id }) => !named.has(id))
    .map(({ id }) => ({ agents: [{ id: `${id}'s`, dependsOn: [], durationMs: 0, leftMs }], after: id }));
}

const isStillToName = ({ id, namesAgents, state }: AgentRecord): boolean =>
  namesAgents && id !== ORCHESTRATOR_ID && (state === "waiting" || state === "running");

interface StintOptions {
  readonly typicalMs: number;
  readonly nowMs: number;
  /** Nothing that waits is going to begin. */
  readonly isStopping?: boolean;
}

/** Of those that take part in a wave, which the orchestrator agent does not. */
function measureStints(run: RunRecord, ids: readonly string[], options: StintOptions): Stint[] {
  return ids
    .filter((id) => id !== ORCHESTRATOR_ID)
    .flatMap((id) => run.agents.get(id) ?? [])
    .map((agent) => measureStint(agent, options));
}

function measureStint(agent: AgentRecord, { typicalMs, nowMs, isStopping = false }: StintOptions): Stint {
  const { id, dependsOn, estimateMs, state } = agent;
  const spentMs = measureElapsed(agent, nowMs);
  if (state === "finished" || state === "failed" || state === "skipped") {
    return { id, dependsOn, durationMs: spentMs, leftMs: 0 };
  }
  const durationMs = Math.max(spentMs, estimateMs ?? typicalMs);
  return { id, dependsOn, durationMs, leftMs: isStopping && state === "waiting" ? 0 : durationMs - spentMs };
}

/** The time of an agent that nobody has seen work: the typical one's, and where nothing is known all are alike. */
function findTypicalMs(run: RunRecord, nowMs: number): number {
  const agents = [...run.agents.values()];
  const known = findTypical(
    agents.map(({ estimateMs }) => estimateMs),
    run.estimates,
  );
  if (known !== null) return known;
  const finished = agents.filter(({ state }) => state === "finished").map(({ endedTurnsMs }) => endedTurnsMs);
  let longestMs = 1;
  for (const agent of agents) longestMs = Math.max(longestMs, measureElapsed(agent, nowMs));
  return median(finished) ?? longestMs;
}
