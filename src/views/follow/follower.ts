import type { Event } from "../../events/event.ts";
import type { Followed } from "../../events/read.ts";
import { AgentLog } from "../agent_log.ts";
import { InterruptSummary } from "../interrupt.ts";
import type { PageOptions } from "../log_page.ts";
import { RelayLog } from "../relay_log.ts";
import { applyToRun, createRunRecord, type RunRecord } from "../run_state.ts";
import { neutraliseLine } from "../terminal_text.ts";
import { Timeline } from "../timeline.ts";
import { type Key, setTitle, type TerminalParts, takeTerminal } from "./terminal.ts";

/** A log that can be followed: an agent's, or one of the whole run. */
export interface LogFold {
  add(event: Event): readonly string[];
}

/** The fold behind `logs NAME`; `timeline`, `relay` and `interrupt` are logs of the run, all others are agents'. */
export function createLogFold(name: string, page: PageOptions): LogFold {
  if (name === "timeline") return new Timeline(page);
  if (name === "relay") return new RelayLog(page);
  if (name !== "interrupt") return new AgentLog(name, page);
  const summary = new InterruptSummary();
  return { add: (event) => summary.add(event)?.split("\n") ?? [] };
}

export interface FollowOptions {
  /** An agent's id, `timeline`, `relay` or `interrupt`. */
  readonly name: string;
  readonly events: AsyncIterable<readonly Followed[]>;
  readonly style: PageOptions["style"];
  /** In a pane of ours: stays at the end of the run, and Ctrl+C does not close it. */
  readonly pane: boolean;
  readonly stdin: TerminalParts["stdin"];
  readonly stdout: TerminalParts["stdout"] & { once(event: "error", listener: () => void): unknown };
  /** Asks for an interrupt of the run; gives one line about what came of it. */
  readonly onInterrupt: () => Promise<string>;
  /** Ends the following from outside; aborted by ourselves as well, so `events` must listen to it. */
  readonly stop: AbortController;
}

/**
 * Prints a log as its journal grows, until the run ends (or for good, in a pane), a key or a signal says so. The
 * terminal is put back whichever way it ends. Gives the run as far as it was seen.
 */
export async function followLog(options: FollowOptions): Promise<RunRecord> {
  const { name, style, pane, stdin, stdout, stop } = options;
  const columns = () => (stdout.isTTY ? stdout.columns || 80 : null);
  const fold = createLogFold(name, { style, columns });
  const run = createRunRecord();
  const end = () => stop.abort();
  const print = (lines: readonly string[]) => {
    // Raw mode may leave line feeds as they are: the carriage return is ours.
    if (lines.length > 0) stdout.write(stdout.isTTY ? `${lines.join("\r\n")}\r\n` : `${lines.join("\n")}\n`);
  };
  const say = (text: string) => print([style.dim(`── ${neutraliseLine(text)} ──`)]);
  const onKey = (key: Key) => {
    if (key === "interrupt") {
      say("interrupt asked for");
      void options.onInterrupt().then(say);
    } else if (!pane) end();
    else if (key === "ctrl-c") say("Ctrl+S interrupts the run, Ctrl+Q ends it");
  };
  const restore = takeTerminal({ stdin, stdout, onKey, onGone: end });
  const signals = ["SIGTERM", "SIGHUP", "SIGINT"] as const;
  for (const signal of signals) process.on(signal, end);
  process.on("exit", restore);
  stdout.once("error", end);
  try {
    let title = "";
    const retitle = () => {
      const wanted = nameState(name, run);
      if (!stdout.isTTY || wanted === title) return;
      title = wanted;
      stdout.write(setTitle(title));
    };
    retitle();
    if (pane) say(`${name}: waiting for the run to start`);
    for await (const batch of options.events) {
      const lines: string[] = [];
      let ended = false;
      for (const { event } of batch) {
        applyToRun(run, event);
        lines.push(...fold.add(event));
        if (event.type === "run.finished") ended = true;
        else if (event.type === "run.resumed") ended = false;
      }
      print(lines);
      retitle();
      if (!ended) continue;
      if (!pane) break;
      say(describeEnd(run));
    }
  } finally {
    restore();
    process.off("exit", restore);
    for (const signal of signals) process.off(signal, end);
    end();
  }
  return run;
}

/** `planner ▶ follow-up`, for the pane's title. */
function nameState(name: string, run: RunRecord): string {
  const agent = run.agents.get(name);
  if (!agent) return run.end ? `${name}: run ${run.end.state}` : name;
  return `${name}: ${agent.turn ? agent.turn.phase : agent.state}`;
}

function describeEnd({ session, end }: RunRecord): string {
  const how = end?.state === "finished" ? "is done" : end?.state === "failed" ? "failed" : "was stopped";
  const next = end?.state === "finished" ? "" : `; go on with: codex-squad resume ${session}`;
  return `${session} ${how}${next}`;
}
