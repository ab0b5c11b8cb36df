/**
 * The program with some words more, built as the program is: what a benchmark runs as a process of its own is then as
 * fast as the real one, its guard, recorder and warden included.
 */
const WORDS: Readonly<Record<string, () => Promise<{ run(order: string): Promise<void> }>>> = {
  "bench-fan-outs": () => import("./fan_out_process.ts"),
  "bench-plan": () => import("./plan_process.ts"),
  "bench-turns": () => import("./turn_process.ts"),
  "bench-journals": () => import("./journal_process.ts"),
};

const [word = "", order = ""] = process.argv.slice(2);
const own = process.env.ORCHESTRATED_CODEX_GUARD ? undefined : WORDS[word];
if (own) {
  await (await own()).run(order);
  process.exit(0);
}
await import("../../src/main.ts");

export {};
