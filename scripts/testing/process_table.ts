import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export interface FoundProcess {
  readonly pid: number;
  readonly command: string;
}

/**
 * Living processes that carry `mark` in their environment, arguments or working folder. Groups and sessions are no
 * sign: what we look for begins sessions of its own.
 */
export function findMarked(mark: string): FoundProcess[] {
  const found = process.platform === "linux" ? readProc(mark) : readPs(mark);
  return found.filter(({ pid }) => pid !== process.pid);
}

/** Kills those processes and gives what it met. */
export function killMarked(mark: string): readonly FoundProcess[] {
  const found = findMarked(mark);
  for (const { pid } of found) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone by itself, between the look and the shot.
    }
  }
  return found;
}

function readProc(mark: string): FoundProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const command = readOrEmpty(() => readFileSync(`/proc/${name}/cmdline`, "utf8"));
    // A dead one that nobody has waited for has no command line any more.
    if (command === "") return [];
    const signs = [
      command,
      readOrEmpty(() => readFileSync(`/proc/${name}/environ`, "utf8")),
      readOrEmpty(() => readlinkSync(`/proc/${name}/cwd`)),
    ];
    if (!signs.some((sign) => sign.includes(mark))) return [];
    return [{ pid: Number(name), command: command.replaceAll("\0", " ").trim() }];
  });
}

/** macOS: `-E` prints the environment behind the arguments, of our own processes only. */
function readPs(mark: string): FoundProcess[] {
  const { stdout } = Bun.spawnSync(["ps", "-axEww", "-o", "pid=,command="], { stderr: "ignore" });
  return stdout
    .toString()
    .split("\n")
    .flatMap((line) => {
      const [, pid, command = ""] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      return pid !== undefined && command.includes(mark) ? [{ pid: Number(pid), command: command.slice(0, 200) }] : [];
    });
}

function readOrEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
