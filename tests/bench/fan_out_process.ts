import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Backend } from "../../src/backends/backend.ts";
import { openBackend } from "../../src/backends/registry.ts";
import type { EventDraft, EventOf } from "../../src/events/event.ts";
import { createJournal } from "../../src/events/journal.ts";
import { makeTurnRunner } from "../../src/orchestrate/turn_runner.ts";
import { apply } from "../../src/scheduler/apply.ts";
import { startRun } from "../../src/scheduler/run.ts";
import { emptyState } from "../../src/scheduler/state.ts";
import { next } from "../../src/squad/story.ts";
import { agent, planOf, runStarted } from "../rig/simulated_run.ts";

/** Fan-outs to run one after the other, staggered and not in turn, against one scripted server. */
export interface FanOutsOrder {
  readonly projectRoot: string;
  readonly folder: string;
  readonly scenario: string;
  readonly codexPath: string;
  readonly agents: number;
  /** Beginning that all prompts of one fan-out share; no two fan-outs do. */
  readonly sharedChars: number;
  readonly rounds: number;
}

export interface FanOut {
  readonly staggered: boolean;
  readonly input: number;
  readonly cachedInput: number;
  /** From the first turn's start to the last one's end. */
  readonly wallMs: number;
  /** From the first turn's start to the first item of any. */
  readonly firstItemMs: number;
}

/** Prints one JSON list of what each fan-out took. */
export async function run(text: string): Promise<void> {
  const order = JSON.parse(text) as FanOutsOrder;
  const backend = await openScripted(order);
  // What stands before every prompt (tools, instructions) is in the cache from here on, as in any run after its start.
  await runFanOut(order, backend, { name: "warm-up", staggered: false });
  const fanOuts: FanOut[] = [];
  for (let round = 0; round < order.rounds; round++) {
    const modes = round % 2 === 0 ? [true, false] : [false, true];
    for (const staggered of modes) {
      fanOuts.push(await runFanOut(order, backend, { name: `${round}-${staggered}`, staggered }));
    }
  }
  await backend.close();
  console.log(JSON.stringify(fanOuts));
}

async function openScripted({ projectRoot, folder, scenario, codexPath }: FanOutsOrder): Promise<Backend> {
  const processesFolder = join(folder, "processes");
  mkdirSync(processesFolder, { recursive: true });
  const opened = await openBackend("scripted", {
    session: "bench",
    projectRoot,
    processesFolder,
    runMarker: `bench-${crypto.randomUUID()}`,
    protectedPaths: [],
    codexPath,
    baseUrl: null,
    scenario,
    trust: false,
    env: process.env,
  });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

async function runFanOut(
  { projectRoot, folder, agents, sharedChars }: FanOutsOrder,
  backend: Backend,
  { name, staggered }: { readonly name: string; readonly staggered: boolean },
): Promise<FanOut> {
  const created = createJournal(join(folder, `${name}.jsonl`));
  if (!created.ok) throw new Error(created.error.message);
  const journal = created.value;
  const state = emptyState();
  const specs = Array.from({ length: agents }, (_, index) => agent(`reader-${index + 1}`));
  const begun = journal.append(runStarted(planOf(...specs), { maxParallel: agents }));
  if (!begun.ok) throw new Error(begun.error.message);
  apply(state, begun.value);
  const shared = `Fan-out ${name}.\n`.padEnd(sharedChars, "What everybody has to know, at length. ");
  const times: { readonly type: EventDraft["type"]; readonly atMs: number }[] = [];
  const ends: EventOf<"turn.finished">[] = [];
  const run = startRun({
    state,
    journal,
    next,
    writePrompt: (_, turn) => `${shared}\n\nYour part: ${turn.agent}.`,
    runTurn: makeTurnRunner({ state, backend, workspace: projectRoot, ...(staggered ? {} : { stagger: null }) }),
    observe: async () => ({ changed: null, files: [], more: 0, digest: null }),
    watch(event) {
      times.push({ type: event.type, atMs: performance.now() });
      if (event.type === "turn.finished") ends.push(event);
    },
  });
  const done = await run.done;
  await journal.close();
  if (!done.ok) throw new Error(done.error.message);
  if (ends.length !== agents) throw new Error(`${ends.length} of ${agents} turns finished in fan-out ${name}`);
  const beganMs = times.find(({ type }) => type === "turn.started")?.atMs ?? Number.NaN;
  const firstItemMs = (times.find(({ type }) => type === "turn.item")?.atMs ?? Number.NaN) - beganMs;
  const wallMs = (times.findLast(({ type }) => type === "turn.finished")?.atMs ?? Number.NaN) - beganMs;
  const sum = (key: "input" | "cachedInput") => ends.reduce((total, { usage }) => total + usage[key], 0);
  return { staggered, input: sum("input"), cachedInput: sum("cachedInput"), wallMs, firstItemMs };
}
