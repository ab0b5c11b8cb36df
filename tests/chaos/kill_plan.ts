import type { CrashPoint } from "../../src/core/crash_point.ts";
import type { Dice } from "../rig/simulator/dice.ts";

/** Whom a kill hits. `power`: everybody at once, and what was not synced is gone. */
export type Victim = "orchestrator" | "recorder" | "warden" | "codex" | "power";

/** One kill: at a place in our own code, or when the journal has grown by so many lines. */
export type Kill =
  | { readonly kind: "point"; readonly point: CrashPoint; readonly nth: number }
  | { readonly kind: "line"; readonly victim: Victim; readonly lines: number };

const POINTS: readonly [CrashPoint, ...CrashPoint[]] = [
  "journal.before-sync",
  "journal.after-sync",
  "turn.before-record",
  "turn.after-record",
  "recorder.in-commit",
  "recorder.after-commit",
];

const VICTIMS: readonly [Victim, ...Victim[]] = [
  "orchestrator",
  "orchestrator",
  "recorder",
  "warden",
  "codex",
  "power",
];

/** Draws the next kill. */
export function drawKill(dice: Dice): Kill {
  if (dice.chance(0.4)) return { kind: "point", point: dice.pick(POINTS), nth: dice.between(1, 5) };
  return { kind: "line", victim: dice.pick(VICTIMS), lines: dice.between(1, 30) };
}

/** `orchestrator after 7 lines` or `recorder.in-commit, the 2nd time`. */
export const nameKill = (kill: Kill): string =>
  kill.kind === "point" ? `${kill.point} (${kill.nth})` : `${kill.victim} after ${kill.lines} lines`;
