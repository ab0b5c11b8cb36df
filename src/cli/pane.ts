import { parseArgs } from "node:util";
import { type SessionPaths, sessionPaths } from "../core/paths.ts";
import { followEvents } from "../events/read.ts";
import { followLog } from "../views/follow/follower.ts";
import { createStyle, decideColor } from "../views/style.ts";

/** The log that a pane shows. */
export interface PaneCall {
  readonly name: string;
  readonly paths: SessionPaths;
}

/**
 * Reads `logs NAME SESSION --follow --pane --project-root ROOT`, as layouts write it; null for everything else. A
 * dozen panes run at once, so what they run goes past the program, which would cost each of them several megabytes.
 */
export function parsePaneCall(argv: readonly string[]): PaneCall | null {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: {
      follow: { type: "boolean" },
      pane: { type: "boolean" },
      "project-root": { type: "string" },
    },
    allowPositionals: true,
    strict: false,
  });
  const [command, name, session, ...rest] = positionals;
  const root = values["project-root"];
  if (command !== "logs" || !name || !session || rest.length > 0) return null;
  if (!values.follow || !values.pane || typeof root !== "string" || Object.keys(values).length > 3) return null;
  return { name, paths: sessionPaths(root, session) };
}

/** Follows the log until the pane is closed; gives the exit code. */
export async function runPane({ name, paths }: PaneCall): Promise<number> {
  const stop = new AbortController();
  process.stdout.on("error", () => stop.abort());
  await followLog({
    name,
    events: followEvents(paths.journal, { signal: stop.signal }),
    style: createStyle(decideColor(process.env, process.stdout.isTTY === true)),
    pane: true,
    stdin: process.stdin,
    stdout: process.stdout,
    onInterrupt: () => interruptRun(paths),
    stop,
  });
  return 0;
}

/** Ctrl+S in a log: asks the run to start nothing more; gives what to tell the person. */
export async function interruptRun(paths: SessionPaths): Promise<string> {
  // Loaded when it is needed: a dozen panes run at once, and it would cost each of them over half a megabyte.
  const { sendControl } = await import("../control/client.ts");
  const sent = await sendControl(paths.projectRoot, paths.session, { kind: "interrupt", by: "ctrl-s" });
  return sent.ok ? "agents that have begun finish, nothing new starts" : sent.error.message;
}
