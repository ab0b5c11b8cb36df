import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import { addUsage, NO_USAGE, type Usage } from "../core/usage.ts";
import { type Event, JOURNAL_SCHEMA, type Phase, type TurnRef } from "../events/event.ts";
import type { JournalProblem } from "../events/journal.ts";
import { verifyJournal } from "../events/verify.ts";
import { applyToReport, createReportRecord, type ReportRecord } from "../views/report.ts";
import { type AgentRecord, measureElapsed } from "../views/run_state.ts";

/** One run as it is compared with another: without times, ids and whatever else no two runs share. */
export interface RunSide {
  readonly session: string;
  readonly state: string;
  readonly prompt: string;
  readonly usage: Usage;
  readonly elapsedMs: number;
  readonly agents: ReadonlyMap<string, AgentSide>;
  /** Last change of each file, from the project's folder on. */
  readonly files: ReadonlyMap<string, string>;
}

export interface AgentSide {
  readonly state: string;
  readonly role: string;
  readonly dependsOn: readonly string[];
  readonly usage: Usage;
  readonly elapsedMs: number;
  /** By phase and place within it: `plan 1`. */
  readonly turns: ReadonlyMap<string, TurnSide>;
}

export interface TurnSide {
  readonly prompt: string;
  readonly end: "finished" | "failed" | "cut off";
  /** What it came to: the text, or why it failed. */
  readonly answer: string;
}

export type SideProblem =
  | JournalProblem
  | { readonly kind: "journal-newer"; readonly path: string; readonly schema: number };

interface OpenTurn {
  readonly agent: string;
  readonly phase: Phase;
  readonly prompt: string;
  end: TurnSide["end"];
  answer: string;
  usage: Usage;
}

/** Reads one run for a comparison. A damaged journal is refused: what differs might be the damage. */
export function readRunSide(paths: SessionPaths, running: boolean): Result<RunSide, SideProblem> {
  const events: Event[] = [];
  const { fault } = verifyJournal(paths.journal, {
    visit: (event) => {
      if (event.type !== "turn.item" || event.item.kind === "files") events.push(event);
    },
  });
  const damaged = (message: string) => err({ kind: "journal-damaged" as const, path: paths.journal, message });
  if (fault) return damaged(`line ${fault.line} ${fault.message}`);
  const [first] = events;
  if (first?.type !== "run.started") return damaged("it does not begin with the start of a run");
  if (first.schema > JOURNAL_SCHEMA) return err({ kind: "journal-newer", path: paths.journal, schema: first.schema });
  const report = createReportRecord();
  const turns = new Map<string, OpenTurn>();
  try {
    for (const event of events) {
      applyToReport(report, event);
      applyToTurns(turns, event);
    }
  } catch (error) {
    return damaged(`an event lacks what its type promises (${(error as Error).message})`);
  }
  return ok(describeSide(paths, report, [...turns.values()], running));
}

function applyToTurns(turns: Map<string, OpenTurn>, event: Event): void {
  switch (event.type) {
    case "turn.started": {
      const { agent, phase, prompt } = event;
      turns.set(keyOf(event), { agent, phase, prompt, end: "cut off", answer: "", usage: NO_USAGE });
      return;
    }
    case "turn.finished":
    case "turn.failed": {
      const turn = turns.get(keyOf(event));
      if (!turn) return;
      turn.end = event.type === "turn.finished" ? "finished" : "failed";
      turn.answer = event.type === "turn.finished" ? event.text : event.failure.message;
      turn.usage = event.usage ?? NO_USAGE;
    }
  }
}

const keyOf = ({ agent, phase, attempt }: TurnRef): string => `${agent} ${phase} ${attempt}`;

function describeSide(
  paths: SessionPaths,
  { run, files }: ReportRecord,
  turns: readonly OpenTurn[],
  running: boolean,
): RunSide {
  const plain = neutralisePlaces(paths, run.projectRoot);
  const reason = run.end?.reason ? `: ${plain(run.end.reason)}` : "";
  return {
    session: paths.session,
    state: run.end ? `${run.end.state}${run.end.state === "finished" ? "" : reason}` : running ? "running" : "crashed",
    prompt: run.prompt,
    usage: run.usage,
    elapsedMs: run.startedAtMs === null ? 0 : run.lastAtMs - run.startedAtMs,
    agents: new Map([...run.agents.values()].map((agent) => [agent.id, describeAgent(agent, turns, plain)])),
    files: new Map([...files].map(([path, { change }]) => [plain(path).replace(/^<project>\//, ""), change])),
  };
}

function describeAgent(agent: AgentRecord, all: readonly OpenTurn[], plain: (text: string) => string): AgentSide {
  const turns = new Map<string, TurnSide>();
  const counts = new Map<Phase, number>();
  for (const { phase, prompt, end, answer } of all.filter((turn) => turn.agent === agent.id)) {
    const place = (counts.get(phase) ?? 0) + 1;
    counts.set(phase, place);
    turns.set(`${phase} ${place}`, { prompt: plain(prompt), end, answer: plain(answer) });
  }
  return {
    state: agent.because && agent.state !== "finished" ? `${agent.state}: ${plain(agent.because)}` : agent.state,
    role: agent.role,
    dependsOn: agent.dependsOn,
    usage: all.filter((turn) => turn.agent === agent.id).reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
    elapsedMs: measureElapsed(agent, 0),
    turns,
  };
}

/** Where a run stood is not what it did: its folder and its session's own have one name in all runs. */
function neutralisePlaces({ session }: SessionPaths, projectRoot: string): (text: string) => string {
  const own = `.orchestrator/${session}/`;
  return (text) => {
    const inProject = projectRoot.length > 1 ? text.replaceAll(projectRoot, "<project>") : text;
    return inProject.replaceAll(own, ".orchestrator/<session>/");
  };
}
