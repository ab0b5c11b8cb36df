import { existsSync } from "node:fs";
import { withoutZellij } from "zellij-toolkit";
import { type SessionPaths, sessionPaths } from "../core/paths.ts";
import { selfCommand } from "../process/self.ts";
import { lookAtRun } from "./run_life.ts";
import { startOrchestrator } from "./start_orchestrator.ts";

/** Set by the launcher, which has started the run itself: the layout's panes then only watch. */
export const WATCH_ONLY = "CODEX_SQUAD_WATCH_ONLY";

/**
 * The first pane of a layout, `__bootstrap AGENT SESSION PROJECT_ROOT`: goes on with the run when nobody works on it and
 * it has not finished (that is what makes the layout file work when it is typed by hand), starts the pane keeper, and
 * gives the words of the command that the pane is from then on: the log of its agent.
 */
export async function runBootstrap(argv: readonly string[]): Promise<readonly string[]> {
  const [agent = "", session = "", projectRoot = "", ...more] = argv;
  const paths = sessionPaths(projectRoot, session);
  const say = (line: string) => process.stdout.write(`${line}\r\n`);
  if (!existsSync(paths.journal)) say(`${session} has not been started here; start one: codex-squad --prompt "..."`);
  else {
    if (process.env[WATCH_ONLY] === undefined) await goOn(paths, say);
    startPaneKeeper(paths, more);
  }
  return ["logs", agent, session, "--follow", "--pane", "--project-root", projectRoot];
}

async function goOn(paths: SessionPaths, say: (line: string) => void): Promise<void> {
  const { run, alive } = lookAtRun(paths);
  if (alive || run?.end?.state === "finished") return;
  say(`going on with ${paths.session}`);
  const command = selfCommand(["resume", paths.session, "--headless", "--project-root", paths.projectRoot]);
  const started = await startOrchestrator({ paths, command, env: withoutZellij(process.env) });
  if (started.ok) return;
  say(started.error.kind === "ended-early" ? started.error.output.replaceAll("\n", "\r\n") : started.error.code);
}

/** Follows the words of a first pane that Zellij opened without the rest of the layout. */
export const ALONE = "alone";

/** In a session of its own, for the panes end with Zellij and the keeper has to see that. */
function startPaneKeeper({ session, projectRoot }: SessionPaths, more: readonly string[]): void {
  const keeper = Bun.spawn(selfCommand(["__panes", session, projectRoot, String(process.ppid), ...more]), {
    cwd: projectRoot,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    detached: true,
  });
  keeper.unref();
}
