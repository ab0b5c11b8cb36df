import { expect, test } from "bun:test";
import { INVARIANTS, type Invariant } from "../rig/simulator/invariant.ts";
import { SABOTAGES } from "../rig/simulator/sabotages.ts";
import { simulate } from "../rig/simulator/simulate.ts";

/** A checker that cannot fail is none: each way to get it wrong has to be found, and called by its name. */
const MOST_SEEDS = 200;

test.each(SABOTAGES.map((sabotage) => [sabotage.name, sabotage.breaks, sabotage] as const))(
  "who %s breaks: %s",
  (_name, breaks, { make }) => {
    for (let seed = 1; seed <= MOST_SEEDS; seed++) {
      const { broken } = simulate(seed, { deciding: make(), agents: 15 });
      if (!broken) continue;
      expect(broken.message).toContain(`seed ${seed} (SEED=${seed} runs it alone): ${breaks} (`);
      expect(broken.invariant).toBe(breaks);
      return;
    }
    throw new Error(`${MOST_SEEDS} seeds have noticed nothing`);
  },
);

test("every invariant has somebody who breaks it", () => {
  const broken = new Set(SABOTAGES.map(({ breaks }) => breaks));
  expect((Object.keys(INVARIANTS) as Invariant[]).filter((invariant) => !broken.has(invariant))).toEqual([]);
});
