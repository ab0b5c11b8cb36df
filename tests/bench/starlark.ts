import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate, HostValue, parse, printDiagnostic, type Value } from "lark-parser";
import { readConfig } from "../../src/config/load.ts";
import { atMost, type BenchReport, type Goal, type Row } from "./report.ts";
import { median } from "./samples.ts";
import type { Workshop } from "./workshop.ts";

const UNLIMITED = { maxSteps: Number.MAX_SAFE_INTEGER, maxAllocation: Number.MAX_SAFE_INTEGER };
const ROUNDS = 5;

/** Programs of go.starlark.net that need no extension of the language. */
const PROGRAMS = [
  "bench_range_construction",
  "bench_range_iteration",
  "bench_calling",
  "bench_builtin_method",
  "bench_int",
  "bench_bigint",
  "bench_gauss",
  "bench_mix",
  "bench_dict_equal",
  "bench_set_equal",
  "bench_issubset_unique_large_small",
  "bench_issubset_unique_small_large",
  "bench_issubset_unique_same",
  "bench_issubset_duplicate_large_small",
  "bench_issubset_duplicate_small_large",
  "bench_issubset_duplicate_same",
  "bench_string_startswith",
];

/** The language by itself, beside go.starlark.net on its own programs; and what a configuration costs. */
export async function benchStarlark(workshop: Workshop): Promise<BenchReport> {
  const rows: Row[] = [];
  const goals: Goal[] = [];
  const loop = sample(() => run("def f():\n  a = 0\n  for i in range(1000000):\n    a += i\nf()\n"));
  rows.push({ what: "10^6 steps of a loop", "ms p50": loop });
  goals.push(atMost("10^6 steps: ms", loop, 200));
  const config = makeConfiguration(200);
  const path = join(workshop.makeFolder("starlark"), "agents.lark");
  await Bun.write(path, config);
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS * 4; round++) {
    const beganMs = performance.now();
    const read = await readConfig(path, { trusted: true });
    samples.push(performance.now() - beganMs);
    if (!read.ok) throw new Error(JSON.stringify(read.error[0]));
  }
  // The first rounds are the compiler's, of the machine.
  const warm = median(samples.slice(ROUNDS));
  rows.push({ what: "200 agents: read, evaluate, check", "ms p50": warm });
  rows.push({ what: "the same, first time", "ms p50": samples[0] ?? Number.NaN });
  goals.push(atMost("200 agents, warm: ms", warm, 20));
  const peer = await buildPeer(workshop);
  if (typeof peer === "string") rows.push({ what: peer });
  else {
    const ratios: number[] = [];
    for (const name of workshop.quick ? PROGRAMS.slice(0, 2) : PROGRAMS) {
      const row = comparePrograms(peer, name);
      rows.push(row);
      ratios.push(row["ours / peer"] as number);
    }
    const geometric = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
    goals.push(atMost("ours / go.starlark.net, geometric mean", geometric, 3));
    goals.push(atMost("ours / go.starlark.net, worst program", Math.max(...ratios), 3));
  }
  return { name: "starlark", rows, goals };
}

function run(text: string, builtins: Record<string, Value> = {}): void {
  const result = evaluate(text, { filename: "bench.star", builtins, limits: UNLIMITED });
  if (!result.ok) throw new Error(printDiagnostic(result.diagnostics[0]));
}

function sample(measure: () => void): number {
  return median(
    Array.from({ length: ROUNDS }, () => {
      const beganMs = performance.now();
      measure();
      return performance.now() - beganMs;
    }),
  );
}

/** Agents as a program makes them and as people write them, with groups that build on each other. */
function makeConfiguration(agents: number): string {
  const lines = [
    "def worker(id, needs):",
    "    return agent(id = id, plan_prompt = 'Do %s' % id, depends_on = needs)",
    "",
  ];
  for (let at = 0; at < agents / 2; at++) {
    const needs = at === 0 ? "" : `"agent-${at - 1}"`;
    lines.push(
      `a${at} = agent(id = "agent-${at}", role = "Role ${at}", plan_prompt = """Do part ${at}.`,
      `Look at the project first.""", follow_up_prompt = "Answer.", depends_on = [${needs}])`,
    );
  }
  const names = Array.from({ length: agents / 2 }, (_, at) => `a${at}`).join(", ");
  lines.push(
    "groups = [",
    `    group(id = "written", agents = [${names}]),`,
    `    group(id = "made", agents = [worker("worker-%d" % at, ["agent-%d" % at]) for at in range(${agents / 2})]),`,
    "]",
  );
  const text = `${lines.join("\n")}\n`;
  if (!parse(text, { filename: "made" }).ok) throw new Error("the made configuration is wrong");
  return text;
}

interface Peer {
  readonly program: string;
  readonly benchmarks: string;
}

/** Builds go.starlark.net; a sentence where that cannot be done. */
async function buildPeer(workshop: Workshop): Promise<Peer | string> {
  if (Bun.which("go") === null) return "no peer: go is not on PATH";
  const folder = workshop.makeFolder("peer");
  cpSync(join(import.meta.dir, "starlark_peer"), folder, { recursive: true });
  const program = join(folder, "peer");
  const go = (...args: string[]) => Bun.spawnSync(["go", ...args], { cwd: folder, stderr: "pipe" });
  const built = go("build", "-o", program, ".");
  if (built.exitCode !== 0)
    return `no peer: go.starlark.net cannot be built: ${built.stderr.toString().trim().slice(0, 200)}`;
  const module = go("list", "-m", "-f", "{{.Dir}}", "go.starlark.net").stdout.toString().trim();
  const benchmarks = join(module, "starlark", "testdata", "benchmark.star");
  return existsSync(benchmarks) ? { program, benchmarks } : "no peer: go.starlark.net has no benchmark.star";
}

/** What a benchmark function gets as `b`. */
class Bench extends HostValue {
  readonly typeName = "benchmark";

  constructor(private readonly count: number) {
    super();
  }

  toText(): string {
    return "<benchmark>";
  }

  override attribute(name: string): Value | undefined {
    return name === "n" ? this.count : undefined;
  }
}

/** Long enough to be measured, on one side at least: what one does at once the other may do step by step. */
const LEAST_MS = 60;

function comparePrograms({ program, benchmarks }: Peer, name: string): Row {
  const text = readFileSync(benchmarks, "utf8");
  const timeOurs = (count: number): number => {
    const beganMs = performance.now();
    run(`${text}\n${name}(b)\n`, { b: new Bench(count), json: null });
    return performance.now() - beganMs;
  };
  const timePeer = (count: number): number => {
    const ran = Bun.spawnSync([program, benchmarks, name, String(count)], { stderr: "pipe" });
    if (ran.exitCode !== 0) throw new Error(`${name}: ${ran.stderr.toString()}`);
    return Number(ran.stdout.toString());
  };
  let count = 1;
  while (Math.max(timeOurs(count) - timeOurs(0), timePeer(count)) < LEAST_MS && count < 2 ** 24) count *= 4;
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // What is near nothing can be less than nothing beside the time of the compiler.
    ours.push(Math.max(timeOurs(count) - timeOurs(0), 0.001));
    peer.push(timePeer(count));
  }
  return {
    what: name,
    "b.n": count,
    "ms p50": median(ours),
    "peer ms p50": median(peer),
    "ours / peer": median(ours) / median(peer),
  };
}
