import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sessionPaths } from "../../src/core/paths.ts";
import type { EventOf } from "../../src/events/event.ts";
import { readEvents } from "../../src/events/read.ts";
import { nativeCodexPath } from "../rig/codex_home.ts";
import type { BenchNode } from "./graphs.ts";
import { shortestMakespanMs } from "./lower_bound.ts";
import type { PlanOrder } from "./plan_process.ts";
import { atMost, type Goal, type Row } from "./report.ts";
import { planGraph } from "./virtual_run.ts";
import type { Workshop } from "./workshop.ts";

const SLOTS = 4;

/** A chain that is as long as everything else takes on the other slots, and a fan with a late join. */
const GRAPH: readonly BenchNode[] = [
  node("chain-1", 3000),
  node("chain-2", 4000, "chain-1"),
  node("chain-3", 3000, "chain-2"),
  node("chain-4", 5000, "chain-3"),
  node("chain-5", 3000, "chain-4"),
  node("root", 3000),
  node("fan-1", 3500, "root"),
  node("fan-2", 4500, "root"),
  node("fan-3", 3000, "root"),
  node("join", 4000, "fan-1", "fan-2", "fan-3"),
  ...[3000, 5000, 3500, 4000, 3000, 4500].map((durationMs, index) => node(`leaf-${index + 1}`, durationMs)),
];

/** One run through the real codex, judged by the durations that its own journal shows. */
export async function benchRealSchedule(workshop: Workshop): Promise<{ rows: Row[]; goals: Goal[] }> {
  const home = workshop.makeFolder("real");
  const projectRoot = join(home, "project");
  mkdirSync(projectRoot);
  mkdirSync(join(home, "codex"));
  const scenario = join(home, "scenario.json");
  const lines = GRAPH.map(({ id, durationMs }) => [id, { work: [{ say: `${id} is done.`, delayMs: durationMs }] }]);
  writeFileSync(scenario, JSON.stringify({ version: 1, agents: Object.fromEntries(lines) }));
  const order: PlanOrder = {
    projectRoot,
    session: "bench",
    plan: planGraph(GRAPH, false),
    scenario,
    maxParallel: SLOTS,
    codexPath: nativeCodexPath(),
  };
  const child = Bun.spawn([await workshop.ownProgram("own_program.ts"), "bench-plan", JSON.stringify(order)], {
    cwd: projectRoot,
    env: { ...process.env, HOME: home, CODEX_HOME: join(home, "codex") },
    stdout: "ignore",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0) throw new Error("the run through the real codex failed");
  const { seen, makespanMs } = readRun(sessionPaths(projectRoot, "bench").journal);
  const ratio = makespanMs / shortestMakespanMs(seen, SLOTS);
  return {
    rows: [
      { graph: "real codex", nodes: GRAPH.length, slots: SLOTS, "hops only / ideal": ratio, "ms in all": makespanMs },
    ],
    goals: [atMost("REAL CODEX: makespan / ideal, hops only", ratio, 1.1)],
  };
}

/** The graph with the durations of its turns, and the time from the first turn's start to the last one's end. */
function readRun(journal: string): { readonly seen: BenchNode[]; readonly makespanMs: number } {
  const events = [...readEvents(journal)];
  const starts = events.filter((event): event is EventOf<"turn.started"> => event.type === "turn.started");
  const ends = events.filter((event): event is EventOf<"turn.finished"> => event.type === "turn.finished");
  const durations = new Map(ends.map(({ agent, durationMs }) => [agent, durationMs]));
  const seen = GRAPH.map((one) => ({ ...one, durationMs: durations.get(one.id) ?? 0 }));
  const makespanMs = Date.parse(ends.at(-1)?.at ?? "") - Date.parse(starts[0]?.at ?? "");
  return { seen, makespanMs };
}

function node(id: string, durationMs: number, ...dependsOn: string[]): BenchNode {
  return { id, durationMs, dependsOn };
}
