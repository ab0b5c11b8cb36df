import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nativeCodexPath } from "../rig/codex_home.ts";
import type { FanOut, FanOutsOrder } from "./fan_out_process.ts";
import { atLeast, atMost, type BenchReport } from "./report.ts";
import { median } from "./samples.ts";
import type { Workshop } from "./workshop.ts";

const AGENTS = 4;
const SHARED_CHARS = 16 * 1024;
const SHARED_TOKENS = SHARED_CHARS / 4;
/** A turn shows its first item after the one and ends after both: short for a model, so that waiting weighs much. */
const FIRST_ITEM_MS = 400;
const REST_MS = 1600;

/** The same fan-out through the real codex, staggered and not: what comes from the provider's cache, and how long it takes. */
export async function benchCache(workshop: Workshop): Promise<BenchReport> {
  const fanOuts = await runFanOuts(workshop, workshop.quick ? 1 : 7);
  const of = (staggered: boolean, key: Exclude<keyof FanOut, "staggered">): number =>
    median(fanOuts.filter((fanOut) => fanOut.staggered === staggered).map((fanOut) => fanOut[key]));
  const row = (staggered: boolean) => ({
    fan: `${AGENTS} turns, ${staggered ? "staggered" : "all at once"}`,
    "input tokens": of(staggered, "input"),
    "cached tokens": of(staggered, "cachedInput"),
    "cached %": (100 * of(staggered, "cachedInput")) / of(staggered, "input"),
    "wall ms": of(staggered, "wallMs"),
    "first item after ms": of(staggered, "firstItemMs"),
  });
  const saved = of(true, "cachedInput") - of(false, "cachedInput");
  const delayMs = of(true, "wallMs") - of(false, "wallMs");
  return {
    name: "cache",
    rows: [row(true), row(false)],
    goals: [
      atLeast(
        "cached tokens gained / shared tokens of all but the first turn",
        saved / ((AGENTS - 1) * SHARED_TOKENS),
        0.9,
      ),
      atMost("wall time lost / time to the first turn's first item", delayMs / of(true, "firstItemMs"), 1.1),
    ],
  };
}

async function runFanOuts(workshop: Workshop, rounds: number): Promise<FanOut[]> {
  const home = workshop.makeFolder("cache");
  const projectRoot = join(home, "project");
  mkdirSync(projectRoot);
  mkdirSync(join(home, "codex"));
  const scenario = join(home, "scenario.json");
  const steps = [
    { run: "true", delayMs: FIRST_ITEM_MS },
    { say: "Done.", delayMs: REST_MS },
  ];
  writeFileSync(scenario, JSON.stringify({ version: 1, agents: { "*": { work: steps } } }));
  const order: FanOutsOrder = {
    projectRoot,
    folder: home,
    scenario,
    codexPath: nativeCodexPath(),
    agents: AGENTS,
    sharedChars: SHARED_CHARS,
    rounds,
  };
  const child = Bun.spawn([await workshop.ownProgram("own_program.ts"), "bench-fan-outs", JSON.stringify(order)], {
    cwd: projectRoot,
    env: { ...process.env, HOME: home, CODEX_HOME: join(home, "codex") },
    stdout: "pipe",
    stderr: "inherit",
  });
  const printed = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error("the fan-outs through the real codex failed");
  return JSON.parse(printed) as FanOut[];
}
