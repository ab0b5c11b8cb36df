import { closeSync, fdatasync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { NO_USAGE } from "../../src/core/usage.ts";
import { createJournal, type Journal } from "../../src/events/journal.ts";
import { apply } from "../../src/scheduler/apply.ts";
import { startRun, type TurnEnd } from "../../src/scheduler/run.ts";
import { emptyState } from "../../src/scheduler/state.ts";
import { next } from "../../src/squad/story.ts";
import { runStarted } from "../rig/simulated_run.ts";
import type { BenchNode } from "./graphs.ts";
import { atMost, type BenchReport } from "./report.ts";
import { percentile } from "./samples.ts";
import { planGraph } from "./virtual_run.ts";
import type { Workshop } from "./workshop.ts";

const ROUNDS = 5;

/** From a dependency's end to the start of the turn that waited for it, with everything on disk in between. */
export async function benchDispatch(workshop: Workshop): Promise<BenchReport> {
  const nodes = workshop.quick ? 40 : 300;
  const bare: number[] = [];
  const chain: number[] = [];
  const lanes: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const folder = workshop.makeFolder("dispatch");
    bare.push(...(await timeSyncs(join(folder, "bare"), nodes)));
    chain.push(...(await timeDispatch(join(folder, "chain.jsonl"), makeLanes(nodes, 1), 1)));
    lanes.push(...(await timeDispatch(join(folder, "lanes.jsonl"), makeLanes(nodes, 16), 16)));
  }
  const sync = percentile(bare, 0.99);
  const row = (what: string, samples: readonly number[]) => ({
    what,
    "p50 ms": percentile(samples, 0.5),
    "p99 ms": percentile(samples, 0.99),
    "p50 / fdatasync": percentile(samples, 0.5) / percentile(bare, 0.5),
    "p99 / fdatasync": percentile(samples, 0.99) / sync,
    samples: samples.length,
  });
  return {
    name: "dispatch",
    rows: [row("fdatasync of one line", bare), row("chain", chain), row("16 chains at once", lanes)],
    goals: [
      atMost("chain: p99 ms (5, or 5 x fdatasync's)", percentile(chain, 0.99), Math.max(5, 5 * sync)),
      atMost("16 chains: p99 ms (5, or 5 x fdatasync's)", percentile(lanes, 0.99), Math.max(5, 5 * sync)),
    ],
  };
}

/** What the disk takes for a line of a journal's size, by the same call. */
async function timeSyncs(path: string, count: number): Promise<number[]> {
  const line = Buffer.from(`${"x".repeat(700)}\n`);
  const fd = openSync(path, "a");
  const samples: number[] = [];
  for (let index = 0; index < count; index++) {
    const beganMs = performance.now();
    writeSync(fd, line);
    await new Promise((resolve) => fdatasync(fd, resolve));
    samples.push(performance.now() - beganMs);
  }
  closeSync(fd);
  return samples;
}

/** Chains side by side. */
function makeLanes(count: number, lanes: number): BenchNode[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    dependsOn: index < lanes ? [] : [`n${index - lanes}`],
    durationMs: 0,
  }));
}

/** The real run loop and journal, with turns that end as soon as they begin. */
async function timeDispatch(path: string, nodes: readonly BenchNode[], slots: number): Promise<number[]> {
  const journal = openJournal(path);
  const state = emptyState();
  const begun = journal.append(runStarted(planGraph(nodes, false), { maxParallel: slots }));
  if (!begun.ok) throw new Error(begun.error.message);
  apply(state, begun.value);
  const dependencies = new Map(nodes.map(({ id, dependsOn }) => [id, dependsOn[0]]));
  const ends = new Map<string, number>();
  const samples: number[] = [];
  const run = startRun({
    state,
    journal,
    next,
    writePrompt: () => "x".repeat(200),
    async runTurn({ order }): Promise<TurnEnd> {
      const { agent, phase, attempt } = order;
      const dependencyEnd = ends.get(dependencies.get(agent) ?? "");
      if (dependencyEnd !== undefined) samples.push(performance.now() - dependencyEnd);
      ends.set(agent, performance.now());
      return { type: "turn.finished", agent, phase, attempt, threadId: "t", text: "", usage: NO_USAGE, durationMs: 0 };
    },
    observe: async () => ({ changed: null, files: [], more: 0, digest: null }),
    watch: () => {},
  });
  const done = await run.done;
  if (!done.ok) throw new Error(done.error.message);
  await journal.close();
  return samples;
}

function openJournal(path: string): Journal {
  const created = createJournal(path);
  if (!created.ok) throw new Error(created.error.message);
  return created.value;
}
