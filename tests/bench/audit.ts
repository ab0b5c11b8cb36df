import { NO_USAGE } from "../../src/core/usage.ts";
import { BenchSession } from "./bench_session.ts";
import { atMost, type BenchReport } from "./report.ts";
import { median, percentile } from "./samples.ts";
import type { Workshop } from "./workshop.ts";

const AGENTS = Array.from({ length: 8 }, (_, index) => `agent-${index}`);
/** Makes an item of some 400 bytes. */
const TEXT = "x".repeat(210);

/** `audit` over a long journal, each command a process, beside one that hashes its lines and does nothing else. */
export async function benchAudit(workshop: Workshop): Promise<BenchReport> {
  const events = workshop.quick ? 5000 : 100_000;
  const projectRoot = workshop.makeFolder("audit");
  const session = new BenchSession(projectRoot, AGENTS);
  while (session.journal.seq < events - 1) session.say(AGENTS[session.journal.seq % AGENTS.length] ?? "", TEXT);
  session.append({ type: "run.finished", state: "finished", exitCode: 0, reason: "", usage: NO_USAGE });
  await session.journal.close();
  const program = await workshop.program();
  const call = (...command: string[]) => measure(command, projectRoot);
  call(program, "audit", "rebuild", "bench");
  const commands: Readonly<Record<string, readonly string[]>> = {
    "SHA-256 of each line, alone": [await workshop.ownProgram("hash_lines.ts"), session.paths.journal],
    "audit verify --journal-only": [program, "audit", "verify", "--journal-only"],
    "audit verify": [program, "audit", "verify"],
    "audit export, tar.zst": [program, "audit", "export", "--out", "bench.tar.zst", "--force"],
    "audit export, zip": [program, "audit", "export", "--out", "bench.zip", "--force"],
  };
  const samples = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  for (let round = -1; round < (workshop.quick ? 1 : 7); round++) {
    for (const [name, command] of Object.entries(commands)) {
      const tookMs = call(...command);
      if (round >= 0) samples.get(name)?.push(tookMs);
    }
  }
  const medianOf = (name: string) => median(samples.get(name) ?? []);
  const peer = medianOf("SHA-256 of each line, alone");
  const chain = medianOf("audit verify --journal-only");
  return {
    name: "audit",
    rows: [...samples].map(([what, all]) => ({
      what,
      events,
      "median ms": median(all),
      "p90 ms": percentile(all, 0.9),
      "/ hashing alone": median(all) / peer,
    })),
    goals: [
      atMost(`the chain of ${events} events checked, ms`, chain, 300),
      atMost("the chain checked / its lines hashed", chain / peer, 3),
    ],
  };
}

/** How long a command takes that must do well. */
function measure(command: readonly string[], cwd: string): number {
  const beganMs = performance.now();
  const { exitCode, stderr } = Bun.spawnSync([...command], { cwd, stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  const tookMs = performance.now() - beganMs;
  if (exitCode !== 0) throw new Error(`${command.slice(1).join(" ")} ended with ${exitCode}: ${stderr.toString()}`);
  return tookMs;
}
