import { Dice } from "../rig/simulator/dice.ts";
import { type Played, play } from "./play.ts";
import { WORLDS } from "./world.ts";

export interface ChaosOptions {
  readonly kills: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** What all runs of a chaos came to. */
export interface ChaosResult {
  readonly runs: number;
  readonly kills: number;
  readonly adopted: number;
  readonly faults: readonly string[];
}

/** How often one run is killed at most. */
const KILLS_PER_RUN = 6;

/** Kills scripted runs until there were so many kills, resumes each to its end, and looks at everything they left. */
export async function runChaos({ kills, seed, say }: ChaosOptions): Promise<ChaosResult> {
  const faults: string[] = [];
  let [done, adopted, runs] = [0, 0, 0];
  for (; done < kills; runs++) {
    const dice = new Dice(seed, `run ${runs}`);
    const world = WORLDS[dice.below(WORLDS.length)];
    if (!world) break;
    const played: Played = await play(world, dice, Math.min(KILLS_PER_RUN, kills - done));
    done += played.kills.length;
    adopted += played.adopted;
    faults.push(...played.faults.map((fault) => `run ${runs} (${world.name}): ${fault}`));
    say(`run ${runs} (${world.name}): ${played.kills.join(", ") || "no kill"}: ${played.faults[0] ?? "all is there"}`);
  }
  return { runs, kills: done, adopted, faults };
}
