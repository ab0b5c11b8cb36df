import { join } from "node:path";
import { ISOLATING_BUN_FLAGS } from "../../src/process/self.ts";

/** The headless orchestrator as its users start it, from source. */
export const PROGRAM: readonly string[] = [
  process.execPath,
  ...ISOLATING_BUN_FLAGS,
  join(import.meta.dir, "..", "..", "src", "index.ts"),
];

/** How a program ended, and all that it printed. In a terminal both streams are one: `out`. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The program as a child process. */
export interface Program {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
  /** Types into its terminal. */
  type(keys: string): void;
  /** What it has printed so far. */
  printed(): string;
}

export interface ProgramOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** With a terminal of its own, in which it is the foreground. */
  readonly terminal?: boolean;
  /** What stands before the program: `setpriv ...`. */
  readonly prefix?: readonly string[];
}

/** Starts the program with these arguments. */
export function startProgram(argv: readonly string[], options: ProgramOptions): Program {
  const command = [...(options.prefix ?? []), ...PROGRAM, ...argv];
  const { cwd, env } = options;
  return options.terminal ? startInTerminal(command, { cwd, env }) : startPiped(command, options);
}

function startPiped(command: string[], { cwd, env, stdin }: ProgramOptions): Program {
  const child = Bun.spawn(command, {
    cwd,
    env: { ...env },
    stdin: stdin === undefined ? "ignore" : Buffer.from(stdin),
    stdout: "pipe",
    stderr: "pipe",
  });
  const printed = { out: "", err: "" };
  const collect = async (stream: ReadableStream<Uint8Array>, name: "out" | "err") => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) printed[name] += decoder.decode(chunk, { stream: true });
  };
  const read = Promise.all([collect(child.stdout, "out"), collect(child.stderr, "err")]);
  const end = async (): Promise<Ended> => {
    const code = await child.exited;
    await read;
    return { code, ...printed };
  };
  return {
    pid: child.pid,
    ended: end(),
    kill: (signal) => child.kill(signal),
    type: () => {
      throw new Error("this program has no terminal");
    },
    printed: () => printed.out + printed.err,
  };
}

function startInTerminal(command: string[], { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> }) {
  const decoder = new TextDecoder();
  let out = "";
  const child = Bun.spawn(command, {
    cwd,
    env: { TERM: "xterm-256color", ...env },
    terminal: {
      cols: 120,
      rows: 40,
      data(_, bytes) {
        out += decoder.decode(bytes, { stream: true });
      },
    },
  });
  const end = async (): Promise<Ended> => {
    const code = await child.exited;
    child.terminal?.close();
    return { code, out, err: "" };
  };
  return {
    pid: child.pid,
    ended: end(),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    type(keys: string) {
      child.terminal?.write(keys);
    },
    printed: () => out,
  };
}
