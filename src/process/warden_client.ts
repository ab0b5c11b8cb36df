import { selfCommand } from "./self.ts";

export interface Warden {
  /** Number of the warden's process, for tests and diagnostics. */
  readonly pid: number;
  /** Has it end everything of the run and waits for that. May be called twice. */
  stop(): Promise<void>;
}

export interface WardenOptions {
  readonly processesFolder: string;
  readonly marker: string;
  /** How to start ourselves; tests hand in their own. */
  readonly command?: readonly string[];
}

/** One that dies at once every time is not started for ever. */
const RESTARTS = 20;

/** Starts the process that ends everything of the run when this one ends, however that happens. */
export function startWarden(options: WardenOptions): Warden {
  const args = ["--processes", options.processesFolder, "--marker", options.marker];
  const command = options.command ? [...options.command, ...args] : selfCommand(["__warden", ...args]);
  let stopping = false;
  let restarts = 0;
  const start = () =>
    Bun.spawn(command, {
      cwd: "/",
      stdin: "pipe",
      stdout: "ignore",
      stderr: "ignore",
      detached: true,
      onExit: () => {
        if (!stopping && ++restarts <= RESTARTS) child = start();
      },
    });
  let child = start();
  return {
    get pid() {
      return child.pid;
    },
    stop: async () => {
      stopping = true;
      await child.stdin.end();
      await child.exited;
    },
  };
}
