import type { Usage } from "../core/usage.ts";
import { formatDuration, formatUsage } from "./quantities.ts";
import { type AgentRecord, type AgentState, measureElapsed, type RunRecord } from "./run_state.ts";
import type { Style } from "./style.ts";
import { neutraliseLine } from "./terminal_text.ts";

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

/** The same for a person. */
export function renderStatus(run: RunRecord, status: RunStatus, style: Style): string[] {
  const paint = {
    running: style.blue,
    finished: style.green,
    failed: style.red,
    stopped: style.yellow,
    crashed: style.red,
  };
  const reason = status.reason ? `: ${neutraliseLine(status.reason)}` : "";
  const pid = status.state === "running" && status.pid !== null ? style.dim(`  pid ${status.pid}`) : "";
  const width = Math.max(0, ...status.agents.map(({ id }) => id.length));
  const agents = [...run.agents.values()];
  const lines = status.agents.map((agent, index) => {
    const record = agents[index];
    const mark = markState(agent.state, style);
    const phase = agent.state === "running" && record?.turn ? ` ${record.turn.phase}` : "";
    const cost = agent.elapsedMs > 0 ? `  ${formatDuration(agent.elapsedMs)}, ${formatUsage(agent.usage)}` : "";
    const because = agent.because ? `  ${neutraliseLine(agent.because)}` : "";
    return `  ${mark} ${agent.id.padEnd(width)}  ${agent.state}${phase}${style.dim(cost)}${because}`;
  });
  const next = status.state === "running" ? "attach" : status.state === "finished" ? null : "resume";
  return [
    `${style.bold(status.session)}  ${paint[status.state](status.state)}${reason}${pid}`,
    ...lines,
    ...(status.agents.length > 0 ? [style.dim(`  ${formatUsage(status.usage)}`)] : []),
    ...(next ? [style.dim(`  next: codex-squad ${next} ${status.session}`)] : []),
  ];
}

/** One character for an agent's state. */
export function markState(state: AgentState, style: Style): string {
  switch (state) {
    case "finished":
      return style.green("✓");
    case "failed":
      return style.red("✗");
    case "skipped":
      return style.yellow("○");
    case "stopped":
      return style.yellow("■");
    case "running":
      return style.blue("▶");
    case "waiting":
      return style.dim("·");
    default:
      return state satisfies never;
  }
}
