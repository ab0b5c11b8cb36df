import type { SessionPaths } from "../core/paths.ts";
import { DONE_REASON, type Event } from "../events/event.ts";
import { count, formatDuration, formatTokens, formatUsage } from "./quantities.ts";
import { markState } from "./render_status.ts";
import { type AgentRecord, applyToRun, createRunRecord, measureElapsed, type RunRecord } from "./run_state.ts";
import { colorAgent, type Style } from "./style.ts";
import { clipLine, neutraliseLine, padEnd } from "./terminal_text.ts";

const MOST_FILES = 20;
const CHANGE_MARKS = { add: "+", update: "~", delete: "-" } as const;

type Change = keyof typeof CHANGE_MARKS;

/** What the end of a run is told from: a fold over its journal. */
export interface ReportRecord {
  readonly run: RunRecord;
  /** Last change of every file that an agent reported, and who made it. */
  readonly files: Map<string, { readonly change: Change; readonly agents: readonly string[] }>;
  readonly notices: string[];
  /** First line of each agent's last answer. */
  readonly answers: Map<string, string>;
}

/** The record of a journal without a line. */
export function createReportRecord(): ReportRecord {
  return { run: createRunRecord(), files: new Map(), notices: [], answers: new Map() };
}

/** Takes one more event in. */
export function applyToReport(record: ReportRecord, event: Event): void {
  applyToRun(record.run, event);
  if (event.type === "run.notice") record.notices.push(neutraliseLine(event.message));
  else if (event.type === "turn.finished") record.answers.set(event.agent, summariseAnswer(event.text));
  else if (event.type === "turn.item" && event.state === "completed" && event.item.kind === "files") {
    if (event.item.status !== "failed")
      for (const { path, change } of event.item.changes) recordChange(record, { path, change, agent: event.agent });
  }
}

/** The report of a whole journal. */
export function foldReport(events: Iterable<Event>): ReportRecord {
  const record = createReportRecord();
  for (const event of events) applyToReport(record, event);
  return record;
}

export interface ReportOptions {
  readonly paths: SessionPaths;
  readonly style: Style;
  /** Longest line; null: as long as they are. */
  readonly columns: number | null;
  /** Where the audit trail lies; null when it is off. */
  readonly auditPath: string | null;
  /** Its orchestrator lives. */
  readonly alive: boolean;
}

/** The end of a run, for a person: how it ended, who did what, which files changed, what to do next. */
export function renderReport(
  record: ReportRecord,
  { paths, style, columns, auditPath, alive }: ReportOptions,
): string[] {
  const { run } = record;
  const lines = ["", renderVerdict(run, style, alive), ""];
  const agents = [...run.agents.values()];
  const nameWidth = Math.max(0, ...agents.map(({ id }) => id.length));
  for (const agent of agents) {
    const name = colorAgent(style, padEnd(agent.id, nameWidth), agent.order);
    lines.push(`  ${markState(agent.state, style)} ${name}  ${describeAgent(record, agent, style)}`);
  }
  if (record.files.size > 0) lines.push("", ...renderFiles(record, paths, style));
  if (record.notices.length > 0) lines.push("", ...record.notices.map((notice) => `  ${style.yellow("!")} ${notice}`));
  lines.push("");
  const fact = (name: string, value: string) => lines.push(`  ${style.dim(name.padEnd(8))} ${value}`);
  fact("tokens", formatUsage(run.usage));
  fact("logs", paths.logs);
  fact("journal", paths.journal);
  if (auditPath) fact("audit", auditPath);
  fact("next", style.bold(nextCommand(run, alive)));
  return columns === null ? lines : lines.map((line) => clipLine(line, columns));
}

/** What a person types next. */
export function nextCommand(run: RunRecord, alive: boolean): string {
  if (!run.end) return `codex-squad ${alive ? "attach" : "resume"} ${run.session}`;
  return run.end.state === "finished" ? `codex-squad status ${run.session}` : `codex-squad resume ${run.session}`;
}

function renderVerdict(
  { session, end, startedAtMs, lastAtMs, agents }: RunRecord,
  style: Style,
  alive: boolean,
): string {
  const took = startedAtMs === null ? "" : ` in ${formatDuration((end?.atMs ?? lastAtMs) - startedAtMs)}`;
  const finished = [...agents.values()].filter(({ state }) => state === "finished").length;
  const counted = `${finished} of ${count(agents.size, "agent")} finished${took}`;
  const reason = end?.reason ? `: ${neutraliseLine(end.reason)}` : "";
  switch (end?.state) {
    case "finished":
      return `${style.green("✓")} ${style.bold(session)} is done, ${counted}${end.reason === DONE_REASON ? "" : reason}`;
    case "failed":
      return `${style.red("✗")} ${style.bold(session)} failed${reason} (${counted})`;
    case "stopped":
      return `${style.yellow("■")} ${style.bold(session)} was stopped${reason} (${counted})`;
    default:
      return alive
        ? `${style.blue("▶")} ${style.bold(session)} has not ended (${counted})`
        : `${style.red("✗")} ${style.bold(session)} crashed (${counted})`;
  }
}

function describeAgent({ answers }: ReportRecord, agent: AgentRecord, style: Style): string {
  const cost = style.dim(
    `${formatDuration(measureElapsed(agent, 0))}, ${formatTokens(agent.usage.input + agent.usage.output)} tokens`,
  );
  switch (agent.state) {
    case "finished":
      return `${cost}  ${answers.get(agent.id) ?? ""}`.trimEnd();
    case "failed":
    case "skipped":
    case "stopped":
      return `${agent.state}: ${neutraliseLine(agent.because ?? "")}`;
    case "waiting":
      return style.dim("not started");
    case "running":
      return style.dim("running");
    default:
      return agent.state satisfies never;
  }
}

function renderFiles({ files }: ReportRecord, paths: SessionPaths, style: Style): string[] {
  const shown = [...files].slice(0, MOST_FILES).map(([path, { change, agents }]) => {
    const prefix = `${paths.projectRoot}/`;
    const name = neutraliseLine(path.startsWith(prefix) ? path.slice(prefix.length) : path);
    return `  ${CHANGE_MARKS[change]} ${name}${style.dim(`  ${agents.join(", ")}`)}`;
  });
  const more = files.size - shown.length;
  return [
    `  ${count(files.size, "file")} edited${style.dim("  (what shell commands wrote is in git status)")}`,
    ...shown,
    ...(more > 0 ? [style.dim(`    and ${count(more, "more file")}`)] : []),
  ];
}

interface FileChange {
  readonly path: string;
  readonly change: Change;
  readonly agent: string;
}

/** Added and then changed is still added; added and then deleted was never there. */
function recordChange({ files }: ReportRecord, { path, change, agent }: FileChange): void {
  const before = files.get(path);
  if (before?.change === "add" && change === "delete") {
    files.delete(path);
    return;
  }
  const agents = [...new Set([...(before?.agents ?? []), agent])];
  files.set(path, { change: before?.change === "add" ? "add" : change, agents });
}

/** The first line that says something; data is named, not shown. */
function summariseAnswer(text: string): string {
  if (/^\s*[[{]/.test(text)) return "";
  const first = text.split("\n").find((line) => /[\p{L}\p{N}]/u.test(line)) ?? "";
  return neutraliseLine(first.replace(/^[#>*\s-]+/, ""));
}
