import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Event } from "../events/event.ts";
import { type InterruptSummary, RecordFold } from "./fold.ts";
import type { DatabaseName, Job } from "./job.ts";
import { actionsPath, memoryPath } from "./locations.ts";
import type { StoreProblem } from "./problem.ts";
import { type Committed, StoreWriter } from "./writer.ts";

/** One session's journal on its way into both databases, or into one of them, from its first event on. */
export class Recording {
  #paths: SessionPaths;
  #fold: RecordFold;
  #only: DatabaseName | null;
  #onAside: (path: string, aside: string, database: DatabaseName) => void;
  #writers: Readonly<Record<DatabaseName, StoreWriter>> | null = null;
  #due: Job[] = [];
  #seenSeq = 0;

  constructor(options: {
    readonly paths: SessionPaths;
    readonly interruptSummary: InterruptSummary;
    readonly only?: DatabaseName;
    readonly onAside: (path: string, aside: string, database: DatabaseName) => void;
  }) {
    this.#paths = options.paths;
    this.#fold = new RecordFold(options.interruptSummary);
    this.#only = options.only ?? null;
    this.#onAside = options.onAside;
  }

  /** Number of the last event taken. */
  get seenSeq(): number {
    return this.#seenSeq;
  }

  /** Folds further events; their writes wait for `commit`. */
  take(events: readonly Event[]): void {
    for (const event of events) {
      if (event.type === "run.started" && !this.#writers) this.#writers = this.#openWriters(event);
      const jobs = this.#fold.apply(event);
      this.#due.push(...jobs.filter(({ database }) => this.#only === null || database === this.#only));
      this.#seenSeq = event.seq;
    }
  }

  /** Writes all that is due. After a failure it may be called again; `rewound`: start anew from the first event. */
  async commit(): Promise<Result<Committed, StoreProblem>> {
    if (!this.#writers || this.#due.length === 0) return ok("committed");
    for (const database of ["memory", "actions"] as const) {
      const jobs = this.#due.filter((job) => job.database === database);
      if (jobs.length === 0) continue;
      const outcome = await this.#writers[database].commit(jobs);
      if (!outcome.ok) return err(outcome.error);
      if (outcome.value === "rewound") return outcome;
    }
    this.#due = [];
    return ok("committed");
  }

  /** Lets go of both databases. */
  async close(): Promise<void> {
    await this.#writers?.memory.release();
    await this.#writers?.actions.release();
  }

  #openWriters(first: Extract<Event, { type: "run.started" }>): Readonly<Record<DatabaseName, StoreWriter>> {
    const { projectRoot } = this.#paths;
    const key = recordingKey(first);
    const open = (database: DatabaseName, path: string) =>
      new StoreWriter({ path, key, onAside: (aside) => this.#onAside(path, aside, database) });
    return {
      memory: open("memory", memoryPath(projectRoot, first.settings.memoryDir)),
      actions: open("actions", actionsPath(projectRoot, first.settings)),
    };
  }
}

/** Under what a database keeps how far a journal is recorded in it. */
export function recordingKey(first: Extract<Event, { type: "run.started" }>): string {
  // Sessions of one name may meet in a shared database: the first event tells their journals apart.
  return `${RECORDING_KEYS}${first.session}:${Bun.SHA256.hash(JSON.stringify(first), "hex").slice(0, 16)}`;
}

/** What the keys of all journals begin with. */
export const RECORDING_KEYS = "recorder:";
