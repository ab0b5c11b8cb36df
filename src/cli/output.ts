import type { ExitCode } from "../core/exit_codes.ts";
import { decideColor } from "../views/style.ts";
import { explain, type Problem } from "./explain.ts";

/**
 * Where a command prints. Data goes to standard output, everything said about it to standard error. A reader that goes
 * away (`| head`) is no error: what comes after is dropped, and `closed` tells those who follow something.
 */
export interface Output {
  /** One or more lines on standard output; resolves when they are handed over. */
  print(text: string): Promise<void>;
  printJson(value: unknown): Promise<void>;
  /** `codex-squad: LINE` on standard error. */
  warn(line: string): Promise<void>;
  /** Prints why something cannot be done; gives the exit code for it. */
  fail(problem: Problem | readonly Problem[]): Promise<ExitCode>;
  readonly closed: AbortSignal;
  /** The code of an output error that lost something (a full disk); null for none. A reader that went away lost nothing. */
  lost(): string | null;
  /** Colours may be used on standard output. */
  readonly color: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

interface Sink {
  readonly isTTY?: boolean;
  write(text: string, done: (error?: Error | null) => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

export interface OutputParts {
  readonly program: string;
  readonly env: Env;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Takes secrets out of what is said on standard error, which may be a log file. */
  readonly redact?: (text: string) => Promise<string>;
}

/** Output of one command over the process's two streams. */
export function createOutput({ program, env, stdout, stderr, redact }: OutputParts): Output {
  const closing = new AbortController();
  let lost: string | null = null;
  const toStdout = writerOf(stdout, ({ code = "error" }) => {
    if (code !== "EPIPE" && code !== "EIO") lost ??= code;
    closing.abort();
  });
  const writeStderr = writerOf(stderr, () => {});
  const toStderr = async (text: string) => writeStderr(redact ? await redact(text) : text);
  const paint = painter(decideColor(env, stderr.isTTY === true));
  const print = (text: string) => toStdout(text.endsWith("\n") ? text : `${text}\n`);
  return {
    print,
    printJson: (value) => print(JSON.stringify(value, null, 2)),
    warn: (line) => toStderr(`${paint("33", program)}: ${line}\n`),
    closed: closing.signal,
    lost: () => lost,
    color: decideColor(env, stdout.isTTY === true),
    async fail(problem) {
      const problems = Array.isArray(problem) ? (problem as readonly Problem[]) : [problem as Problem];
      const explained = problems.map(explain);
      for (const { line, excerpt, hint } of explained) {
        const shown = excerpt ? `${excerpt.replace(/^/gm, "  ")}\n` : "";
        const below = hint ? `  ${paint("2", `hint: ${hint}`)}\n` : "";
        await toStderr(`${paint("31", program)}: ${line}\n${shown}${below}`);
      }
      return explained[0]?.exitCode ?? 70;
    },
  };
}

const painter =
  (color: boolean) =>
  (code: string, text: string): string =>
    color ? `\x1b[${code}m${text}\x1b[0m` : text;

function writerOf(sink: Sink, onClosed: (error: NodeJS.ErrnoException) => void): (text: string) => Promise<void> {
  let closed = false;
  const close = (error?: Error | null) => {
    if (!error) return;
    closed = true;
    onClosed(error);
  };
  sink.on("error", close);
  return (text) =>
    closed
      ? Promise.resolve()
      : new Promise((resolve) => {
          try {
            sink.write(text, (error) => {
              close(error);
              resolve();
            });
          } catch (error) {
            close(error as Error);
            resolve();
          }
        });
}
