import type { Usage } from "../core/usage.ts";
import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import { describePath } from "./critical_path.ts";
import { forecastRun } from "./forecast.ts";
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
  readonly elapsedMs: number;
  /** Until the run ends by itself; null where no earlier run says how long agents take. */
  readonly remainingMs: number | null;
  /** The longest chain of agents by time, each after the one before it. */
  readonly criticalPath: readonly string[];
  readonly agents: readonly AgentStatus[];
  readonly usage: Usage;
}

export interface AgentStatus {
  readonly id: string;
  readonly state: AgentState;
  readonly because: string | null;
  /** Dependencies that have not finished; none but while it waits. */
  readonly waitsFor: readonly string[];
  readonly elapsedMs: number;
  /** What it took in earlier runs; null where none tells. */
  readonly estimateMs: number | null;
  readonly usage: Usage;
}

/** Describes a run to scripts. `alive`: its orchestrator lives, which no journal can know. */
export function describeRun(run: RunRecord, { alive, nowMs }: { alive: boolean; nowMs: number }): RunStatus {
  const state = run.end?.state ?? (alive ? "running" : "crashed");
  const atMs = run.end?.atMs ?? (alive ? nowMs : run.lastAtMs);
  const { criticalPath, remainingMs } = forecastRun(run, atMs);
  return {
    session: run.session,
    state,
    pid: run.pid,
    reason: giveReason(run, state),
    elapsedMs: Math.max(0, atMs - (run.startedAtMs ?? atMs)),
    remainingMs: remainingMs !== null && state !== "running" ? 0 : remainingMs,
    criticalPath: criticalPath.agents,
    agents: [...run.agents.values()].map((agent) => describeAgent(run, agent, { state, nowMs: atMs })),
    usage: run.usage,
  };
}

function describeAgent(
  run: RunRecord,
  agent: AgentRecord,
  { state, nowMs }: { readonly state: RunStatus["state"]; readonly nowMs: number },
): AgentStatus {
  const gone = state === "crashed" && agent.state === "running";
  return {
    id: agent.id,
    state: gone ? "stopped" : agent.state,
    because: gone ? "the orchestrator ended while it ran" : agent.because,
    waitsFor: agent.state === "waiting" ? agent.dependsOn.filter((id) => isUnfinished(run, id)) : [],
    elapsedMs: measureElapsed(agent, nowMs),
    estimateMs: agent.estimateMs,
    usage: agent.usage,
  };
}

function isUnfinished(run: RunRecord, id: string): boolean {
  const agent = run.agents.get(id);
  return agent !== undefined && agent.state !== "finished";
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
    const cost = describeCost(agent);
    const because = agent.because ?? (record && agent.state === "waiting" ? describeWait(run, record, agent) : "");
    const facts = `${cost && `  ${style.dim(cost)}`}${because && `  ${neutraliseLine(because)}`}`;
    return `  ${mark} ${agent.id.padEnd(width)}  ${agent.state}${phase}${facts}`;
  });
  const next = status.state === "running" ? "attach" : status.state === "finished" ? null : "resume";
  return [
    `${style.bold(status.session)}  ${paint[status.state](status.state)}${reason}${pid}`,
    ...lines,
    ...(status.agents.length > 0 ? [`  ${describeTime(status)}`, style.dim(`  ${formatUsage(status.usage)}`)] : []),
    ...(status.criticalPath.length > 1 ? [`  critical path: ${describePath(status.criticalPath)}`] : []),
    ...(next ? [style.dim(`  next: codex-squad ${next} ${status.session}`)] : []),
  ];
}

/** `12s of about 30s, 4.0k in, 200 out`. */
function describeCost({ state, elapsedMs, estimateMs, usage }: AgentStatus): string {
  const isOpen = state === "running" || state === "waiting";
  const estimate = isOpen && estimateMs !== null ? `about ${formatDuration(estimateMs)}` : "";
  if (elapsedMs === 0) return estimate;
  return `${formatDuration(elapsedMs)}${estimate && ` of ${estimate}`}, ${formatUsage(usage)}`;
}

const MOST_NAMES = 4;

function describeWait(run: RunRecord, { id, group, turns }: AgentRecord, { waitsFor }: AgentStatus): string {
  const more = waitsFor.length - MOST_NAMES;
  if (more > 1) return `after ${waitsFor.slice(0, MOST_NAMES).join(", ")} and ${more} more`;
  if (waitsFor.length > 0) return `after ${waitsFor.join(", ")}`;
  if (id === ORCHESTRATOR_ID && run.waves.length > 1) return `until wave ${run.waves.length - 1} is over`;
  const place = run.groups.findIndex((planned) => planned.id === group);
  const isToCome = place > 0 && turns === 0 && run.waves.every((wave) => wave.group !== group);
  return isToCome ? `after group ${run.groups[place - 1]?.id}` : "";
}

/** `so far 1m 12s, about 3m 05s left`; how long it took once it is over. */
function describeTime({ state, elapsedMs, remainingMs }: RunStatus): string {
  const elapsed = formatDuration(elapsedMs);
  if (state !== "running") return `took ${elapsed}`;
  return remainingMs === null ? `so far ${elapsed}` : `so far ${elapsed}, ${describeLeft(remainingMs)}`;
}

/** What an estimate says of the time left. */
export const describeLeft = (remainingMs: number, format = formatDuration): string =>
  remainingMs > 0 ? `about ${format(remainingMs)} left` : "longer than earlier runs";

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
