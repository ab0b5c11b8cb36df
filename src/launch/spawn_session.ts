import { sendControl } from "../control/client.ts";
import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import { hasOrchestrator, lookAtRun, waitForEnd } from "./run_life.ts";
import { type ShowOptions, showSession } from "./show_session.ts";
import { type OrchestratorStart, type StartProblem, startOrchestrator } from "./start_orchestrator.ts";
import { findZellijSession } from "./zellij_session.ts";

/** What became of a run that was shown in panes. */
export type SessionOutcome =
  /** The run is over; its report can be made from the journal. */
  | { readonly kind: "ended"; readonly exitCode: number }
  /** The run goes on in the background; `because` is one line. */
  | { readonly kind: "detached"; readonly because: string };

export interface SquadSession extends OrchestratorStart, ShowOptions {}

/** A run that does not end within this time after Ctrl+Q is left to its own, and said. */
const STOP_WITHIN_MS = 15_000;
/** A crash of the orchestrator has no exit code of its own. */
const CRASHED_EXIT_CODE = 4;

/**
 * Starts a squad: the orchestrator in the background, Zellij with its panes in this terminal. Returns when the person
 * has left Zellij, or when the orchestrator ended before the run began.
 */
export async function spawnCodexSquadSession(session: SquadSession): Promise<Result<SessionOutcome, StartProblem>> {
  const started = await startOrchestrator(session);
  return started.ok ? ok(await watchSquadSession(session)) : err(started.error);
}

/** Shows a run that goes on (or has ended) until the person leaves Zellij, then does what their leaving means. */
export async function watchSquadSession({
  paths,
  env,
  say,
  onFileMade,
}: Pick<SquadSession, "paths" | "env" | keyof ShowOptions>): Promise<SessionOutcome> {
  const zellij = await findZellijSession(paths, env);
  const interrupt = () => void sendControl(paths.projectRoot, paths.session, { kind: "interrupt", by: "command" });
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    const end = await showSession(paths, zellij, { say, onFileMade });
    if (!hasOrchestrator(paths)) {
      if (end === "detached") await zellij.client.sessions.delete(zellij.name, { force: true });
      return describeEnd(paths);
    }
    const attach = `it goes on in the background; come back with: codex-squad attach ${paths.session}`;
    if (end === "detached") return { kind: "detached", because: `detached from ${paths.session}; ${attach}` };
    if (end === "broke") return { kind: "detached", because: `Zellij broke, ${paths.session} did not; ${attach}` };
    await sendControl(paths.projectRoot, paths.session, { kind: "stop", by: "quit" });
    if (await waitForEnd(paths, STOP_WITHIN_MS)) return describeEnd(paths);
    return {
      kind: "detached",
      because: `${paths.session} was told to stop and is still ending; see: codex-squad status`,
    };
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

function describeEnd(paths: SessionPaths): SessionOutcome {
  return { kind: "ended", exitCode: lookAtRun(paths).run?.end?.exitCode ?? CRASHED_EXIT_CODE };
}
