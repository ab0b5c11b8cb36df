import { findMarked, type Mark } from "./find_marked.ts";
import { isAlive, type ProcessIdentity } from "./identity.ts";
import { type ProcessRecord, readRecords, removeRecord } from "./record.ts";

export interface Targets {
  readonly processesFolder: string;
  /** Which of the records are meant. */
  readonly owns: (record: ProcessRecord) => boolean;
  readonly marks: readonly Mark[];
  /** How long codex may take to end by itself after SIGINT; 0: no time at all. */
  readonly graceMs: number;
}

const LOOK_EVERY_MS = 15;
/** A process in the midst of an exec shows no environment, so one look that finds nothing proves nothing. */
const EMPTY_LOOKS = 2;
/** A command that forks faster than it is killed is given up after this many rounds. */
const ROUNDS = 60;

/**
 * Ends the groups of recorded processes, then everything that carries one of the marks, until nothing is left. Gives the
 * number of processes that it had to signal. Other processes' ends cannot be waited for, only looked at.
 */
export async function endProcesses({ processesFolder, owns, marks, graceMs }: Targets): Promise<number> {
  const records = readRecords(processesFolder).filter(owns);
  const signalled = new Set<number>();
  const living = () => records.filter(isAlive);
  if (graceMs > 0) {
    for (const { pid } of living()) {
      signalled.add(pid);
      send(-pid, "SIGINT");
    }
    const end = performance.now() + graceMs;
    while (performance.now() < end && living().length > 0) await Bun.sleep(LOOK_EVERY_MS);
  }
  for (let round = 0, empty = 0; round < ROUNDS && empty < EMPTY_LOOKS; round++) {
    const leaders = living();
    const marked = new Map<number, ProcessIdentity>();
    for (const found of marks.flatMap(findMarked)) marked.set(found.pid, found);
    empty = leaders.length === 0 && marked.size === 0 ? empty + 1 : 0;
    for (const { pid } of leaders) {
      signalled.add(pid);
      send(-pid, "SIGKILL");
    }
    for (const { pid } of marked.values()) {
      signalled.add(pid);
      send(pid, "SIGKILL");
    }
    if (empty < EMPTY_LOOKS) await Bun.sleep(LOOK_EVERY_MS);
  }
  for (const record of records) if (!isAlive(record)) removeRecord(processesFolder, record.pid);
  return signalled.size;
}

/** A negative number means the group. One that is gone already is what was wanted. */
function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone, or never ours.
  }
}
