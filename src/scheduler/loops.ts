import { NO_USAGE } from "../core/usage.ts";
import type { EventDraft } from "../events/event.ts";
import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import { modesOf } from "../plan/modes.ts";
import type { GroupModes } from "../plan/plan.ts";
import { isSettled } from "./readiness.ts";
import type { AcceptedBlueprint, AgentRun, Loop, RunState } from "./state.ts";

/*
 * Autonomous groups: after each wave the orchestrator agent names the next one. One such agent serves all groups of a
 * run, one group at a time, and each time on a thread of its own, so that what it reads stays bounded.
 */

/** The group has begun: from here on its waves are counted. */
export function openLoop(state: RunState, group: string): void {
  const modes = modesOf(state.plan.groups.find(({ id }) => id === group));
  if (modes.autonomous) state.loops.set(group, { group, waves: 0, ended: null, blueprints: [] });
}

/** The loop that the orchestrator agent works for now: the first that is neither over nor without its orchestrator. */
export function findOpenLoop(state: RunState): Loop | null {
  const orchestrator = state.agents.get(ORCHESTRATOR_ID);
  if (!orchestrator || isSettled(orchestrator)) return null;
  for (const loop of state.loops.values()) if (loop.ended === null) return loop;
  return null;
}

/** True while a group that has begun, or one to come, may still need the orchestrator agent. */
export function needsOrchestrator(state: RunState): boolean {
  if (findOpenLoop(state)) return true;
  return state.plan.groups.slice(state.groupsStarted).some((group) => modesOf(group).autonomous);
}

/** The group an agent works for, which changes for the orchestrator alone. */
export function groupOf(state: RunState, agent: AgentRun): string {
  return (agent.spec.kind === "orchestrator" && findOpenLoop(state)?.group) || agent.group;
}

/** The modes an agent works under. */
export function modesFor(state: RunState, agent: AgentRun): GroupModes {
  const group = groupOf(state, agent);
  return modesOf(state.plan.groups.find(({ id }) => id === group));
}

/** A blueprint has been accepted; one without agents has said that nothing is left. */
export function acceptBlueprint(state: RunState, event: Extract<EventDraft, { type: "blueprint.accepted" }>): void {
  const agent = state.agents.get(event.agent);
  if (!agent) return;
  const { blueprint, wave } = event;
  const group = event.group ?? agent.group;
  agent.accepted = true;
  // A repair that names somebody has mended what was refused; one that names nobody leaves the doubt.
  if (blueprint.agents.length > 0 || event.warnings.length === 0) agent.faults = [];
  if (blueprint.agents.length > 0) state.blueprints.push({ blueprint, group, by: event.agent });
  const loop = state.loops.get(group);
  loop?.blueprints.push({ by: event.agent, wave, blueprint });
  if (agent.spec.kind !== "orchestrator") return;
  if (loop && blueprint.agents.length > 0) loop.waves += 1;
  restOrchestrator(state, agent);
}

/**
 * The blueprint that a wave is made of leaves those that wait; null for a group's own agents. It is known by its agents,
 * not by its place: an older version kept one alone, and forgot it for a later one.
 */
export function takeBlueprint(
  { blueprints }: RunState,
  wave: Extract<EventDraft, { type: "wave.started" }>,
): AcceptedBlueprint | null {
  const born = new Set(wave.agents.map(({ id }) => id));
  const place = blueprints.findIndex(({ blueprint }) => blueprint.agents.some(({ id }) => born.has(id)));
  return place === -1 ? null : (blueprints.splice(place, 1)[0] ?? null);
}

/** No further wave comes in a group. */
export function endLoop(state: RunState, event: Extract<EventDraft, { type: "autonomous.ended" }>): void {
  const loop = state.loops.get(event.group);
  if (loop) loop.ended = event.cause;
  const orchestrator = state.agents.get(ORCHESTRATOR_ID);
  if (orchestrator) restOrchestrator(state, orchestrator);
}

/** Until it is asked anew, on a new thread. */
function restOrchestrator(state: RunState, agent: AgentRun): void {
  if (agent.status === "running") {
    agent.status = "waiting";
    state.running -= 1;
  }
  agent.threadId = null;
  agent.threadUsage = NO_USAGE;
  agent.threadTurns = 0;
  agent.last = null;
  agent.continues = false;
  agent.answers.clear();
  agent.refusals = 0;
  agent.judged = false;
  agent.accepted = false;
  agent.faults = [];
}
