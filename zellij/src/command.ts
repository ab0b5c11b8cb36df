import { fail, ok, type Result } from "./result.ts";

/** Everything a manager needs to speak to one Zellij; made by the client. */
export interface ZellijContext {
  readonly binary: string;
  /** The session that `action` and `pipe` talk to; absent: the one we are inside of. */
  readonly session?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** Ends the calls that are under way, and every later one. */
  readonly signal?: AbortSignal;
}

export interface ZellijCall {
  /** The words after the globals: `["action", "list-panes", "-j"]`. */
  readonly args: readonly string[];
  /** Words before the subcommand, such as `--config-dir DIR`. */
  readonly globals?: readonly string[];
  /** Puts `--session NAME` in front; for what speaks to one session. */
  readonly inSession?: boolean;
  readonly timeoutMs?: number;
}

/** A killed process may leave a child that holds the pipes open: what has come by then is enough. */
const READ_AFTER_END_MS = 500;

/**
 * Runs `zellij` once: argv only, standard input closed, killed at the time limit (its client would otherwise try for
 * ever to reach a session that does not answer). Gives what it printed.
 */
export async function callZellij(context: ZellijContext, call: ZellijCall): Promise<Result<string>> {
  const session = call.inSession && context.session !== undefined ? ["--session", context.session] : [];
  const argv = [context.binary, ...(call.globals ?? []), ...session, ...call.args];
  if (context.signal?.aborted) return fail("failed", "given up");
  const holder = argv.find((word) => word.includes("\0"));
  if (holder !== undefined) return fail("bad-input", "an argument holds a NUL character");
  let child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  try {
    child = Bun.spawn(argv, { stdin: "ignore", stdout: "pipe", stderr: "pipe", env: { ...context.env } });
  } catch (error) {
    return fail("not-installed", `cannot start ${context.binary}: ${(error as Error).message}`);
  }
  const timeoutMs = call.timeoutMs ?? context.timeoutMs;
  let timedOut = false;
  const deadline = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  const giveUp = () => child.kill("SIGKILL");
  context.signal?.addEventListener("abort", giveUp);
  const printed = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const exitCode = await child.exited;
  clearTimeout(deadline);
  context.signal?.removeEventListener("abort", giveUp);
  if (timedOut) return fail("timed-out", `zellij ${call.args.join(" ")} did not end within ${timeoutMs} ms`);
  const [stdout, stderr] = await Promise.race([
    printed,
    Bun.sleep(READ_AFTER_END_MS).then(() => ["", "its output did not end"] as const),
  ]);
  if (exitCode === 0) return ok(stdout);
  const said = plain(stderr.trim() || stdout.trim());
  const kind = /no (active )?session|session .*not found|no active zellij sessions/i.test(said)
    ? "no-session"
    : "failed";
  return fail(kind, said || `zellij ${call.args.join(" ")} ended with ${exitCode}`, exitCode);
}

/** Text without terminal colours. */
export const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, "");

/** Reads JSON that Zellij printed; `null` from `read` means that it is not what we expected. */
export function parseOutput<T>(what: string, text: string, read: (value: unknown) => T | null): Result<T> {
  try {
    const value = read(JSON.parse(text));
    if (value !== null) return ok(value);
  } catch {
    // Falls through: not JSON is as unreadable as the wrong JSON.
  }
  return fail("bad-output", `${what} printed something else than expected: ${text.slice(0, 200)}`);
}

/** An object whose fields may be anything; null for everything else. */
export const asRecord = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
