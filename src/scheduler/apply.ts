import { withDefaults } from "../config/settings.ts";
import { STOPS_RUN } from "../core/failure.ts";
import { addUsage, NO_USAGE } from "../core/usage.ts";
import type { EventDraft, TurnRef } from "../events/event.ts";
import type { Plan } from "../plan/plan.ts";
import { acceptBlueprint, endLoop, openLoop, takeBlueprint } from "./loops.ts";
import { endWaiting, enterWave, measureAnew, retrySettled, settle } from "./readiness.ts";
import type { AgentRun, RunState } from "./state.ts";

/** Folds one event into the state. The only way the state changes, live and in replay; judges nothing. */
export function apply(state: RunState, event: EventDraft): void {
  switch (event.type) {
    case "run.started":
      state.prompt = event.prompt;
      state.projectRoot = event.projectRoot;
      state.session = event.session;
      state.plan = event.plan;
      state.settings = withDefaults(event.settings);
      state.estimates = event.estimates ?? null;
      state.maxParallel = state.settings.maxParallel;
      state.barrier = state.settings.schedule === "barrier";
      return;
    case "run.resumed":
      if (event.plan) adoptPlan(state, event.plan);
      resume(state);
      return;
    case "wave.started":
      startWave(state, event);
      return;
    case "turn.started":
      startTurn(state, event);
      return;
    case "turn.thread": {
      const agent = state.agents.get(event.agent);
      if (agent?.open) agent.open.threadSeen = true;
      if (agent) agent.threadId = event.threadId;
      return;
    }
    case "turn.unheard": {
      const agent = state.agents.get(event.agent);
      if (agent) agent.continues = false;
      return;
    }
    case "thread.lost":
      forgetThread(state, event.agent);
      return;
    case "turn.finished": {
      const agent = endTurn(state, event);
      if (!agent) return;
      agent.threadTurns += 1;
      agent.answers.set(event.phase, event.text);
      agent.last = { phase: event.phase, outcome: "finished" };
      agent.judged = false;
      return;
    }
    case "turn.failed": {
      const agent = endTurn(state, event);
      if (agent) agent.last = { phase: event.phase, outcome: "failed", failure: event.failure };
      return;
    }
    case "blueprint.accepted":
      acceptBlueprint(state, event);
      return;
    case "blueprint.rejected": {
      const agent = state.agents.get(event.agent);
      if (!agent) return;
      agent.refusals += 1;
      agent.judged = true;
      agent.faults = event.faults;
      return;
    }
    case "wave.observed":
      state.observations.push(event);
      return;
    case "autonomous.ended":
      endLoop(state, event);
      return;
    case "memory.recalled":
      state.memory = event.text;
      return;
    case "agent.finished":
      settle(state, event.agent, "finished");
      return;
    case "agent.failed":
      settle(state, event.agent, "failed");
      return;
    case "agent.skipped":
      settle(state, event.agent, "skipped");
      return;
    case "run.interrupted":
      state.stops = event.stops;
      state.stopReason = event.reason;
      return;
    case "run.finished":
      state.ended = event.state;
      state.endReason = event.reason;
      state.exitCode = event.exitCode;
      return;
    case "turn.item":
    case "turn.notice":
    case "turn.retried":
    case "run.notice":
      return;
    default:
      // A journal of a newer version may hold events that this one does not know: they decide nothing here.
      event satisfies never;
  }
}

/** Nobody can go on with its thread: the agent begins a new one, and is told on it what it had been asked and said. */
function forgetThread(state: RunState, id: string): void {
  const agent = state.agents.get(id);
  if (!agent) return;
  agent.threadId = null;
  agent.threadUsage = NO_USAGE;
  agent.threadTurns = 0;
  agent.continues = false;
}

type TurnEnd = Extract<EventDraft, { type: "turn.finished" | "turn.failed" }>;

function startWave(state: RunState, event: Extract<EventDraft, { type: "wave.started" }>): void {
  state.nextWave = event.wave + 1;
  const blueprint = takeBlueprint(state, event);
  enterWave(state, event, blueprint);
  if (blueprint) return;
  state.groupsStarted += 1;
  openLoop(state, event.group);
}

function startTurn(state: RunState, event: TurnRef): void {
  const agent = state.agents.get(event.agent);
  if (!agent) return;
  if (agent.status === "waiting") {
    agent.status = "running";
    state.running += 1;
  }
  endWaiting(state, agent);
  agent.attempts.set(event.phase, event.attempt);
  agent.open = { phase: event.phase, attempt: event.attempt, threadSeen: false };
  agent.last = null;
  agent.continues = false;
}

function endTurn(state: RunState, event: TurnEnd): AgentRun | null {
  const agent = state.agents.get(event.agent);
  if (!agent) return null;
  agent.continues = agent.open?.threadSeen ?? false;
  agent.open = null;
  agent.threadId = event.threadId ?? agent.threadId;
  if (event.usage) {
    agent.threadUsage = addUsage(agent.threadUsage, event.usage);
    state.usage = addUsage(state.usage, event.usage);
  }
  state.attention.push(agent);
  return agent;
}

/** Takes a run up again: what was cut off goes on, what failed or was skipped gets another chance. */
function resume(state: RunState): void {
  state.stops = null;
  state.stopReason = "";
  state.ended = null;
  state.attention = [];
  for (const agent of state.agents.values()) {
    if (agent.open) {
      agent.last = { phase: agent.open.phase, outcome: "cut-off" };
      agent.continues = agent.open.threadSeen;
      agent.open = null;
    } else if (agent.last?.outcome === "failed") {
      agent.last = { phase: agent.last.phase, outcome: "cut-off" };
    }
  }
  retrySettled(state);
  for (const agent of state.agents.values()) if (agent.status === "running") state.attention.push(agent);
}

/** Groups to come are those of the new plan, and so are configured agents that have not begun. The rest stays. */
function adoptPlan(state: RunState, plan: Plan): void {
  state.plan = plan;
  for (const spec of plan.groups.flatMap((group) => group.agents)) {
    const agent = state.agents.get(spec.id);
    if (!agent || agent.attempts.size > 0 || agent.bornBy !== null) continue;
    for (const id of agent.spec.dependsOn) {
      const dependents = state.agents.get(id)?.dependents ?? [];
      if (dependents.includes(agent)) dependents.splice(dependents.indexOf(agent), 1);
    }
    agent.spec = spec;
    for (const id of new Set(spec.dependsOn)) state.agents.get(id)?.dependents.push(agent);
  }
  measureAnew(state);
}

/** True when no other turn would fare better than this one did. */
export const failureStopsRun = (agent: AgentRun): boolean =>
  agent.last?.failure !== undefined && STOPS_RUN.has(agent.last.failure.kind);
