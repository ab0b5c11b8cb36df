import { readOwner } from "../control/owner.ts";
import { isSessionName } from "../core/ids.ts";
import { type SessionPaths, sessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { JournalProblem } from "../events/journal.ts";
import { parseLine } from "../events/line.ts";
import { readRawLines } from "../events/read.ts";
import { hasJournal, newestSession } from "../events/sessions.ts";
import { isAlive } from "../process/identity.ts";
import type { RunProblem } from "./explain.ts";

/** The session that a command's words name, the newest when they name none. `mayBeNew`: it need not have begun. */
export function findSession(
  projectRoot: string,
  session: string | null,
  { mayBeNew = false }: { readonly mayBeNew?: boolean } = {},
): Result<SessionPaths, RunProblem> {
  if (session === null) {
    const newest = newestSession(projectRoot);
    return newest ? ok(newest) : err({ kind: "no-session", session: null, projectRoot });
  }
  if (!isSessionName(session)) return err({ kind: "no-session", session, projectRoot });
  const paths = sessionPaths(projectRoot, session);
  return mayBeNew || hasJournal(paths) ? ok(paths) : err({ kind: "no-session", session, projectRoot });
}

/** The same for commands that tell what the journal tells: one whose beginning is no event tells nothing. */
export function findReadableSession(
  projectRoot: string,
  session: string | null,
  options: { readonly mayBeNew?: boolean } = {},
): Result<SessionPaths, RunProblem | JournalProblem> {
  const found = findSession(projectRoot, session, options);
  if (!found.ok || !hasJournal(found.value)) return found;
  const path = found.value.journal;
  for (const { line } of readRawLines(path)) {
    if (parseLine(line)?.type === "run.started") return found;
    return err({ kind: "journal-damaged", path, message: "line 1: is not the start of a run" });
  }
  return found;
}

/** Whether the orchestrator of a session lives; a later process of the same number is not mistaken for it. */
export function isRunning(paths: SessionPaths): boolean {
  const owner = readOwner(paths);
  return owner !== null && isAlive(owner);
}
