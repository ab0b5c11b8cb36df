import type { AgentFS } from "agentfs-sdk";
import { crashHere } from "../core/crash_point.ts";
import { type Job, joinAppends } from "./job.ts";
import { ensureNativeLibrary } from "./native_library.ts";

type FileHandle = Awaited<ReturnType<AgentFS["fs"]["open"]>>;

/** How long the engine may keep the event loop: its awaits never let a timer or a signal in. */
const YIELD_EVERY_MS = 8;

/**
 * One AgentFS file, held open and locked. Only one call at a time. After any call that threw, `abandon` it and open it
 * anew: what the engine says about later writes on such a handle cannot be trusted.
 */
export class AgentFsDatabase {
  readonly path: string;
  #fs: AgentFS["fs"];
  #kv: AgentFS["kv"];
  #database: EngineDatabase;
  #files = new Map<string, FileHandle>();
  #yieldedAtMs = performance.now();

  private constructor(path: string, database: EngineDatabase, agentFs: AgentFS) {
    this.path = path;
    this.#database = database;
    this.#fs = agentFs.fs;
    this.#kv = agentFs.kv;
  }

  /** Opens or creates the file; its folder exists. Throws what the engine throws, also when it is locked. */
  static async open(path: string): Promise<AgentFsDatabase> {
    await ensureNativeLibrary();
    const [{ AgentFS }, { Database }] = await Promise.all([import("agentfs-sdk"), import("@tursodatabase/database")]);
    const database = new Database(path) as unknown as EngineDatabase;
    await database.connect();
    try {
      cacheStatements(database);
      return new AgentFsDatabase(path, database, await AgentFS.openWith(database as never));
    } catch (error) {
      await database.close().catch(() => {});
      throw error;
    }
  }

  /** How far the journal with this key has been recorded here. */
  async position(key: string): Promise<number> {
    const value: unknown = await this.#kv.get(key);
    return typeof value === "number" ? value : 0;
  }

  /** Does all jobs and moves a journal's position, if there is one to move; or does nothing of it. */
  async commit(jobs: readonly Job[], position: Position | null): Promise<void> {
    await this.#database.exec("BEGIN IMMEDIATE");
    for (const job of joinAppends(jobs)) {
      if (job.kind === "put") await this.#fs.writeFile(job.path, job.content);
      else if (job.offset === 0) await this.#fs.writeFile(job.path, job.bytes);
      else await (await this.#file(job.path)).pwrite(job.offset, job.bytes);
      await this.#yieldSometimes();
    }
    if (position) await this.#kv.set(position.key, position.seq);
    crashHere("recorder.in-commit");
    await this.#database.exec("COMMIT");
    crashHere("recorder.after-commit");
    await this.#yieldSometimes();
  }

  /** Moves everything into the main file and lets go of the lock. */
  async close(): Promise<void> {
    this.#files.clear();
    try {
      await (await this.#database.prepare("PRAGMA wal_checkpoint(TRUNCATE)")).all();
    } finally {
      await this.abandon();
    }
  }

  /** Lets go without a checkpoint: after an error. */
  async abandon(): Promise<void> {
    await this.#database.close().catch(() => {});
  }

  async #file(path: string): Promise<FileHandle> {
    const known = this.#files.get(path);
    if (known) return known;
    const file = await this.#fs.open(path).catch(async () => {
      await this.#fs.writeFile(path, "");
      return this.#fs.open(path);
    });
    if (this.#files.size >= 256) this.#files.clear();
    this.#files.set(path, file);
    return file;
  }

  async #yieldSometimes(): Promise<void> {
    if (performance.now() - this.#yieldedAtMs < YIELD_EVERY_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#yieldedAtMs = performance.now();
  }
}

/** How far the journal with this key has been recorded. */
export interface Position {
  readonly key: string;
  readonly seq: number;
}

/** The part of the engine's connection that we use. */
interface EngineDatabase {
  connect(): Promise<void>;
  exec(sql: string): Promise<unknown>;
  prepare(sql: string): EngineStatement;
  close(): Promise<void>;
}

interface EngineStatement {
  all(...values: unknown[]): Promise<unknown[]>;
}

/** AgentFS prepares anew for each call, and the engine frees a statement late: one statement a text is fast and flat. */
function cacheStatements(database: EngineDatabase): void {
  const prepare = database.prepare.bind(database);
  const statements = new Map<string, EngineStatement>();
  database.prepare = (sql) => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
}
