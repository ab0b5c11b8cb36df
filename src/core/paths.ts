import { join } from "node:path";

/** Where everything of a project's runs lies. The folder's name is fixed: scripts rely on it. */
export const runsFolder = (projectRoot: string): string => join(projectRoot, ".orchestrator");

/** The files of one session. All of them can be rebuilt from `journal`, but for `journal` itself and its seals. */
export interface SessionPaths {
  readonly session: string;
  readonly projectRoot: string;
  /** `.orchestrator/<session>` */
  readonly folder: string;
  readonly journal: string;
  /** What vouches for the journal's ends, one line for each, where the person keeps a key for it. */
  readonly seals: string;
  /** The task, where it is too long to stand whole in every agent's prompt. */
  readonly prompt: string;
  /** This run's own logs; `logs/` of the project links to them. */
  readonly logs: string;
  /** One JSON file for each process the guard started: `<pid>.json`. */
  readonly processes: string;
  /** Who runs the session now: pid, start time, control socket. Rewritten at each start. */
  readonly owner: string;
  /** How far the recorder has come. */
  readonly recorder: string;
  /** What our own background processes print. */
  readonly diagnostics: string;
}

export function sessionPaths(projectRoot: string, session: string): SessionPaths {
  const folder = join(runsFolder(projectRoot), session);
  return {
    session,
    projectRoot,
    folder,
    journal: join(folder, "journal.jsonl"),
    seals: join(folder, "seals.jsonl"),
    prompt: join(folder, "prompt.md"),
    logs: join(folder, "logs"),
    processes: join(folder, "processes"),
    owner: join(folder, "owner.json"),
    recorder: join(folder, "recorder.json"),
    diagnostics: join(folder, "diagnostics.log"),
  };
}
