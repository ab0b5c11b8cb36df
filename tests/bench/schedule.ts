import { runBare } from "./bare_run.ts";
import { makeGraph, type Shape } from "./graphs.ts";
import { shortestMakespanMs } from "./lower_bound.ts";
import { atMost, type BenchReport, type Goal, type Row } from "./report.ts";
import { growthExponent, median } from "./samples.ts";
import { runVirtually, type VirtualRun } from "./virtual_run.ts";
import type { Workshop } from "./workshop.ts";

interface Case {
  readonly shape: Shape;
  readonly nodes: number;
  readonly slots: number;
}

const CASES: readonly Case[] = [
  { shape: "random", nodes: 100, slots: 16 },
  { shape: "random", nodes: 1000, slots: 16 },
  { shape: "random", nodes: 10_000, slots: 16 },
  { shape: "layered", nodes: 96, slots: 8 },
  { shape: "layered", nodes: 960, slots: 8 },
  { shape: "layered", nodes: 9600, slots: 8 },
  { shape: "chain + leaves", nodes: 100, slots: 4 },
  { shape: "chain + leaves", nodes: 1000, slots: 4 },
  { shape: "chain + leaves", nodes: 10_000, slots: 4 },
];

const MODES = {
  ours: { schedule: "dataflow", durationsKnown: true },
  "hops only": { schedule: "dataflow", durationsKnown: false },
  barrier: { schedule: "barrier", durationsKnown: false },
} as const satisfies Record<string, Omit<VirtualRun, "slots">>;

type Mode = keyof typeof MODES;
const MODE_NAMES = Object.keys(MODES) as readonly Mode[];

/** How close the scheduler comes to the shortest makespan, and what its deciding costs. */
export async function benchSchedule(workshop: Workshop): Promise<BenchReport> {
  const cases = CASES.filter(({ nodes }) => !workshop.quick || nodes <= 100);
  const measured = cases.map((one) => ({ ...one, ratios: measureMakespans(one, workshop.quick ? 1 : 5) }));
  const overheads = measureOverheads(workshop.quick ? [100, 400] : [100, 300, 1000, 3000, 10_000]);
  const last = overheads.at(-1);
  const worst = (mode: Mode) => Math.max(...measured.map(({ ratios }) => ratios[mode]));
  const rows: Row[] = measured.map(({ shape, nodes, slots, ratios }) => ({
    graph: shape,
    nodes,
    slots,
    "ours / ideal": ratios.ours,
    "hops only / ideal": ratios["hops only"],
    "barrier / ideal": ratios.barrier,
    "barrier / ours": ratios.barrier / ratios.ours,
  }));
  const costs: Row[] = overheads.map(({ nodes, overheadMs, bareMs }) => ({
    graph: "overhead, random",
    nodes,
    slots: 16,
    "us a node": (overheadMs * 1000) / nodes,
    "bare loop's": (bareMs * 1000) / nodes,
    "ms in all": overheadMs,
  }));
  const exponent = (pick: (cost: Overhead) => number) =>
    growthExponent(overheads.map((cost) => ({ x: cost.nodes, y: pick(cost) })));
  costs.push({
    graph: "growth exponent",
    "us a node": exponent(({ overheadMs }) => overheadMs),
    "bare loop's": exponent(({ bareMs }) => bareMs),
  });
  const goals: Goal[] = [
    atMost("makespan / ideal, durations known, worst graph", worst("ours"), 1.02),
    atMost("makespan / ideal, hops only, worst graph", worst("hops only"), 1.02),
    atMost(`us a node at ${last?.nodes}`, ((last?.overheadMs ?? 0) * 1000) / (last?.nodes ?? 1), 10),
    atMost(
      "growth exponent",
      exponent(({ overheadMs }) => overheadMs),
      1.05,
    ),
  ];
  if (workshop.quick) return { name: "schedule", rows: [...rows, ...costs], goals };
  const { benchRealSchedule } = await import("./schedule_real.ts");
  const real = await benchRealSchedule(workshop);
  return { name: "schedule", rows: [...rows, ...costs, ...real.rows], goals: [...goals, ...real.goals] };
}

/** Median over some graphs of one kind. */
function measureMakespans({ shape, nodes, slots }: Case, seeds: number): Record<Mode, number> {
  const ratios: Record<Mode, number[]> = { ours: [], "hops only": [], barrier: [] };
  for (let seed = 1; seed <= seeds; seed++) {
    const graph = makeGraph(shape, nodes, seed);
    const idealMs = shortestMakespanMs(graph, slots);
    for (const mode of MODE_NAMES) {
      ratios[mode].push(runVirtually(graph, { slots, ...MODES[mode] }).makespanMs / idealMs);
    }
  }
  return { ours: median(ratios.ours), "hops only": median(ratios["hops only"]), barrier: median(ratios.barrier) };
}

interface Overhead {
  readonly nodes: number;
  readonly overheadMs: number;
  /** Of a loop that decides the same and keeps nothing. */
  readonly bareMs: number;
}

/** Median time of many runs each, small graphs more often: the compiler has to be done with all of them. */
function measureOverheads(counts: readonly number[]): Overhead[] {
  const run = { slots: 16, ...MODES.ours };
  const warm = makeGraph("random", 1000, 7);
  for (let round = 0; round < 20; round++) runVirtually(warm, run);
  return counts.map((nodes) => {
    const graph = makeGraph("random", nodes, 7);
    const rounds = Math.max(9, Math.min(200, Math.round(50_000 / nodes)));
    const samples = Array.from({ length: rounds }, () => ({
      ours: runVirtually(graph, run).overheadMs,
      bare: runBare(graph, run.slots).overheadMs,
    }));
    return {
      nodes,
      overheadMs: median(samples.map(({ ours }) => ours)),
      bareMs: median(samples.map(({ bare }) => bare)),
    };
  });
}
