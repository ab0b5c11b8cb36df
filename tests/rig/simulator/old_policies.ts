import type { Blueprint } from "../../../src/blueprint/blueprint.ts";
import { findBlueprintFaults, readBlueprint } from "../../../src/blueprint/parse.ts";
import { makeSpecialists } from "../../../src/blueprint/specialists.ts";
import { STOPS_RUN } from "../../../src/core/failure.ts";
import { err, type Result } from "../../../src/core/result.ts";
import type { EventDraft, Phase } from "../../../src/events/event.ts";
import type { Command } from "../../../src/scheduler/next.ts";
import { type AgentRun, finalAnswer, type RunState } from "../../../src/scheduler/state.ts";
import type { Deciding } from "./deciding.ts";
import type { Dice } from "./dice.ts";

/** What older versions decided in another way than today's. */
export interface OldPolicy {
  /** Who starts first of those that can. */
  readonly first: "oldest" | "youngest";
  /** Nobody starts before all of the level before have ended, whatever the settings say. */
  readonly byLevels: boolean;
  /** How often a refused blueprint is sent back. */
  readonly repairs: number;
}

/** `today` folds and replays: only who decides is old. */
export function drawOldPolicy(dice: Dice, today: Deciding): Deciding {
  const byLevels = dice.chance(0.4);
  const policy = { first: dice.pick(["oldest", "youngest"]), byLevels, repairs: dice.pick([0, 2, 3]) } as const;
  return { ...today, next: (state) => decide(state, policy), mayIdle: byLevels };
}

/**
 * A story as it might have been told before: no modes, no continuation, its own order and its own number of repairs. It
 * looks for everything anew each time, which is slow and needs none of today's queues.
 */
function decide(state: RunState, policy: OldPolicy): Command {
  if (state.ended) return { do: "end" };
  const agents = [...state.agents.values()];
  const futile = mayAsk(state) && agents.find((agent) => agent.status === "running" && isFatal(agent));
  if (futile) return stop(futile);
  for (const agent of agents) {
    if (agent.status !== "running" || agent.open) continue;
    const step = stepAgent(state, agent, policy);
    if (step) return step;
  }
  const lost = agents.find(({ status, blockedBy }) => status === "waiting" && blockedBy !== null);
  if (lost) {
    const { wave, spec, blockedBy } = lost;
    return { do: "record", event: { type: "agent.skipped", agent: spec.id, wave, because: `${blockedBy} is lost` } };
  }
  if (state.stops === null) {
    const step = startAgent(state, agents, policy) ?? startWave(state, agents);
    if (step) return step;
  }
  const isOpen = agents.some(({ open }) => open !== null);
  if (isOpen) return { do: "wait" };
  return { do: "record", event: endRun(state, agents) };
}

const isGoing = ({ status }: AgentRun): boolean => status === "waiting" || status === "running";

const mayAsk = ({ stops }: RunState): boolean => stops === null || stops === "agents";

const isFatal = ({ last }: AgentRun): boolean => last?.failure !== undefined && STOPS_RUN.has(last.failure.kind);

function stop({ last }: AgentRun): Command {
  const reason = last?.failure?.message ?? "";
  return { do: "record", event: { type: "run.interrupted", by: "failure", stops: "turns", reason, running: [] } };
}

function order(agent: AgentRun, phase: Phase): Command {
  const { threadId, last, spec } = agent;
  const attempt = (agent.attempts.get(phase) ?? 0) + 1;
  const continues = last?.outcome === "cut-off" && agent.continues && threadId !== null;
  return { do: "turn", turn: { agent: spec.id, phase, attempt, threadId, continues } };
}

function stepAgent(state: RunState, agent: AgentRun, policy: OldPolicy): Command | null {
  const { last } = agent;
  if (!last) return null;
  if (last.outcome === "cut-off") return mayAsk(state) ? order(agent, last.phase) : null;
  if (last.outcome === "failed") {
    const failure = last.failure ?? { kind: "unknown", message: "" };
    if (failure.kind === "aborted" || isFatal(agent)) return null;
    return { do: "record", event: { type: "agent.failed", agent: agent.spec.id, wave: agent.wave, failure } };
  }
  const verdict = judge(state, agent, policy);
  if (typeof verdict !== "string") return { do: "record", event: verdict };
  return mayAsk(state) ? order(agent, verdict) : null;
}

function judge(state: RunState, agent: AgentRun, { repairs }: OldPolicy): Phase | EventDraft {
  const { spec, wave, last } = agent;
  const { id } = spec;
  if (last?.phase === "plan" && spec.followUpEnabled) return "follow-up";
  if (!spec.blueprint || agent.accepted) return { type: "agent.finished", agent: id, wave };
  if (agent.judged) {
    if (agent.refusals <= repairs) return "repair";
    const failure = { kind: "blueprint-invalid", message: "no usable blueprint" } as const;
    return { type: "agent.failed", agent: id, wave, failure };
  }
  const text = finalAnswer(agent);
  const read = check(state, text);
  if (read.ok) {
    return { type: "blueprint.accepted", agent: id, wave: state.nextWave, blueprint: read.value, warnings: [] };
  }
  return { type: "blueprint.rejected", agent: id, faults: read.error, text, final: agent.refusals >= repairs };
}

function check(state: RunState, text: string): Result<Blueprint, readonly string[]> {
  const read = readBlueprint(text, { mayEnd: false, relay: null, parallel: false });
  if (!read.ok) return read;
  const planned = new Set(state.plan.groups.flatMap(({ agents }) => agents.map(({ id }) => id)));
  const faults = findBlueprintFaults(read.value, {
    stateOf: (id) => state.agents.get(id)?.status ?? null,
    isTaken: (id) => state.agents.has(id) || planned.has(id),
    isAwaitable: (id) => state.agents.has(id),
  });
  return faults.length > 0 ? err(faults) : read;
}

function startAgent(state: RunState, agents: readonly AgentRun[], policy: OldPolicy): Command | null {
  if (agents.filter(({ status }) => status === "running").length >= state.maxParallel) return null;
  const ready = agents.filter(
    (agent) =>
      agent.status === "waiting" &&
      agent.spec.dependsOn.every((id) => state.agents.get(id)?.status === "finished") &&
      !((policy.byLevels || state.barrier) && isHeldBack(agent, agents)),
  );
  const agent = policy.first === "oldest" ? ready[0] : ready.at(-1);
  return agent ? order(agent, agent.last?.phase ?? (agent.spec.kind === "core" ? "plan" : "work")) : null;
}

const isHeldBack = ({ wave, level }: AgentRun, agents: readonly AgentRun[]): boolean =>
  agents.some((other) => other.wave === wave && other.level < level && isGoing(other));

function startWave(state: RunState, agents: readonly AgentRun[]): Command | null {
  const wave = state.nextWave;
  const [blueprint] = state.blueprints;
  if (blueprint) {
    const { group } = blueprint;
    const born = makeSpecialists(blueprint.blueprint);
    return { do: "record", event: { type: "wave.started", wave, group, agents: born } };
  }
  if (agents.some(isGoing)) return null;
  const group = state.plan.groups[state.groupsStarted];
  return group ? { do: "record", event: { type: "wave.started", wave, group: group.id, agents: group.agents } } : null;
}

function endRun(state: RunState, agents: readonly AgentRun[]): EventDraft {
  const isLeft = agents.some(isGoing) || state.blueprints.length > 0 || state.groupsStarted < state.plan.groups.length;
  const to = isLeft ? "stopped" : state.failed > 0 ? "failed" : "finished";
  const exitCode = { stopped: 4, failed: 1, finished: 0 }[to];
  return { type: "run.finished", state: to, exitCode, reason: "as it was told before", usage: state.usage };
}
