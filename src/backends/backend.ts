import type { TurnFailure } from "../core/failure.ts";
import type { Result } from "../core/result.ts";
import type { Usage } from "../core/usage.ts";
import type { Phase } from "../events/event.ts";
import type { TurnItem } from "../events/item.ts";
import type { SandboxMode } from "../plan/plan.ts";

/**
 * Something that can run a turn of an agent. The contract, which one test drives over the whole registry:
 *
 * - `open` checks everything that can be checked before the first turn (executable, login, server) and starts what the
 *   backend needs. It gives a failure with a hint instead of throwing.
 * - `runTurn` starts a thread (`threadId` null) or goes on with one. Its events are: at most one `thread`, before any
 *   `item`; items and notices; then exactly one terminal event, `finished` or `failed`, after which the iteration ends
 *   and nothing of the turn is running any more.
 * - It never throws for an expected failure, abort included: an aborted turn ends with `failed`, kind `aborted` (or with
 *   the kind that `signal.reason` carries when that is a TurnFailure), unless it had finished already.
 * - Turns of different agents run at the same time and never mix.
 * - `lookUpThread` says what the backend itself has kept of a thread, without asking the model; null when it has none of
 *   that name (any more), so that nobody can go on with it.
 * - `close` ends everything that the backend started. It may be called twice.
 */
export interface Backend {
  readonly name: string;
  readonly capabilities: BackendCapabilities;
  runTurn(request: TurnRequest, signal: AbortSignal): AsyncIterable<BackendEvent>;
  lookUpThread(threadId: string): Promise<ThreadRecord | null>;
  close(): Promise<void>;
}

/** A thread as its backend has kept it. */
export interface ThreadRecord {
  /** Turns that have ended with an answer, over the thread's whole life. */
  readonly endedTurns: number;
  /** Since the last turn that ended with an answer a prompt has come in: whoever goes on needs not be told it again. */
  readonly isPrompted: boolean;
  /** The last turn's end; null when it has not ended with an answer. */
  readonly lastEnd: {
    readonly text: string;
    /** The thread's running total. */
    readonly threadUsage: Usage;
    readonly durationMs: number;
  } | null;
}

export interface BackendCapabilities {
  /** A running turn can be told something more. */
  readonly supportsSteer: boolean;
  /** A thread can be continued by another process after a crash. */
  readonly supportsResume: boolean;
}

export interface TurnRequest {
  readonly session: string;
  readonly agent: string;
  readonly phase: Phase;
  readonly attempt: number;
  readonly threadId: string | null;
  /** What the thread has used so far, as journaled: the backend reports this turn's own part. */
  readonly threadUsage: Usage;
  readonly prompt: string;
  /** The answer must fit this JSON Schema (asked for by structured output; the caller checks again). */
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  /** Absolute folder that the agent works in. */
  readonly workspace: string;
  readonly sandbox: SandboxMode;
  readonly network: boolean;
  readonly webSearch: boolean;
  /** Absent: the backend's own default. */
  readonly model?: string;
  readonly reasoningEffort?: string;
}

export type BackendEvent =
  | { readonly type: "thread"; readonly threadId: string }
  | { readonly type: "item"; readonly state: "started" | "updated" | "completed"; readonly item: TurnItem }
  | { readonly type: "notice"; readonly message: string }
  /** `usage` is this turn's alone. */
  | { readonly type: "finished"; readonly text: string; readonly usage: Usage }
  /** `retryAfterMs`: the caller may try the turn once more after that time (codex died, or a 429 named no time). */
  | {
      readonly type: "failed";
      readonly failure: TurnFailure;
      readonly usage: Usage | null;
      readonly retryAfterMs?: number;
    };

/** What a backend needs to know of the run that uses it. */
export interface BackendContext {
  readonly session: string;
  readonly projectRoot: string;
  /** Folder for one record a started process: `<pid>.json` (process/guard). */
  readonly processesFolder: string;
  /** Marker that every process of the run carries in its environment. */
  readonly runMarker: string;
  /** Absolute paths that no agent may write: the journal's folder, the databases. */
  readonly protectedPaths: readonly string[];
  readonly codexPath: string | null;
  readonly baseUrl: string | null;
  /** Scenario file of the scripted backend; null: the built-in one. */
  readonly scenario: string | null;
  /** Whether codex may read the project's own .codex/config.toml. */
  readonly trust: boolean;
  /** The environment to read keys from and to hand on. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Why a backend cannot be used at all; `kind` decides the exit code (cli/explain.ts). */
export interface BackendProblem {
  readonly kind: "codex-missing" | "codex-unusable" | "codex-too-old" | "scenario-invalid" | "server-failed";
  readonly message: string;
  readonly hint: string;
}

export type OpenBackend = (context: BackendContext) => Promise<Result<Backend, BackendProblem>>;
