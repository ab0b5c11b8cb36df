import type { EventDraft, Phase } from "../events/event.ts";
import { failureStopsRun } from "./apply.ts";
import { nextReady } from "./readiness.ts";
import type { AgentRun, RunState } from "./state.ts";

/** One turn to run. `continues`: the thread has its prompt already, a short word is enough. */
export interface TurnOrder {
  readonly agent: string;
  readonly phase: Phase;
  readonly attempt: number;
  readonly threadId: string | null;
  readonly continues: boolean;
}

/**
 * What to do now. `record`: append this event. `turn`: append turn.started and run the turn. `observe`: look at the
 * project's files and append what was seen. `wait`: nothing until a turn ends or somebody interrupts. `end`: the run is
 * over.
 */
export type Command =
  | { readonly do: "record"; readonly event: EventDraft }
  | { readonly do: "turn"; readonly turn: TurnOrder }
  | { readonly do: "observe"; readonly wave: number; readonly group: string }
  | { readonly do: "wait" }
  | { readonly do: "end" };

/** Decides what follows an agent's finished turn: its next turn, or an event that settles it (squad/story.ts). */
export type JudgeAnswer = (state: RunState, agent: AgentRun) => Phase | EventDraft;

/**
 * The next step of the agents that exist, or null when there is none. Pure in what it says; it only drops entries of
 * the queues that later events have made void.
 */
export function nextAgentStep(state: RunState, judge: JudgeAnswer): Command | null {
  return stepRunning(state, judge) ?? skipBlocked(state) ?? startReady(state, judge);
}

function stepRunning(state: RunState, judge: JudgeAnswer): Command | null {
  // Before anything that another turn's end asks for: turns may end in the same moment.
  const futile = mayAsk(state) && state.attention.find((agent) => isAsked(agent) && failureStopsRun(agent));
  if (futile) return stopAsking(state, futile.last?.failure?.message ?? "");
  while (state.attention.length > 0) {
    const agent = state.attention.at(-1);
    if (!agent || !isAsked(agent)) {
      state.attention.pop();
      continue;
    }
    const step = stepAgent(state, agent, judge);
    if (step) return step;
    state.attention.pop();
  }
  return null;
}

/** What it says next is still to be decided. */
const isAsked = ({ status, open }: AgentRun): boolean => status === "running" && open === null;

function stepAgent(state: RunState, agent: AgentRun, judge: JudgeAnswer): Command | null {
  const { last } = agent;
  if (!last) return null;
  if (last.outcome === "cut-off") return mayAsk(state) ? orderTurn(agent, last.phase) : null;
  if (last.outcome === "failed") {
    const failure = last.failure ?? { kind: "unknown" as const, message: "no reason was given" };
    if (failure.kind === "aborted" || failureStopsRun(agent)) return null;
    return { do: "record", event: { type: "agent.failed", agent: agent.spec.id, wave: agent.wave, failure } };
  }
  const verdict = judge(state, agent);
  return typeof verdict !== "string" || mayAsk(state) ? follow(agent, verdict) : null;
}

/** Agents that have begun may ask on while only the start of others is stopped. */
const mayAsk = (state: RunState): boolean => state.stops === null || state.stops === "agents";

function stopAsking(state: RunState, reason: string): Command {
  return {
    do: "record",
    event: { type: "run.interrupted", by: "failure", stops: "turns", reason, running: runningAgents(state) },
  };
}

/** Ids of the agents that have begun and not ended. */
export function runningAgents(state: RunState): string[] {
  return [...state.agents.values()].filter(({ status }) => status === "running").map(({ spec }) => spec.id);
}

function skipBlocked(state: RunState): Command | null {
  while (state.blocked.length > 0) {
    const agent = state.blocked.at(-1);
    if (agent?.status === "waiting" && agent.blockedBy !== null) {
      const blocker = state.agents.get(agent.blockedBy);
      const because = `${agent.blockedBy} ${blocker?.status === "skipped" ? "was skipped" : "failed"}`;
      return { do: "record", event: { type: "agent.skipped", agent: agent.spec.id, wave: agent.wave, because } };
    }
    state.blocked.pop();
  }
  return null;
}

function startReady(state: RunState, judge: JudgeAnswer): Command | null {
  if (state.stops !== null || state.running >= state.maxParallel) return null;
  const agent = nextReady(state);
  return agent && beginAgent(state, agent, judge);
}

/**
 * The first turn of an agent, or after a resume the one that it failed in; what follows that one where the resume has
 * found its answer after all.
 */
export function beginAgent(state: RunState, agent: AgentRun, judge: JudgeAnswer): Command {
  const { last, spec } = agent;
  if (last?.outcome === "finished") return follow(agent, judge(state, agent));
  return orderTurn(agent, last?.phase ?? (spec.kind === "core" ? "plan" : "work"));
}

const follow = (agent: AgentRun, verdict: Phase | EventDraft): Command =>
  typeof verdict === "string" ? orderTurn(agent, verdict) : { do: "record", event: verdict };

function orderTurn(agent: AgentRun, phase: Phase): Command {
  const { threadId } = agent;
  const attempt = (agent.attempts.get(phase) ?? 0) + 1;
  const continues = agent.last?.outcome === "cut-off" && agent.continues && threadId !== null;
  return { do: "turn", turn: { agent: agent.spec.id, phase, attempt, threadId, continues } };
}
