import { err, ok, type Result } from "../../core/result.ts";
import { selfCommand } from "../../process/self.ts";
import type { BackendProblem } from "../backend.ts";

export interface ServerProcess {
  readonly baseUrl: string;
  readonly pid: number;
  /** Closes the server's standard input, which ends it, and waits for that. May be called twice. */
  close(): Promise<void>;
}

export interface ServerProcessOptions {
  /** A built-in scenario's name or a file; null: the default one. */
  readonly scenario: string | null;
  /** Folder that a relative scenario file is looked up from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Starts the scripted model in a process of its own and waits until it listens. */
export async function startServerProcess(
  options: ServerProcessOptions,
): Promise<Result<ServerProcess, BackendProblem>> {
  const args = options.scenario === null ? [] : ["--scenario", options.scenario];
  const child = Bun.spawn(selfCommand(["__model-server", ...args]), {
    cwd: options.cwd,
    env: { ...options.env },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
  });
  const close = async (): Promise<void> => {
    await child.stdin.end();
    await child.exited;
  };
  const line = await readFirstLine(child.stdout);
  const { port, problem } = parseAnnouncement(line);
  if (port !== null) return ok({ baseUrl: `http://127.0.0.1:${port}/v1`, pid: child.pid, close });
  await close();
  if (problem !== null) {
    return err({ kind: "scenario-invalid", message: problem, hint: "Correct the scenario, or leave --scenario out." });
  }
  const detail = (await new Response(child.stderr).text()).trim().split("\n").at(-1) ?? "";
  return err({
    kind: "server-failed",
    message: `the scripted model did not start (exit code ${child.exitCode})${detail === "" ? "" : `: ${detail}`}`,
    hint: "Run again with --verbose; loopback connections have to be allowed.",
  });
}

async function readFirstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (value) text += decoder.decode(value, { stream: true });
    if (done || text.includes("\n")) break;
  }
  reader.releaseLock();
  return text.split("\n", 1)[0] ?? "";
}

function parseAnnouncement(line: string): { readonly port: number | null; readonly problem: string | null } {
  try {
    const value = JSON.parse(line) as { port?: unknown; problem?: unknown };
    return {
      port: typeof value.port === "number" ? value.port : null,
      problem: typeof value.problem === "string" ? value.problem : null,
    };
  } catch {
    return { port: null, problem: null };
  }
}
