import { existsSync, mkdirSync } from "node:fs";
import { type Settings, withDefaults } from "../config/settings.ts";
import { readOwner } from "../control/owner.ts";
import { systemClock } from "../core/clock.ts";
import { runsFolder, type SessionPaths, sessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import { type Event, type EventOf, JOURNAL_SCHEMA } from "../events/event.ts";
import { type Journal, type JournalProblem, type Redact, reopenJournal } from "../events/journal.ts";
import { listSessions } from "../events/sessions.ts";
import type { Plan } from "../plan/plan.ts";
import { isAlive } from "../process/identity.ts";
import { type Lock, lockFile } from "../process/lock.ts";
import { describeFolderError, type FolderProblem } from "./run_data.ts";

/** What to run: a new session, or one to go on with. */
export type Start =
  | {
      readonly kind: "new";
      readonly session: string;
      readonly prompt: string;
      readonly plan: Plan;
      readonly settings: Settings;
    }
  | {
      readonly kind: "resume";
      readonly session: string;
      /** For what has not begun, in place of the run's own. */
      readonly plan?: Plan;
    };

export type SessionProblem =
  | FolderProblem
  | JournalProblem
  | { readonly kind: "folder-busy"; readonly session: string | null; readonly pid: number | null }
  | { readonly kind: "session-exists"; readonly session: string }
  | { readonly kind: "no-session"; readonly session: string; readonly projectRoot: string }
  | { readonly kind: "journal-newer"; readonly path: string; readonly schema: number };

/** A session that this process alone may run now. `journal` is null until a new one is created. */
export interface OpenSession {
  readonly lock: Lock;
  readonly paths: SessionPaths;
  readonly settings: Settings;
  readonly journal: Journal | null;
  /** Without what was streamed. */
  readonly history: readonly Event[];
  readonly tornBytes: number;
}

/** Takes the folder's lock and makes a new session's folders, or reads the journal of the one to go on with. */
export function openSession(projectRoot: string, start: Start, redact: Redact): Result<OpenSession, SessionProblem> {
  const lock = claimFolder(projectRoot);
  if (!lock.ok) return lock;
  const opened =
    start.kind === "new" ? makeSession(projectRoot, start) : reopenSession(projectRoot, start.session, redact);
  if (!opened.ok) lock.value.release();
  return opened.ok ? ok({ ...opened.value, lock: lock.value }) : opened;
}

function claimFolder(projectRoot: string): Result<Lock, SessionProblem> {
  const folder = runsFolder(projectRoot);
  try {
    mkdirSync(folder, { recursive: true });
    const lock = lockFile(`${folder}/lock`);
    if (lock.ok) return lock;
    const live = findLiveSession(projectRoot);
    return err({ kind: "folder-busy", session: live?.paths.session ?? null, pid: lock.error.holder });
  } catch (error) {
    return err(describeFolderError(folder, error));
  }
}

/** The session of a folder that an orchestrator is running at this moment. */
export function findLiveSession(projectRoot: string): { readonly paths: SessionPaths; readonly pid: number } | null {
  for (const { paths } of listSessions(projectRoot)) {
    const owner = readOwner(paths);
    if (owner && isAlive(owner)) return { paths, pid: owner.pid };
  }
  return null;
}

type Opened = Omit<OpenSession, "lock">;

function makeSession(projectRoot: string, start: Start & { kind: "new" }): Result<Opened, SessionProblem> {
  const { session, settings } = start;
  const paths = sessionPaths(projectRoot, session);
  if (existsSync(paths.journal)) return err({ kind: "session-exists", session });
  try {
    mkdirSync(paths.logs, { recursive: true });
    mkdirSync(paths.processes, { recursive: true });
  } catch (error) {
    return err(describeFolderError(paths.folder, error));
  }
  return ok({ paths, settings, journal: null, history: [], tornBytes: 0 });
}

function reopenSession(projectRoot: string, session: string, redact: Redact): Result<Opened, SessionProblem> {
  const paths = sessionPaths(projectRoot, session);
  if (!existsSync(paths.journal)) return err({ kind: "no-session", session, projectRoot });
  const reopened = reopenJournal(paths.journal, systemClock, redact);
  if (!reopened.ok) return reopened;
  const { journal, events, tornBytes } = reopened.value;
  const first = events.find((event): event is EventOf<"run.started"> => event.type === "run.started");
  if (!first) return err({ kind: "no-session", session, projectRoot });
  if (first.schema > JOURNAL_SCHEMA) return err({ kind: "journal-newer", path: paths.journal, schema: first.schema });
  mkdirSync(paths.processes, { recursive: true });
  return ok({ paths, settings: withDefaults(first.settings), journal, history: events, tornBytes });
}
