import { existsSync } from "node:fs";
import { err, ok, type Result } from "../../core/result.ts";
import { type Artifact, artifactPath, formatArtifact } from "../artifact.ts";
import { Lease } from "../lease.ts";
import type { StoreProblem } from "../problem.ts";

/** How long somebody else may have the database in one go; a recorder leaves a gap within two seconds. */
const PATIENCE_MS = 30_000;

/** Writes summaries one by one, each whole or not at all, while others write the same database. */
export class SummaryWriter {
  readonly #lease: Lease;
  readonly #patienceMs: number;

  constructor(path: string, patienceMs: number = PATIENCE_MS) {
    this.#lease = new Lease(path);
    this.#patienceMs = patienceMs;
  }

  /** Adds one summary; waits its turn. After a failure those before it stay. */
  async write(summary: Artifact): Promise<Result<void, StoreProblem>> {
    const { path } = this.#lease;
    const content = formatArtifact(summary);
    const job = { kind: "put", database: "memory", seq: 0, path: artifactPath(summary.id), content } as const;
    const endMs = performance.now() + this.#patienceMs;
    for (;;) {
      // It may have been put aside: made anew by us, it would hold nothing but summaries.
      if (!existsSync(path)) return err({ kind: "store-missing", path, message: "it went away" });
      const opened = await this.#lease.open();
      let problem = opened.ok ? null : opened.error;
      if (opened.ok) {
        try {
          await opened.value.commit([job], null);
          await this.#lease.yieldWhenDue();
          return ok(undefined);
        } catch (error) {
          problem = await this.#lease.fail(error);
        }
      }
      if (problem && (problem.kind !== "locked" || performance.now() > endMs)) return err(problem);
      await Bun.sleep(20 + Math.random() * 30);
    }
  }

  /** Lets go of the database; the next `write` takes it again. */
  async release(): Promise<void> {
    await this.#lease.close();
    this.#lease.stopWaiting();
  }
}
