import { readFileSync } from "node:fs";

/** A process that is not mistaken for a later one of the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** As the system writes it: clock ticks since boot on Linux, a date on macOS. Only compared. */
  readonly startTime: string;
}

/** Who a running process is; null when there is none of that number. */
export function identify(pid: number): ProcessIdentity | null {
  const startTime = process.platform === "linux" ? readLinuxStart(pid) : askStart(pid);
  return startTime === null ? null : { pid, startTime };
}

/** Whether exactly this process runs. One that has ended and waits for its parent (a zombie) does not. */
export const isAlive = ({ pid, startTime }: ProcessIdentity): boolean => identify(pid)?.startTime === startTime;

function readLinuxStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold spaces and parentheses itself: what follows counts from the last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state] = fields;
    return state === "Z" || state === "X" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function askStart(pid: number): string | null {
  const asked = Bun.spawnSync(["ps", "-o", "state=,lstart=", "-p", String(pid)], {
    env: { ...process.env, LC_ALL: "C" },
    stderr: "ignore",
  });
  const [, state, startTime] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(asked.stdout.toString()) ?? [];
  return state === undefined || startTime === undefined || state.startsWith("Z") ? null : startTime;
}
