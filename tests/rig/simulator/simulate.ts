import type { EventDraft } from "../../../src/events/event.ts";
import type { Deciding } from "./deciding.ts";
import { TODAY } from "./deciding.ts";
import { Dice } from "./dice.ts";
import { describeEvent, type Invariant, InvariantBroken } from "./invariant.ts";
import { drawOldPolicy } from "./old_policies.ts";
import { type Life, Simulation } from "./simulation.ts";
import { World } from "./world.ts";

/** What one seed has shown. */
export interface Simulated {
  readonly seed: number;
  readonly agents: number;
  readonly events: number;
  /** Processes that the run took. */
  readonly lives: number;
  /** Its journal was begun by an older policy. */
  readonly isOld: boolean;
  readonly virtualMs: number;
  readonly journal: readonly EventDraft[];
  readonly broken: Broken | null;
}

export interface Broken {
  readonly invariant: Invariant;
  readonly message: string;
}

/** After so many processes at the most the world is calm, and the next has to finish. */
const MOST_STORMY_LIVES = 4;
/** The first may still have to judge an answer that was given before, and to fail its agent. */
const CALM_LIVES = 2;
const LAST_EVENTS = 30;

export interface Wishes {
  readonly deciding?: Deciding;
  /** For every seed, in place of some from 1 to 200. */
  readonly agents?: number;
}

/** Runs the world of one seed to its end, through interrupts, crashes and resumes. The same seed is the same run. */
export function simulate(seed: number, { deciding = TODAY, agents }: Wishes = {}): Simulated {
  const dice = new Dice(seed, "fate");
  const old = dice.chance(0.25) ? drawOldPolicy(dice, deciding) : null;
  const mostAgents = agents ?? (dice.chance(0.5) ? 12 : 200);
  const world = new World(seed, { leastAgents: agents ?? 1, mostAgents, withModes: old === null });
  const stormyLives = dice.between(1, MOST_STORMY_LIVES);
  const expected = 8 + 5 * world.drawn.plan.groups.reduce((sum, group) => sum + group.agents.length, 0);
  const simulation = new Simulation(world, dice, drawLife(dice, { deciding: old ?? deciding, written: 0, expected }));
  let lives = 1;
  const tell = (broken: Broken | null): Simulated => ({
    seed,
    agents: simulation.agentCount,
    events: simulation.eventCount,
    lives,
    isOld: old !== null,
    virtualMs: simulation.nowMs,
    journal: simulation.events,
    broken,
  });
  try {
    for (;;) {
      simulation.live();
      if (simulation.ended === "finished") return tell(null);
      if (lives === stormyLives + CALM_LIVES) throw new InvariantBroken("end", `in a calm world: ${simulation.ended}`);
      world.isCalm = lives >= stormyLives;
      lives += 1;
      const life = drawLife(dice, { deciding, written: simulation.events.length, expected });
      simulation.resume(world.isCalm ? { ...life, interrupts: [], crashAtEvents: null } : life);
    }
  } catch (error) {
    if (!(error instanceof InvariantBroken)) throw error;
    return tell({ invariant: error.invariant, message: explain(seed, error, simulation.events) });
  }
}

function drawLife(
  dice: Dice,
  { deciding, written, expected }: { readonly deciding: Deciding; readonly written: number; readonly expected: number },
): Life {
  const soon = (): number => written + 2 + dice.below(expected);
  const interrupts = Array.from({ length: dice.pick([0, 0, 1, 1, 2, 3]) }, () => ({
    afterEvents: soon(),
    stops: dice.pick(["agents", "agents", "turns", "everything"]),
  }));
  return {
    deciding,
    interrupts: interrupts.sort((a, b) => a.afterEvents - b.afterEvents),
    crashAtEvents: dice.chance(0.4) ? soon() : null,
    shadowAtEvents: soon(),
  };
}

function explain(seed: number, { message }: InvariantBroken, events: readonly EventDraft[]): string {
  const from = Math.max(0, events.length - LAST_EVENTS);
  const last = events.slice(from).map((event, index) => `  ${from + index + 1} ${describeEvent(event)}`);
  return [`seed ${seed} (SEED=${seed} runs it alone): ${message}`, "the last events:", ...last].join("\n");
}
