import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { err, ok, type Result } from "../core/result.ts";
import { AgentFsDatabase } from "./agentfs_database.ts";
import type { Job } from "./job.ts";
import { hasWaiters, removeMark, setCorruptAside, setMark } from "./marks.ts";
import { describeStoreError, type StoreProblem } from "./problem.ts";

/** Jobs of one transaction. Appends that meet are one write, so this bounds memory and the time of a commit. */
const GROUP_JOBS = 64;
const LEASE_MS = 250;
/** Even when nobody waits: the WAL, which only a close takes in for good, stays short. */
const LONGEST_LEASE_MS = 1500;
const GAP_MS = 60;

/** `rewound`: the file holds less than was committed to it (replaced, or moved aside): record the journal anew. */
export type Committed = "committed" | "rewound";

/**
 * Writes one journal's jobs into one database: group commits under a short lease, what is recorded already left out.
 * After any error the file is opened anew and the same jobs may be given again. Calls run one after the other.
 */
export class StoreWriter {
  readonly path: string;
  #key: string;
  #onAside: (aside: string) => void;
  #open: AgentFsDatabase | null = null;
  #openedAtMs = 0;
  #committedSeq = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #idle: ReturnType<typeof setTimeout> | null = null;

  constructor(options: {
    readonly path: string;
    /** Names the journal within the database. */
    readonly key: string;
    /** A corrupt database was moved aside under this name. */
    readonly onAside: (aside: string) => void;
  }) {
    this.path = options.path;
    this.#key = options.key;
    this.#onAside = options.onAside;
  }

  /** Does the jobs that are not recorded yet, in transactions of up to 64 writes. */
  commit(jobs: readonly Job[]): Promise<Result<Committed, StoreProblem>> {
    return this.#enqueue(async () => {
      if (this.#idle) clearTimeout(this.#idle);
      this.#idle = null;
      try {
        const database = await this.#acquire();
        if (database === "rewound") return ok("rewound" as const);
        const due = jobs.filter((job) => job.seq > this.#committedSeq);
        const outcome = await this.#commitGroups(database, due);
        this.#idle = setTimeout(() => void this.release(), LEASE_MS);
        return ok(outcome);
      } catch (error) {
        await this.#open?.abandon();
        this.#open = null;
        const problem = describeStoreError(this.path, error);
        this.#wait(problem.kind === "locked");
        return err(problem);
      }
    });
  }

  /** Checkpoints and closes the file; nothing happens when it is closed. */
  release(): Promise<void> {
    return this.#enqueue(() => this.#close());
  }

  async #commitGroups(first: AgentFsDatabase, jobs: readonly Job[]): Promise<Committed> {
    let database: AgentFsDatabase | "rewound" = first;
    for (let start = 0; start < jobs.length && database !== "rewound"; ) {
      const end = endOfGroup(jobs, start);
      const group = jobs.slice(start, end);
      const seq = group.at(-1)?.seq ?? this.#committedSeq;
      await database.commit(group, this.#key, seq);
      this.#committedSeq = seq;
      start = end;
      const heldMs = performance.now() - this.#openedAtMs;
      const waiters = heldMs >= LEASE_MS && hasWaiters(this.path);
      if (!waiters && heldMs < LONGEST_LEASE_MS) continue;
      await this.#close();
      if (waiters) await Bun.sleep(GAP_MS);
      if (start < jobs.length) database = await this.#acquire();
    }
    return database === "rewound" ? "rewound" : "committed";
  }

  async #acquire(): Promise<AgentFsDatabase | "rewound"> {
    if (this.#open) return this.#open;
    mkdirSync(dirname(this.path), { recursive: true });
    const aside = await setCorruptAside(this.path, Date.now());
    if (aside) this.#onAside(aside);
    setMark(this.path, "owner");
    const database = await AgentFsDatabase.open(this.path).catch((error) => {
      removeMark(this.path, "owner");
      throw error;
    });
    this.#wait(false);
    this.#open = database;
    this.#openedAtMs = performance.now();
    const position = await database.position(this.#key);
    const rewound = position < this.#committedSeq;
    this.#committedSeq = position;
    return rewound ? "rewound" : database;
  }

  async #close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (!open) return;
    try {
      await open.close();
      removeMark(this.path, "owner");
    } catch {
      // The mark stays: the next one to open the file looks at it first.
    }
  }

  /** Asks the holder for a gap, or takes that back. */
  #wait(waits: boolean): void {
    if (waits) setMark(this.path, "waiting");
    else removeMark(this.path, "waiting");
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(work);
    this.#queue = next.catch(() => {});
    return next;
  }
}

/** Where a transaction ends: after 64 separate writes, and never between two jobs of one event. */
function endOfGroup(jobs: readonly Job[], start: number): number {
  const appended = new Set<string>();
  let writes = 0;
  let end = start;
  while (end < jobs.length) {
    const job = jobs[end] as Job;
    if (job.kind === "put" || !appended.has(job.path)) writes += 1;
    if (writes > GROUP_JOBS && job.seq !== jobs[end - 1]?.seq) break;
    if (job.kind === "append") appended.add(job.path);
    end += 1;
  }
  return end;
}
