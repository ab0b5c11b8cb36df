import { closeSync, constants, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { err, ok, type Result } from "../core/result.ts";
import { LOCK_EX, LOCK_NB, openLibc } from "./libc.ts";

/** Held until `release` or the end of the process, whichever way that comes. */
export interface Lock {
  release(): void;
}

/** The process that has the lock; null when it has not written its number yet. */
export interface LockHeld {
  readonly holder: number | null;
}

/**
 * Takes a lock that the kernel keeps: an old file does not matter, and it is never removed, because its removal would let
 * two hold it. Throws what opening the file throws (no rights, no space).
 */
export function lockFile(path: string): Result<Lock, LockHeld> {
  const { O_RDWR, O_CREAT } = constants;
  // Bun opens with O_CLOEXEC, so that no child keeps the lock alive.
  const fd = openSync(path, O_RDWR | O_CREAT, 0o644);
  if (openLibc(["flock"]).flock(fd, LOCK_EX | LOCK_NB) !== 0) {
    closeSync(fd);
    return err({ holder: readHolder(path) });
  }
  ftruncateSync(fd, 0);
  writeSync(fd, `${process.pid}\n`, 0);
  let held = true;
  return ok({
    release: () => {
      if (held) closeSync(fd);
      held = false;
    },
  });
}

function readHolder(path: string): number | null {
  const pid = Number.parseInt(readFileSync(path, "utf8"), 10);
  return Number.isInteger(pid) ? pid : null;
}
