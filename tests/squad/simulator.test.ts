import { expect, test } from "bun:test";
import type { EventDraft } from "../../src/events/event.ts";
import { simulate } from "../rig/simulator/simulate.ts";

/** SEED=123 runs that seed alone; SEEDS=20000 runs more of them, AGENTS=200 gives every plan so many. */
const { SEED, SEEDS = "1000", AGENTS } = process.env;
const seeds = SEED ? [Number(SEED)] : Array.from({ length: Number(SEEDS) }, (_, index) => index + 1);
const MOST_MS = Math.max(100_000, 100 * seeds.length);
/** Kinds of events in the journals of all of them. */
const met = new Set<string>();
const wishes = AGENTS ? { agents: Number(AGENTS) } : {};

test(
  `every invariant holds in ${seeds.length} worlds`,
  () => {
    const beganMs = performance.now();
    let [agents, events, lives, old] = [0, 0, 0, 0];
    const broken: string[] = [];
    for (const seed of seeds) {
      const run = simulate(seed, wishes);
      agents += run.agents;
      events += run.events;
      lives += run.lives;
      old += run.isOld ? 1 : 0;
      for (const event of run.journal) met.add(describeKind(event));
      if (run.broken) broken.push(run.broken.message);
    }
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
    console.log(`simulated ${seeds.length} seeds, ${agents} agents, ${events} events in ${seconds} s`);
    console.log(`${lives} processes, ${old} journals begun by an older policy, ${broken.length} seeds broken`);
    if (broken.length > 0) throw new Error(broken.slice(0, 3).join("\n\n"));
  },
  MOST_MS,
);

test("the same seed is the same run", () => {
  for (const seed of [1, 2, 3]) expect(simulate(seed)).toEqual(simulate(seed));
});

test.skipIf(seeds.length < 1000)("the worlds have met what there is to meet", () => {
  expect(EXPECTED.filter((kind) => !met.has(kind))).toEqual([]);
});

const EXPECTED = [
  ...["plan", "follow-up", "repair", "work"].flatMap((phase) => [`ask ${phase}`, `continue ${phase}`]),
  ...["server-error", "quota", "unreachable", "aborted"].map((kind) => `turn failed: ${kind}`),
  ...["signal agents", "signal turns", "signal everything", "failure turns"].map((stop) => `interrupt by ${stop}`),
  ...["nothing-left", "max-waves", "no-change"].map((cause) => `loop ended: ${cause}`),
  ...["finished", "failed", "stopped"].map((state) => `run ${state}`),
  ...["blueprint", "warned blueprint", "handed-on blueprint", "nothing left", "refusal", "last refusal"],
  ...["run.resumed", "resume with a new plan", "adopted turn", "turn.finished", "thread.lost"],
  ...["wave", "wave with continuation", "wave of a later group", "agent.finished", "agent.failed", "agent.skipped"],
];

function describeKind(event: EventDraft): string {
  switch (event.type) {
    case "turn.started":
      return `${event.continues ? "continue" : "ask"} ${event.phase}`;
    case "turn.failed":
      return `turn failed: ${event.failure.kind}`;
    case "run.interrupted":
      return `interrupt by ${event.by} ${event.stops}`;
    case "run.resumed":
      return event.plan ? "resume with a new plan" : event.type;
    case "turn.finished":
      return event.adopted ? "adopted turn" : event.type;
    case "autonomous.ended":
      return `loop ended: ${event.cause}`;
    case "run.finished":
      return `run ${event.state}`;
    case "blueprint.accepted":
      if (event.blueprint.agents.length === 0) return "nothing left";
      if (event.blueprint.handoff) return "handed-on blueprint";
      return event.warnings.length > 0 ? "warned blueprint" : "blueprint";
    case "blueprint.rejected":
      return event.final ? "last refusal" : "refusal";
    case "wave.started":
      if (event.agents.some(({ kind }) => kind === "continuation")) return "wave with continuation";
      return event.wave > 0 && event.agents.some(({ id }) => id.startsWith("g2-")) ? "wave of a later group" : "wave";
    default:
      return event.type;
  }
}
