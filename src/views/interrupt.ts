import type { Event, EventOf, Stops } from "../events/event.ts";
import { formatDuration, formatUsage } from "./quantities.ts";
import { type AgentRecord, applyToRun, createRunRecord, measureElapsed, type RunRecord } from "./run_state.ts";
import { neutraliseLine } from "./terminal_text.ts";

/** `interrupted by Ctrl+S`. */
export function nameInterrupt({ by, stops }: EventOf<"run.interrupted">): string {
  const verb = stops === "agents" ? "interrupted" : "stopped";
  switch (by) {
    case "ctrl-s":
      return `${verb} by Ctrl+S`;
    case "signal":
      return `${verb} by a signal (Ctrl+C)`;
    case "command":
      return `${verb} by the interrupt command`;
    case "quit":
      return `${verb} by Ctrl+Q`;
    case "failure":
      return `${verb} because going on is of no use`;
    default:
      return by satisfies never;
  }
}

/** What an interrupt means for the agents that are running. */
export function explainStops(stops: Stops): string {
  switch (stops) {
    case "agents":
      return "Agents that have begun finish, nothing further starts.";
    case "turns":
      return "Running turns end, nothing further is asked.";
    case "everything":
      return "Running turns are ended at once; what they have done is kept.";
    default:
      return stops satisfies never;
  }
}

/**
 * The summary of an interrupt, `logs/interrupt.log` and the `interrupt` artifact alike. A fold: `add` gives the text
 * when it is new, which is at the interrupt (a second, harder one included) and once more when the last agent that was
 * running has ended; null otherwise. Times are UTC, so that everybody who folds the journal writes the same bytes.
 */
export class InterruptSummary {
  #run: RunRecord = createRunRecord();
  #settled = true;

  add(event: Event): string | null {
    applyToRun(this.#run, event);
    if (event.type === "run.resumed") this.#settled = true;
    const interruption = this.#run.interruption;
    if (!interruption) return null;
    if (event.type === "run.interrupted") {
      this.#settled = false;
      return this.#render(event.at);
    }
    if (this.#settled || !hasEnded(this.#run, interruption.event)) return null;
    return this.#render(event.at);
  }

  #render(at: string): string {
    const interruption = this.#run.interruption;
    if (!interruption) return "";
    this.#settled = hasEnded(this.#run, interruption.event);
    return renderSummary(this.#run, { ...interruption, at, settled: this.#settled });
  }
}

/** The summary that a whole journal ends with; null when the run was never interrupted. */
export function summariseInterrupt(events: Iterable<Event>): string | null {
  const summary = new InterruptSummary();
  let text: string | null = null;
  for (const event of events) text = summary.add(event) ?? text;
  return text;
}

/** Between two turns of an agent nothing runs; it has ended there only when no further turn is asked for. */
function hasEnded(run: RunRecord, { running, stops }: EventOf<"run.interrupted">): boolean {
  if (run.end) return true;
  return running.every((id) => {
    const agent = run.agents.get(id);
    return agent?.state !== "running" || (stops !== "agents" && agent.turn === null);
  });
}

interface Summary {
  readonly event: EventOf<"run.interrupted">;
  readonly finished: readonly string[];
  readonly failed: readonly string[];
  readonly notStarted: readonly string[];
  readonly at: string;
  readonly settled: boolean;
}

function renderSummary(run: RunRecord, { event, finished, failed, notStarted, at, settled }: Summary): string {
  const reason = neutraliseLine(event.reason);
  const lines = [
    `Session ${run.session} was ${nameInterrupt(event)} at ${formatUtc(event.at)}.`,
    ...(reason ? [`Reason: ${reason}`] : []),
    sayWhatHappens(event, settled, at),
  ];
  const list = (title: string, ids: readonly string[], describe: (agent: AgentRecord) => string) => {
    if (ids.length === 0) return;
    lines.push("", `${title}:`);
    const width = Math.max(...ids.map((id) => id.length));
    for (const id of ids) {
      const agent = run.agents.get(id);
      lines.push(`  ${id.padEnd(width)}  ${agent ? describe(agent) : ""}`.trimEnd());
    }
  };
  list("Running when the interrupt came", event.running, (agent) => describeRunning(agent, Date.parse(at)));
  list("Finished before", finished, describeEnded);
  list("Failed or skipped before", failed, (agent) => neutraliseLine(agent.because ?? agent.state));
  list("Not started", notStarted, ({ role, dependsOn }) =>
    dependsOn.length > 0 ? `${neutraliseLine(role)}, after ${dependsOn.join(", ")}` : neutraliseLine(role),
  );
  lines.push("", `Go on with: codex-squad resume ${run.session}`);
  return `${lines.join("\n")}\n`;
}

function sayWhatHappens(event: EventOf<"run.interrupted">, settled: boolean, at: string): string {
  if (event.running.length === 0) return "Nothing was running. Nothing further starts.";
  if (settled) return `The last running agent ended at ${formatUtc(at)}. Nothing is running any more.`;
  return explainStops(event.stops);
}

function describeRunning(agent: AgentRecord, nowMs: number): string {
  if (agent.turn) return `${agent.turn.phase}, for ${formatDuration(measureElapsed(agent, nowMs))}`;
  if (agent.state === "running") return "between two turns";
  return agent.state === "finished"
    ? describeEnded(agent)
    : `${agent.state}${agent.because ? `: ${neutraliseLine(agent.because)}` : ""}`;
}

function describeEnded(agent: AgentRecord): string {
  return `finished in ${formatDuration(agent.endedTurnsMs)}, ${formatUsage(agent.usage)}`;
}

function formatUtc(at: string): string {
  return `${at.slice(0, 19).replace("T", " ")} UTC`;
}
