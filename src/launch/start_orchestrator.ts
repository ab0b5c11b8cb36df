import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from "node:fs";
import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import { followEvents } from "../events/read.ts";

export interface OrchestratorStart {
  readonly paths: SessionPaths;
  /** argv of the headless orchestrator. */
  readonly command: readonly string[];
  /** What it reads from standard input: a prompt may be longer than an argument can be. */
  readonly input?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** An orchestrator in the background that has begun: its run is in the journal. */
export interface StartedOrchestrator {
  readonly exited: Promise<number>;
}

/** It ended before the run began; `output` is what it said about that. */
export interface EarlyEnd {
  readonly kind: "ended-early";
  readonly exitCode: number;
  readonly output: string;
}

export type StartProblem =
  | EarlyEnd
  | { readonly kind: "folder-unusable"; readonly path: string; readonly code: string };

/**
 * Starts the orchestrator in a session of its own, so that neither the end of this process nor of the terminal reaches
 * it, and waits until it has journaled that the run began (or goes on), or has ended. It takes no part in this
 * process's end: whoever waits for the run awaits `exited`.
 */
export async function startOrchestrator(start: OrchestratorStart): Promise<Result<StartedOrchestrator, StartProblem>> {
  const { paths, command, input, env } = start;
  const opened = openDiagnostics(paths);
  if (!opened.ok) return opened;
  const log = opened.value;
  const logBytes = fstatSync(log).size;
  const journalBytes = fileSize(paths.journal);
  const child = Bun.spawn([...command], {
    cwd: paths.projectRoot,
    env: { ...env },
    stdin: input === undefined ? "ignore" : Buffer.from(input),
    stdout: log,
    stderr: log,
    detached: true,
  });
  closeSync(log);
  child.unref();
  const stop = new AbortController();
  const begun = waitForBeginning(paths.journal, journalBytes, stop.signal);
  const exited = child.exited;
  const first = await Promise.race([begun, exited]);
  stop.abort();
  // Its first line is always `run.started` or `run.resumed`; a quick run may have ended before we were told of it.
  if (first === "begun" || fileSize(paths.journal) > journalBytes) return ok({ exited });
  const output = readFileSync(paths.diagnostics).subarray(logBytes).toString("utf8").trim();
  return err({ kind: "ended-early", exitCode: await exited, output });
}

function openDiagnostics(paths: SessionPaths): Result<number, StartProblem> {
  try {
    mkdirSync(paths.folder, { recursive: true });
    return ok(openSync(paths.diagnostics, "a"));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    return err({ kind: "folder-unusable", path: paths.folder, code });
  }
}

async function waitForBeginning(journal: string, fromByte: number, signal: AbortSignal): Promise<"begun" | "nothing"> {
  for await (const _ of followEvents(journal, { signal, fromByte })) return "begun";
  return "nothing";
}

function fileSize(path: string): number {
  try {
    const fd = openSync(path, "r");
    try {
      return fstatSync(fd).size;
    } finally {
      closeSync(fd);
    }
  } catch {
    return 0;
  }
}
