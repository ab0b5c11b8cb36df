import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServerProcess } from "../../src/backends/scripted/server_process.ts";
import { nativeCodexPath, privateCodexHome } from "../rig/codex_home.ts";
import { readLines } from "./lines.ts";
import { atMost, type BenchReport } from "./report.ts";
import { measureRunMemory } from "./run_memory.ts";
import { median, percentile } from "./samples.ts";
import type { TurnsOrder } from "./turn_process.ts";
import type { Workshop } from "./workshop.ts";

/** A scripted turn through us beside `codex exec` with the very same arguments, in turn; and what a whole run holds. */
export async function benchTurn(workshop: Workshop): Promise<BenchReport> {
  const rounds = workshop.quick ? 3 : 30;
  const { ours, bare } = await timeTurns(workshop, rounds);
  const differences = ours.map((tookMs, index) => tookMs - (bare[index] ?? 0));
  const ratios = ours.map((tookMs, index) => tookMs / (bare[index] ?? 1));
  const memory = await measureRunMemory(workshop);
  const row = (what: string, samples: readonly number[]) => ({
    what,
    "median ms": median(samples),
    "p90 ms": percentile(samples, 0.9),
    "/ bare": median(samples) / median(bare),
  });
  return {
    name: "turn",
    rows: [
      row("bare codex exec", bare),
      row("through us", ours),
      { what: "paired difference", "median ms": median(differences), "p90 ms": percentile(differences, 0.9) },
      { what: "orchestrator's peak RSS in a scripted run", MB: memory.peakMb, agents: memory.agents },
    ],
    goals: [
      atMost("turn through us / bare codex exec (median of pairs)", median(ratios), 1.05),
      atMost("orchestrator's peak RSS, MB", memory.peakMb, 120),
    ],
  };
}

async function timeTurns(workshop: Workshop, rounds: number): Promise<{ ours: number[]; bare: number[] }> {
  using home = privateCodexHome();
  const server = await startServerProcess({ scenario: null, cwd: home.project, env: home.env });
  if (!server.ok) throw new Error(server.error.message);
  const ours: number[] = [];
  const bare: number[] = [];
  try {
    const program = await workshop.ownProgram("own_program.ts");
    const order = (name: string, codexPath: string): TurnsOrder => ({
      projectRoot: home.project,
      journal: join(home.path, "..", `${name}.jsonl`),
      processesFolder: join(home.path, "..", `${name}-processes`),
      baseUrl: server.value.baseUrl,
      codexPath,
    });
    const call = await overhear(program, home.env, (spy) => order("overheard", spy));
    const turns = startTurns(program, home.env, order("timed", nativeCodexPath()));
    // The first of each is for the caches; then each goes first as often as the other.
    for (let round = -1; round < rounds; round++) {
      let bareMs = round % 2 === 0 ? await timeBare(call, home) : 0;
      const oursMs = await turns.one();
      if (bareMs === 0) bareMs = await timeBare(call, home);
      if (round < 0) continue;
      ours.push(oursMs);
      bare.push(bareMs);
    }
    await turns.end();
  } finally {
    await server.value.close();
  }
  return { ours, bare };
}

function startTurns(program: string, env: Readonly<Record<string, string>>, order: TurnsOrder) {
  const child = Bun.spawn([program, "bench-turns", JSON.stringify(order)], {
    cwd: order.projectRoot,
    env: { ...env },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = readLines(child.stdout);
  return {
    async one(): Promise<number> {
      child.stdin.write("turn\n");
      await child.stdin.flush();
      return Number(await lines.next());
    },
    async end(): Promise<void> {
      await child.stdin.end();
      await child.exited;
    },
  };
}

/** Arguments and environment that we start codex with. */
interface CodexCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly prompt: string;
}

/** One turn with a stand-in that notes how it was called and goes on as codex. */
async function overhear(
  program: string,
  env: Readonly<Record<string, string>>,
  orderWith: (codexPath: string) => TurnsOrder,
): Promise<CodexCall> {
  const folder = join(env.CODEX_HOME ?? "", "..", "spy");
  mkdirSync(folder);
  const [spy, noted] = [join(folder, "codex"), join(folder, "called")];
  const note = `[ "$1" = exec ] && { printf '%s\\0' "$@" > ${noted}.args; env -0 > ${noted}.env; }`;
  writeFileSync(spy, `#!/bin/sh\n${note}\nexec ${nativeCodexPath()} "$@"\n`);
  chmodSync(spy, 0o755);
  const turns = startTurns(program, env, orderWith(spy));
  await turns.one();
  await turns.end();
  if (!existsSync(`${noted}.args`)) throw new Error("codex was not called by way of the stand-in");
  const split = (name: string) => readFileSync(`${noted}.${name}`, "utf8").split("\0").slice(0, -1);
  const entries = split("env").map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]);
  return { args: split("args"), env: Object.fromEntries(entries), prompt: "Say that you are there." };
}

async function timeBare({ args, env, prompt }: CodexCall, { project }: { readonly project: string }): Promise<number> {
  const beganMs = performance.now();
  const child = Bun.spawn([nativeCodexPath(), ...args], {
    cwd: project,
    env: { ...env },
    stdin: Buffer.from(prompt),
    stdout: "pipe",
    stderr: "ignore",
  });
  const text = await child.stdout.text();
  await child.exited;
  const tookMs = performance.now() - beganMs;
  if (!text.includes('"turn.completed"')) throw new Error(`codex exec did not finish its turn: ${text.slice(-500)}`);
  return tookMs;
}
