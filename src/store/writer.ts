import { err, ok, type Result } from "../core/result.ts";
import type { AgentFsDatabase } from "./agentfs_database.ts";
import { setAside } from "./check.ts";
import type { Job } from "./job.ts";
import { LEASE_MS, Lease } from "./lease.ts";
import { describeStoreError, type StoreProblem } from "./problem.ts";

/** Jobs of one transaction. Appends that meet are one write, so this bounds memory and the time of a commit. */
const GROUP_JOBS = 64;

/** `rewound`: the file holds less than was committed to it (replaced, or moved aside): record the journal anew. */
export type Committed = "committed" | "rewound";

type Outcome<T> = Promise<Result<T, StoreProblem>>;

/**
 * Writes one journal's jobs into one database: group commits under a short lease, what is recorded already left out.
 * After any error the file is opened anew and the same jobs may be given again. Calls run one after the other.
 */
export class StoreWriter {
  readonly path: string;
  #key: string;
  #onAside: (aside: string) => void;
  #lease: Lease;
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
    this.#lease = new Lease(options.path);
  }

  /** Does the jobs that are not recorded yet, in transactions of up to 64 writes. */
  commit(jobs: readonly Job[]): Outcome<Committed> {
    return this.#enqueue(async () => {
      if (this.#idle) clearTimeout(this.#idle);
      this.#idle = null;
      try {
        const outcome = await this.#commitGroups(jobs);
        if (outcome.ok) this.#idle = setTimeout(() => void this.release(), LEASE_MS);
        return outcome;
      } catch (error) {
        return err(await this.#lease.fail(error));
      }
    });
  }

  /** Checkpoints and closes the file; nothing happens when it is closed. */
  release(): Promise<void> {
    return this.#enqueue(() => this.#lease.close());
  }

  async #commitGroups(jobs: readonly Job[]): Outcome<Committed> {
    let database = await this.#acquire();
    if (!database.ok) return database;
    const due = jobs.filter((job) => job.seq > this.#committedSeq);
    for (let start = 0; start < due.length; ) {
      if (!database.ok) return database;
      if (database.value === "rewound") return ok("rewound");
      const end = endOfGroup(due, start);
      const group = due.slice(start, end);
      const seq = group.at(-1)?.seq ?? this.#committedSeq;
      await database.value.commit(group, { key: this.#key, seq });
      this.#committedSeq = seq;
      start = end;
      await this.#lease.yieldWhenDue();
      if (start < due.length) database = await this.#acquire();
    }
    return ok(database.ok && database.value === "rewound" ? "rewound" : "committed");
  }

  async #acquire(): Outcome<AgentFsDatabase | "rewound"> {
    const isNew = !this.#lease.isOpen;
    let opened = await this.#lease.open();
    if (!opened.ok && opened.error.kind === "store-damaged") {
      try {
        this.#onAside(setAside(this.path, Date.now()));
      } catch (error) {
        return err(describeStoreError(this.path, error));
      }
      opened = await this.#lease.open();
    }
    if (!opened.ok || !isNew) return opened;
    const position = await opened.value.position(this.#key);
    const rewound = position < this.#committedSeq;
    this.#committedSeq = position;
    return rewound ? ok("rewound") : opened;
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
