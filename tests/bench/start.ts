import { nativeCodexPath } from "../rig/codex_home.ts";
import { atMost, type BenchReport } from "./report.ts";
import { median, percentile } from "./samples.ts";
import type { Workshop } from "./workshop.ts";

/** `--version` of the program beside a compiled hello world and the native codex, one after the other in turn. */
export async function benchStart(workshop: Workshop): Promise<BenchReport> {
  const commands = {
    "hello world": [await workshop.ownProgram("hello.ts")],
    "codex-squad --version": [await workshop.program(), "--version"],
    "codex --version": [nativeCodexPath(), "--version"],
  };
  const samples = new Map<string, number[]>(Object.keys(commands).map((name) => [name, []]));
  const cwd = workshop.makeFolder("start");
  // The first rounds bring the files into memory.
  for (let round = -3; round < (workshop.quick ? 5 : 30); round++) {
    for (const [name, command] of Object.entries(commands)) {
      const beganMs = performance.now();
      const { exitCode } = Bun.spawnSync(command, { cwd, stdin: "ignore", stdout: "pipe", stderr: "ignore" });
      const tookMs = performance.now() - beganMs;
      if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}`);
      if (round >= 0) samples.get(name)?.push(tookMs);
    }
  }
  const hello = median(samples.get("hello world") ?? []);
  const ours = median(samples.get("codex-squad --version") ?? []);
  return {
    name: "start",
    rows: [...samples].map(([what, all]) => ({
      what,
      "median ms": median(all),
      "p90 ms": percentile(all, 0.9),
      "/ hello": median(all) / hello,
    })),
    goals: [atMost("codex-squad --version / hello world", ours / hello, 1.3)],
  };
}
