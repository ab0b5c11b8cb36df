import { parseArgs } from "node:util";
import { runChaos } from "./chaos.ts";

const HELP = `Usage: bun run chaos [--kills N] [--seed S]

Kills scripted runs (the real codex, scheduler and stores) at random and at named places, whoever it hits, cuts off of the
journal what a power cut would have taken, resumes until they are done, and checks that nothing was lost, asked twice or
left behind. The same seed draws the same kills; when they come depends on the machine.`;

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    help: { type: "boolean", short: "h" },
  },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
if (values.help) {
  console.log(HELP);
} else if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  console.error(`chaos: --kills and --seed are whole numbers\n\n${HELP}`);
  process.exitCode = 2;
} else {
  const beganMs = performance.now();
  const { runs, kills: done, adopted, faults } = await runChaos({ kills, seed, say: console.log });
  for (const fault of faults) console.error(`chaos: ${fault}`);
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(0);
  console.log(
    `${done} kills in ${runs} runs, seed ${seed}, ${seconds} s: ${adopted} turns adopted, ${faults.length} faults`,
  );
  process.exitCode = faults.length > 0 ? 1 : 0;
}
