// budget 400 s
import { expect, test } from "bun:test";
import { runChaos } from "./chaos.ts";

/** What CI plays; `bun run chaos` plays 200. */
const KILLS = 25;
const LONGEST_MS = 390_000;

test(
  `${KILLS} kills at random and at named places: nothing is lost, asked twice or left behind`,
  async () => {
    const seed = Number(process.env.CHAOS_SEED ?? Math.floor(performance.timeOrigin) % 1_000_000);
    const lines: string[] = [];
    const result = await runChaos({ kills: KILLS, seed, say: (line) => lines.push(line) });
    console.log(`seed ${seed}\n${lines.join("\n")}`);
    expect(result.faults).toEqual([]);
    expect(result.kills).toBeGreaterThanOrEqual(KILLS);
  },
  LONGEST_MS,
);
