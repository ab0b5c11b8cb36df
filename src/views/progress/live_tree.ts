import { forecastRun } from "../forecast.ts";
import { formatElapsed, formatTokens } from "../quantities.ts";
import { describeLeft, markState } from "../render_status.ts";
import type { AgentRecord, RunRecord } from "../run_state.ts";
import { measureElapsed } from "../run_state.ts";
import { colorAgent, type Style } from "../style.ts";
import { clipLine, padEnd, padStart } from "../terminal_text.ts";
import type { LastActions } from "./last_action.ts";

export const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;

export interface TreeFrame {
  readonly run: RunRecord;
  readonly actions: LastActions;
  readonly style: Style;
  readonly nowMs: number;
  /** Counts up with each frame: turns the spinners. */
  readonly tick: number;
  readonly columns: number;
  readonly rows: number;
}

/** One picture of a running squad: a summary line and a line for each agent, never wider or higher than the terminal. */
export function drawTree(frame: TreeFrame): string[] {
  const { run, rows, columns, style } = frame;
  const agents = [...run.agents.values()];
  const room = Math.max(3, rows - 3);
  // What has ended gives way first; the summary counts it.
  const open = agents.filter(({ state }) => state === "running" || state === "waiting");
  const shown = agents.length <= room ? agents : open.slice(0, room - 1);
  const nameWidth = Math.max(0, ...shown.map(({ id }) => id.length));
  const lines = [drawSummary(frame, agents), ...shown.map((agent) => drawAgent(frame, agent, nameWidth))];
  if (shown.length < agents.length) lines.push(style.dim(`  … ${agents.length - shown.length} more`));
  return lines.map((line) => clipLine(line.trimEnd(), columns - 1));
}

function drawSummary({ run, style, nowMs }: TreeFrame, agents: readonly AgentRecord[]): string {
  const tally = (state: AgentRecord["state"]) => agents.filter((agent) => agent.state === state).length;
  const parts = [
    `${tally("finished")} of ${agents.length} done`,
    ...(tally("running") > 0 ? [style.blue(`${tally("running")} running`)] : []),
    ...(tally("failed") > 0 ? [style.red(`${tally("failed")} failed`)] : []),
    ...(tally("skipped") > 0 ? [style.yellow(`${tally("skipped")} skipped`)] : []),
    ...(run.interruption && !run.end ? [style.yellow("interrupted")] : []),
    formatElapsed(run.startedAtMs === null ? 0 : (run.end?.atMs ?? nowMs) - run.startedAtMs),
    ...showLeft(run, nowMs),
    `${formatTokens(run.usage.input)} in, ${formatTokens(run.usage.output)} out`,
  ];
  return `${style.bold(run.session)}  ${parts.join(style.dim(" · "))}`;
}

/** A clock that runs backwards, in whole seconds as the one before it; nothing where no earlier run tells. */
function showLeft(run: RunRecord, nowMs: number): string[] {
  if (run.end || !run.estimates) return [];
  const { remainingMs } = forecastRun(run, nowMs);
  return remainingMs === null ? [] : [describeLeft(remainingMs, formatElapsed)];
}

function drawAgent({ actions, style, nowMs, tick }: TreeFrame, agent: AgentRecord, nameWidth: number): string {
  const running = agent.state === "running";
  const spinner = style.cyan(SPINNER[(tick + agent.order) % SPINNER.length] ?? "⠋");
  const name = colorAgent(style, padEnd(agent.id, nameWidth), agent.order);
  const elapsedMs = measureElapsed(agent, nowMs);
  const time = padStart(elapsedMs > 0 || running ? formatElapsed(elapsedMs) : "", 7);
  const tokens = agent.usage.input + agent.usage.output;
  const cost = padStart(tokens > 0 ? formatTokens(tokens) : "", 6);
  return `  ${running ? spinner : markState(agent.state, style)} ${name} ${style.dim(`${time} ${cost}`)}  ${describe(agent, actions, style)}`;
}

function describe(agent: AgentRecord, actions: LastActions, style: Style): string {
  switch (agent.state) {
    case "running":
      return `${agent.turn ? `${agent.turn.phase}  ` : ""}${style.dim(actions.of(agent.id))}`;
    case "waiting":
      return style.dim(agent.dependsOn.length > 0 ? `after ${agent.dependsOn.join(", ")}` : "waits for a free place");
    case "finished":
      return "";
    case "failed":
    case "skipped":
    case "stopped":
      return style.dim(agent.because ?? agent.state);
    default:
      return agent.state satisfies never;
  }
}
