import { endProcesses } from "./end_processes.ts";
import { RUN_VARIABLE, readRecords, removeHalfRecords } from "./record.ts";

/**
 * Kills what an earlier start of a session left behind, and gives the number of processes. The caller holds the folder's
 * lock: there is no living run. `marker` is one more to look for; those in the records are looked for anyway.
 */
export async function reapLeftovers(processesFolder: string, marker: string | null = null): Promise<number> {
  removeHalfRecords(processesFolder);
  const markers = new Set(readRecords(processesFolder).map((record) => record.marker));
  if (marker !== null) markers.add(marker);
  if (markers.size === 0) return 0;
  return endProcesses({
    processesFolder,
    owns: () => true,
    marks: [...markers].map((value) => ({ variable: RUN_VARIABLE, value })),
    graceMs: 0,
  });
}
