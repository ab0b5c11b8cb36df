import { parseArgs } from "node:util";
import { endProcesses } from "./end_processes.ts";
import { RUN_VARIABLE } from "./record.ts";

/** Long enough for codex to note the interruption in its thread, short enough to have everything gone within 2 s. */
const GRACE_MS = 500;

/**
 * The hidden subcommand `__warden`: outlives the orchestrator for a moment, in a session of its own, and takes with it
 * what that one had started. It does so when its standard input ends, which is how a crash and a normal end both look.
 * Gives the exit code.
 */
export async function runWarden(argv: readonly string[]): Promise<number> {
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.on(signal, () => {});
  const { values } = parseArgs({
    args: [...argv],
    options: { processes: { type: "string" }, marker: { type: "string" } },
  });
  const { processes, marker } = values;
  if (!processes || !marker) return 2;
  for await (const _ of Bun.stdin.stream()) {
    // Only the end counts.
  }
  await endProcesses({
    processesFolder: processes,
    owns: (record) => record.marker === marker,
    marks: [{ variable: RUN_VARIABLE, value: marker }],
    graceMs: GRACE_MS,
  });
  return 0;
}
