import { existsSync } from "node:fs";
import { EXIT } from "../../core/exit_codes.ts";
import { isAgentId } from "../../core/ids.ts";
import type { SessionPaths } from "../../core/paths.ts";
import type { Event } from "../../events/event.ts";
import { followEvents, readEvents } from "../../events/read.ts";
import { createLogFold, followLog } from "../../views/follow/follower.ts";
import { foldRun, UNFOLDED } from "../../views/run_state.ts";
import { createStyle } from "../../views/style.ts";
import { defineCommand, JSON_OPTION, SESSION_ARGUMENT } from "../command.ts";
import { findReadableSession, isRunning } from "../find_session.ts";
import type { Output } from "../output.ts";
import { interruptRun } from "../pane.ts";
import { printEventStream } from "../print_events.ts";

/** Logs of the run as a whole; every other name is an agent's. */
const RUN_LOGS = ["timeline", "relay", "interrupt"];

/** `logs AGENT`: a readable log, made from the journal; `--follow` is what panes show. */
export const logs = defineCommand({
  arguments: [
    { name: "agent", required: true, help: "Id of an agent, or timeline, relay, interrupt" },
    SESSION_ARGUMENT,
  ],
  options: {
    follow: { kind: "boolean", flag: "follow", default: false, help: "Go on while the run does; Ctrl+S interrupts it" },
    pane: {
      kind: "boolean",
      flag: "pane",
      default: false,
      help: "With --follow: wait for the run, stay at its end, keep Ctrl+C from closing the pane",
    },
    json: JSON_OPTION,
  },
  notes: `Examples:
  codex-squad logs planner
  codex-squad logs timeline --follow
With --json: the agent's events as one array, with --follow one a line.`,
  async run({ words: [name = "", session], options: { follow, pane, json }, projectRoot, output }) {
    const found = findReadableSession(projectRoot, session ?? null, { mayBeNew: follow && pane });
    if (!found.ok) return output.fail(found.error);
    const paths = found.value;
    const agents = existsSync(paths.journal)
      ? [...foldRun(readEvents(paths.journal, { without: UNFOLDED })).agents.keys()]
      : [];
    // A specialist that is not born yet may be waited for.
    const known = RUN_LOGS.includes(name) || agents.includes(name) || (follow && isAgentId(name));
    if (!known) return output.fail({ kind: "no-agent", agent: name, known: [...agents, ...RUN_LOGS] });
    if (json) {
      await printEventStream({ paths, output, follow, keep: (event) => concerns(event, name) });
      return EXIT.done;
    }
    // Nothing comes any more to follow, and outside a pane nobody waits for a resume.
    if (!follow || (!pane && !isRunning(paths))) {
      await printLog(output, name, paths);
      return EXIT.done;
    }
    const stop = new AbortController();
    output.closed.addEventListener("abort", () => stop.abort());
    await followLog({
      name,
      events: followEvents(paths.journal, { signal: stop.signal }),
      style: createStyle(output.color),
      pane,
      stdin: process.stdin,
      stdout: process.stdout,
      onInterrupt: () => interruptRun(paths),
      stop,
    });
    return EXIT.done;
  },
});

const concerns = (event: Event, name: string): boolean =>
  RUN_LOGS.includes(name) ? !("agent" in event) : "agent" in event && event.agent === name;

async function printLog(output: Output, name: string, paths: SessionPaths): Promise<void> {
  const columns = process.stdout.isTTY ? process.stdout.columns : null;
  const fold = createLogFold(name, { style: createStyle(output.color), columns: () => columns });
  const parts = [...readEvents(paths.journal)].map((event) => fold.add(event)).filter(({ length }) => length > 0);
  // A summary is written anew each time; all other logs grow.
  const lines = name === "interrupt" ? (parts.at(-1) ?? []) : parts.flat();
  if (lines.length > 0) await output.print(lines.join("\n"));
}
