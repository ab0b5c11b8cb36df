import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessIdentity } from "./identity.ts";

/** What the guard writes about a process before it becomes codex. The process leads a group of its own number. */
export interface ProcessRecord extends ProcessIdentity {
  readonly agent: string;
  /** The run's, as in RUN_VARIABLE. */
  readonly marker: string;
  /** The turn's, as in TURN_VARIABLE. */
  readonly turn: string;
}

/** Every process of a run has its marker in this variable of its environment, the agents' commands included. */
export const RUN_VARIABLE = "ORCHESTRATED_CODEX_RUN";
/** The same for one turn. */
export const TURN_VARIABLE = "ORCHESTRATED_CODEX_TURN";

const recordPath = (folder: string, pid: number): string => join(folder, `${pid}.json`);

/** Writes a record so that a reader sees all of it or nothing. */
export function writeRecord(folder: string, record: ProcessRecord): void {
  const path = recordPath(folder, record.pid);
  writeFileSync(`${path}.new`, JSON.stringify(record));
  renameSync(`${path}.new`, path);
}

/** Every readable record of a folder; none when there is no folder. */
export function readRecords(folder: string): ProcessRecord[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+\.json$/.test(name))
      .flatMap((name) => parseRecord(join(folder, name)) ?? []);
  } catch {
    return [];
  }
}

/** Removes what a guard that was killed has written of its record. Only where nothing is being started. */
export function removeHalfRecords(folder: string): void {
  try {
    for (const name of readdirSync(folder))
      if (/^\d+\.json\.new$/.test(name)) rmSync(join(folder, name), { force: true });
  } catch {
    // Without the folder there is nothing to remove.
  }
}

/** Forgets a process that has ended. */
export const removeRecord = (folder: string, pid: number): void => rmSync(recordPath(folder, pid), { force: true });

function parseRecord(path: string): ProcessRecord | null {
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as Partial<ProcessRecord>;
    const { pid, startTime, agent, marker, turn } = value;
    if (!Number.isInteger(pid) || typeof pid !== "number" || pid <= 1) return null;
    if (typeof startTime !== "string" || typeof agent !== "string") return null;
    if (typeof marker !== "string" || typeof turn !== "string") return null;
    return { pid, startTime, agent, marker, turn };
  } catch {
    return null;
  }
}
