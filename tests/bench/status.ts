import { statSync } from "node:fs";
import type { SessionPaths } from "../../src/core/paths.ts";
import type { JournalOrder } from "./journal_process.ts";
import { writeLongJournal } from "./long_journal.ts";
import { atMost, type BenchReport } from "./report.ts";
import { median, percentile } from "./samples.ts";
import type { Workshop } from "./workshop.ts";

/** What `measureEarlierRuns` looks at: so many runs, and so much of each. */
const RUNS = 5;
const BYTES = 4 << 20;

/**
 * Journals of a thousand agents: `status` of one from a cold start, beside parsing all its lines; and the estimates
 * that the start of a run waits for, beside reading the same bytes.
 */
export async function benchStatus(workshop: Workshop): Promise<BenchReport> {
  const agents = workshop.quick ? 50 : 1000;
  const projectRoot = workshop.makeFolder("status");
  const sessions = Array.from({ length: RUNS }, (_, index) => `run-${index}`);
  const journals: SessionPaths[] = [];
  for (const session of sessions) {
    journals.push(await writeLongJournal({ projectRoot, session, agents, waiting: Math.floor(agents / 10) }));
  }
  const [first] = journals;
  if (!first) throw new Error("no journal was written");
  const program = await workshop.program();
  const own = await workshop.ownProgram("own_program.ts");
  const order = (value: JournalOrder) => [own, "bench-journals", JSON.stringify(value)];
  const whole = {
    "parse all lines": order({ do: "parse", path: first.journal }),
    status: [program, "status", first.session],
    "status --json": [program, "status", first.session, "--json"],
    "status --json of the newest": [program, "status", "--json"],
  };
  const within = {
    "read the same bytes": order({ do: "read", projectRoot, sessions, bytes: BYTES }),
    "estimates from earlier runs": order({ do: "estimate", projectRoot }),
  };
  const samples = new Map<string, number[]>();
  // The first rounds bring the files into memory.
  for (let round = -2; round < (workshop.quick ? 3 : 20); round++) {
    for (const [what, command] of Object.entries({ ...whole, ...within })) {
      const beganMs = performance.now();
      const { exitCode, stdout } = Bun.spawnSync(command, { cwd: projectRoot, stdin: "ignore", stderr: "inherit" });
      const outsideMs = performance.now() - beganMs;
      if (exitCode !== 0) throw new Error(`${what} ended with ${exitCode}`);
      const tookMs = what in within ? (JSON.parse(stdout.toString()) as { tookMs: number }).tookMs : outsideMs;
      if (round >= 0) samples.set(what, [...(samples.get(what) ?? []), tookMs]);
    }
  }
  const of = (what: string) => median(samples.get(what) ?? []);
  const megabytes = statSync(first.journal).size / 2 ** 20;
  const slowest = Math.max(
    ...Object.keys(whole)
      .filter((what) => what.startsWith("status"))
      .map(of),
  );
  return {
    name: "status",
    rows: [...samples].map(([what, all]) => ({
      what,
      "median ms": median(all),
      "p90 ms": percentile(all, 0.9),
      ...(what in whole ? { "/ parse": median(all) / of("parse all lines"), MiB: megabytes } : {}),
      ...(what in within ? { "/ read": median(all) / of("read the same bytes") } : {}),
    })),
    goals: [
      atMost("status of 1000 agents from a cold start, ms", slowest, 150),
      atMost("status / parsing all lines", slowest / of("parse all lines"), 2),
      atMost("estimates at the start of a run, ms", of("estimates from earlier runs"), 60),
    ],
  };
}
