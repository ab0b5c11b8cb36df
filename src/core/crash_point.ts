import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The places where an end is most telling. */
export type CrashPoint =
  | "journal.before-sync"
  | "journal.after-sync"
  /** A backend has ended a turn, and nobody has written that down. */
  | "turn.before-record"
  /** It is written down, and nothing has been made of it. */
  | "turn.after-record"
  /** All of a transaction is given to the database, but for its COMMIT. */
  | "recorder.in-commit"
  | "recorder.after-commit";

/** `POINT:N`: the process kills itself when it comes by for the Nth time. Only `bun run chaos` sets it. */
export const CRASH_VARIABLE = "ORCHESTRATED_CODEX_CRASH_POINT";
/** A folder in which each writer of the journal notes how many bytes of it are on disk for certain. */
export const SYNC_VARIABLE = "ORCHESTRATED_CODEX_SYNC_NOTES";

const [armed, count = "1"] = (process.env[CRASH_VARIABLE] ?? "").split(":");
const notes = process.env[SYNC_VARIABLE];
let left = Number(count);

/** Dies here if this is the place that was named; otherwise nothing. */
export function crashHere(point: CrashPoint): void {
  if (point === armed && --left === 0) process.kill(process.pid, "SIGKILL");
}

/** Notes what a power cut could not take any more. */
export function noteSynced(who: "journal" | "recorder", bytes: number): void {
  if (notes) writeFileSync(join(notes, who), String(bytes));
}
