import type { Usage } from "../core/usage.ts";
import { formatDuration } from "./quantities.ts";
import { measureElapsed, type RunRecord } from "./run_state.ts";
import type { Style } from "./style.ts";
import { padEnd, padStart } from "./terminal_text.ts";

/** Tokens, turns and time of one agent, or of all together. */
export interface MetricsRow extends Usage {
  readonly agent: string;
  readonly turns: number;
  readonly elapsedMs: number;
}

export interface RunMetrics {
  readonly agents: readonly MetricsRow[];
  /** `elapsedMs` is the time of all turns together, not the clock's. */
  readonly total: MetricsRow;
}

/** Who used what, agents that came later in waves included. */
export function measureRun(run: RunRecord, nowMs: number = run.lastAtMs): RunMetrics {
  const agents = [...run.agents.values()].map((agent) => ({
    agent: agent.id,
    turns: agent.turns,
    elapsedMs: measureElapsed(agent, nowMs),
    ...agent.usage,
  }));
  const sum = (key: "turns" | "elapsedMs") => agents.reduce((total, row) => total + row[key], 0);
  return { agents, total: { agent: "total", turns: sum("turns"), elapsedMs: sum("elapsedMs"), ...run.usage } };
}

const COLUMNS: readonly [title: string, cell: (row: MetricsRow) => string][] = [
  ["turns", ({ turns }) => String(turns)],
  ["time", ({ elapsedMs }) => formatDuration(elapsedMs)],
  ["input", ({ input }) => formatCount(input)],
  // The share's own width is constant, so that the counts stand below one another.
  ["cached", (row) => `${formatCount(row.cachedInput)} ${formatCachedShare(row).padStart(4)}`],
  ["output", ({ output }) => formatCount(output)],
  ["reasoning", ({ reasoning }) => formatCount(reasoning)],
];

/** The table of `--metrics`, exact numbers, the total last. */
export function renderMetrics(metrics: RunMetrics, style: Style): string[] {
  const rows = [...metrics.agents, metrics.total];
  const nameWidth = Math.max(5, ...rows.map(({ agent }) => agent.length));
  const widths = COLUMNS.map(([title, cell]) => Math.max(title.length, ...rows.map((row) => cell(row).length)));
  const lay = (name: string, cells: readonly string[]) =>
    `${padEnd(name, nameWidth)}  ${cells.map((text, index) => padStart(text, widths[index] ?? 0)).join("  ")}`;
  const head = lay(
    "agent",
    COLUMNS.map(([title]) => title),
  );
  const body = rows.map((row) =>
    lay(
      row.agent,
      COLUMNS.map(([, cell]) => cell(row)),
    ),
  );
  const total = body.pop() ?? "";
  return [style.dim(head), ...body, style.dim("─".repeat(head.length)), style.bold(total)];
}

/** How much of the input came from the provider's cache, rounded down: 100% is all of it. */
const formatCachedShare = ({ input, cachedInput }: Usage): string =>
  `${input === 0 ? 0 : Math.floor((100 * cachedInput) / input)}%`;

const formatCount = (amount: number): string => amount.toLocaleString("en-US");
