import { readdirSync, readFileSync } from "node:fs";
import { identify, type ProcessIdentity } from "./identity.ts";

/** A variable of the environment that tells whose a process is. */
export interface Mark {
  readonly variable: string;
  readonly value: string;
}

/** Every process of this user, but for ourselves, that carries the mark in the environment it was started with. */
export function findMarked({ variable, value }: Mark): ProcessIdentity[] {
  if (value === "") return [];
  const entry = `${variable}=${value}`;
  return process.platform === "linux" ? findInProc(entry) : findByPs(entry);
}

function findInProc(entry: string): ProcessIdentity[] {
  const needle = Buffer.from(`\0${entry}\0`);
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const environment = Buffer.concat([Buffer.of(0), readFileSync(`/proc/${pid}/environ`)]);
      return environment.includes(needle) ? (identify(pid) ?? []) : [];
    } catch {
      // Somebody else's, or gone since.
      return [];
    }
  });
}

/** macOS: `ps -E` appends the environment to the command, for the user's own processes. */
function findByPs(entry: string): ProcessIdentity[] {
  const asked = Bun.spawnSync(["ps", "-x", "-E", "-ww", "-o", "pid=,command="], { stderr: "ignore" });
  return asked.stdout
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [, digits, words] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      const pid = Number(digits);
      if (words === undefined || pid === process.pid || !` ${words} `.includes(` ${entry} `)) return [];
      return identify(pid) ?? [];
    });
}
