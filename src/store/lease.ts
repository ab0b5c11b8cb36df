import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { err, ok, type Result } from "../core/result.ts";
import { AgentFsDatabase } from "./agentfs_database.ts";
import { findOpeningFault } from "./check.ts";
import { hasWaiters, removeMark, setMark } from "./marks.ts";
import { describeStoreError, type StoreProblem } from "./problem.ts";

/** How long a database is held before somebody who waits may have it. */
export const LEASE_MS = 250;
/** Even when nobody waits: the WAL, which only a close takes in for good, stays short. */
const LONGEST_LEASE_MS = 1500;
/** Long enough for one who waits to get in. */
const GAP_MS = 60;

/**
 * A database that this process has to itself for a while at a time. The engine locks it for one process, so every writer
 * takes it in short leases, shows by a mark that it waits for one, and leaves a gap where somebody else waits.
 */
export class Lease {
  readonly path: string;
  #database: AgentFsDatabase | null = null;
  #openedAtMs = 0;
  #known = false;
  #suspect = false;

  constructor(path: string) {
    this.path = path;
  }

  get isOpen(): boolean {
    return this.#database !== null;
  }

  /** The database, looked at and opened if it is not; its folder is made. One that is locked may be asked for again. */
  async open(): Promise<Result<AgentFsDatabase, StoreProblem>> {
    if (this.#database) return ok(this.#database);
    try {
      mkdirSync(dirname(this.path), { recursive: true });
      const fault = await findOpeningFault(this.path, { suspect: this.#suspect, known: this.#known });
      if (fault) return err(fault);
      setMark(this.path, "owner");
      this.#database = await AgentFsDatabase.open(this.path).catch((error) => {
        removeMark(this.path, "owner");
        throw error;
      });
      removeMark(this.path, "waiting");
    } catch (error) {
      return err(await this.fail(error));
    }
    this.#known = true;
    this.#suspect = false;
    this.#openedAtMs = performance.now();
    return ok(this.#database);
  }

  /** Lets go when it has been held long enough, with a gap for one who waits. */
  async yieldWhenDue(): Promise<void> {
    const heldMs = performance.now() - this.#openedAtMs;
    const waiters = heldMs >= LEASE_MS && hasWaiters(this.path);
    if (!this.#database || (!waiters && heldMs < LONGEST_LEASE_MS)) return;
    await this.close();
    if (waiters) await Bun.sleep(GAP_MS);
  }

  /** Checkpoints and closes; nothing happens when it is closed. */
  async close(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    if (!database) return;
    try {
      await database.close();
      removeMark(this.path, "owner");
    } catch {
      // The mark stays: the next one to open the file looks at it first.
    }
  }

  /** After any error of the engine: lets go at once, and says what it was. The next `open` looks closer if need be. */
  async fail(error: unknown): Promise<StoreProblem> {
    await this.#database?.abandon();
    this.#database = null;
    const problem = describeStoreError(this.path, error);
    this.#suspect = problem.kind === "store-damaged";
    try {
      if (problem.kind === "locked") setMark(this.path, "waiting");
      else removeMark(this.path, "waiting");
    } catch {
      // A mark is only advice.
    }
    return problem;
  }

  /** No longer wants it: nobody leaves a gap for us. */
  stopWaiting(): void {
    removeMark(this.path, "waiting");
  }
}
