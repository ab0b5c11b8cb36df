import type { Usage } from "../core/usage.ts";
import { type AgentRecord, type AgentState, measureElapsed, type RunRecord } from "./run_state.ts";

/** `status --json`: scripts rely on these names. */
export interface RunStatus {
  readonly session: string;
  readonly state: "running" | "finished" | "failed" | "stopped" | "crashed";
  readonly pid: number | null;
  readonly reason: string | null;
  readonly agents: readonly AgentStatus[];
  readonly usage: Usage;
}

export interface AgentStatus {
  readonly id: string;
  readonly state: AgentState;
  readonly because: string | null;
  readonly elapsedMs: number;
  readonly usage: Usage;
}

/** Describes a run to scripts. `alive`: its orchestrator lives, which no journal can know. */
export function describeRun(run: RunRecord, { alive, nowMs }: { alive: boolean; nowMs: number }): RunStatus {
  const state = run.end?.state ?? (alive ? "running" : "crashed");
  return {
    session: run.session,
    state,
    pid: run.pid,
    reason: giveReason(run, state),
    agents: [...run.agents.values()].map((agent) => describeAgent(agent, state, alive ? nowMs : run.lastAtMs)),
    usage: run.usage,
  };
}

function describeAgent(agent: AgentRecord, state: RunStatus["state"], nowMs: number): AgentStatus {
  const gone = state === "crashed" && agent.state === "running";
  return {
    id: agent.id,
    state: gone ? "stopped" : agent.state,
    because: gone ? "the orchestrator ended while it ran" : agent.because,
    elapsedMs: measureElapsed(agent, nowMs),
    usage: agent.usage,
  };
}

function giveReason(run: RunRecord, state: RunStatus["state"]): string | null {
  if (run.end) return run.end.reason || null;
  if (state === "crashed") return "the orchestrator ended without a word; resume goes on from its journal";
  return run.interruption ? run.interruption.event.reason || "interrupted; running agents finish" : null;
}
