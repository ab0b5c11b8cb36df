import { existsSync } from "node:fs";
import { readOwner } from "../control/owner.ts";
import type { SessionPaths } from "../core/paths.ts";
import { followEvents, readEvents } from "../events/read.ts";
import { isAlive } from "../process/identity.ts";
import { foldRun, type RunRecord, UNFOLDED } from "../views/run_state.ts";

/** How often a process is looked at that tells nobody of its end (a kill -9). */
const LOOK_EVERY_MS = 500;

/** The run as journaled, and whether an orchestrator works on it now. */
export function lookAtRun(paths: SessionPaths): { readonly run: RunRecord | null; readonly alive: boolean } {
  const run = existsSync(paths.journal) ? foldRun(readEvents(paths.journal, { without: UNFOLDED })) : null;
  return { run, alive: hasOrchestrator(paths) };
}

export function hasOrchestrator(paths: SessionPaths): boolean {
  const owner = readOwner(paths);
  return owner !== null && isAlive(owner);
}

/** Waits until no orchestrator works on the run any more, or the time is over; true for the first. */
export async function waitForEnd(paths: SessionPaths, withinMs: number): Promise<boolean> {
  const stop = new AbortController();
  const deadline = setTimeout(() => stop.abort(), withinMs);
  const look = setInterval(() => {
    if (!hasOrchestrator(paths)) stop.abort();
  }, LOOK_EVERY_MS);
  try {
    // An orchestrator ends within moments of journaling its end; the look above sees the rest.
    for await (const _ of followEvents(paths.journal, { signal: stop.signal })) if (!hasOrchestrator(paths)) break;
    return !hasOrchestrator(paths);
  } finally {
    clearTimeout(deadline);
    clearInterval(look);
    stop.abort();
  }
}
