import { randomUUID } from "node:crypto";
import type { ThreadEvent } from "@openai/codex-sdk";
import type { TurnFailure } from "../../core/failure.ts";
import { subtractUsage } from "../../core/usage.ts";
import { endProcesses } from "../../process/end_processes.ts";
import { guardCommand } from "../../process/guard.ts";
import { TURN_VARIABLE } from "../../process/record.ts";
import type { BackendContext, BackendEvent, TurnRequest } from "../backend.ts";
import { classifyFailure } from "./classify.ts";
import { tolerateEarlyDeath } from "./early_death.ts";
import { codexEnvironment, codexHome, listProjectFolders } from "./environment.ts";
import { listHiddenVariables } from "./hidden_variables.ts";
import type { CodexProgram } from "./locate.ts";
import { codexOptions, threadOptions } from "./options.ts";
import { readRolloutEnd } from "./rollout.ts";
import { translateItem, translateUsage } from "./translate.ts";

export interface CodexTurn {
  readonly request: TurnRequest;
  readonly signal: AbortSignal;
  readonly context: BackendContext;
  readonly program: CodexProgram;
}

type Finished = Extract<BackendEvent, { type: "finished" | "failed" }>;

/** After SIGTERM codex is gone in some 50 ms; what is not by then is killed. */
const TERM_GRACE_MS = 500;

/** Runs one turn; see the contract of `Backend.runTurn`. */
export async function* runCodexTurn(turn: CodexTurn): AsyncGenerator<BackendEvent> {
  const { request, signal, context } = turn;
  if (signal.aborted) {
    yield { type: "failed", failure: reasonOf(signal), usage: null };
    return;
  }
  const id = randomUUID();
  const story = new TurnStory(request);
  const stop = new AbortController();
  let killing: Timer | undefined;
  const end = (): void => {
    stop.abort();
    killing ??= setTimeout(() => void killTurn(context, id), TERM_GRACE_MS);
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    for await (const event of await startCodex(turn, id, stop.signal)) {
      yield* story.hear(event);
      if (story.wrongThread) end();
    }
  } catch (error) {
    story.thrown = error instanceof Error ? error.message : String(error);
  } finally {
    signal.removeEventListener("abort", end);
    clearTimeout(killing);
    // Also after a good end: what the agent's commands left running in the background.
    await killTurn(context, id);
  }
  yield await story.end(signal, codexHome(context.env));
}

async function startCodex(turn: CodexTurn, id: string, signal: AbortSignal): Promise<AsyncIterable<ThreadEvent>> {
  const { request, context, program } = turn;
  const { Codex } = await import("@openai/codex-sdk");
  const guard = guardCommand({
    codexPath: program.path,
    recordFolder: context.processesFolder,
    agent: request.agent,
    marker: context.runMarker,
    turn: id,
  });
  tolerateEarlyDeath(guard.path);
  const env = codexEnvironment({ context, turn: id, toolsFolder: program.toolsFolder, guard: guard.env });
  const projectFolders = listProjectFolders(request.workspace);
  const hiddenVariables = listHiddenVariables(context.env);
  const setup = { executable: guard.path, env, projectFolders, hiddenVariables };
  const codex = new Codex(codexOptions(request, context, setup));
  const options = threadOptions(request);
  const thread = request.threadId === null ? codex.startThread(options) : codex.resumeThread(request.threadId, options);
  const schema = request.outputSchema === undefined ? {} : { outputSchema: request.outputSchema };
  const { events } = await thread.runStreamed(request.prompt, { ...schema, signal });
  return events;
}

/** Ends what is left of a turn: codex's group and everything with the turn's mark. */
function killTurn({ processesFolder }: BackendContext, turn: string): Promise<number> {
  return endProcesses({
    processesFolder,
    owns: (record) => record.turn === turn,
    marks: [{ variable: TURN_VARIABLE, value: turn }],
    graceMs: 0,
  });
}

/** What a turn's events say together. */
class TurnStory {
  thrown: string | null = null;
  wrongThread = false;
  readonly #request: TurnRequest;
  #threadId: string | null = null;
  #text: string | null = null;
  #finished: Finished | null = null;
  #failedMessage: string | null = null;
  #retried = false;

  constructor(request: TurnRequest) {
    this.#request = request;
  }

  *hear(event: ThreadEvent): Generator<BackendEvent> {
    if (this.wrongThread || this.#finished) return;
    switch (event.type) {
      case "thread.started":
        // A name that is no thread's makes codex begin a new one without a word.
        this.wrongThread = this.#request.threadId !== null && event.thread_id !== this.#request.threadId;
        if (this.wrongThread || this.#threadId !== null) return;
        this.#threadId = event.thread_id;
        yield { type: "thread", threadId: event.thread_id };
        return;
      case "item.started":
      case "item.updated":
      case "item.completed": {
        const item = translateItem(event.item);
        if (item === null) return;
        if (item.kind === "message" && event.type === "item.completed") this.#text = item.text;
        yield { type: "item", state: STATES[event.type], item };
        return;
      }
      case "turn.completed": {
        const usage = subtractUsage(translateUsage(event.usage), this.#request.threadUsage);
        this.#finished =
          this.#text === null
            ? {
                type: "failed",
                failure: { kind: "no-answer", message: "codex ended the turn without an answer" },
                usage,
              }
            : { type: "finished", text: this.#text, usage };
        return;
      }
      case "turn.failed":
        this.#failedMessage = event.error.message;
        return;
      case "error":
        // Mostly a note that codex tries again; the last one is repeated by turn.failed.
        if (/^Reconnecting/.test(event.message)) {
          this.#retried = true;
          yield { type: "notice", message: event.message };
        }
    }
  }

  async end(signal: AbortSignal, home: string): Promise<Finished> {
    if (this.#finished) return this.#finished;
    if (this.wrongThread) {
      const message = `codex does not know the thread ${this.#request.threadId}`;
      return { type: "failed", failure: { kind: "unknown", message }, usage: null };
    }
    if (signal.aborted) return { type: "failed", failure: reasonOf(signal), usage: null };
    const rollout = this.#threadId === null ? null : await readRolloutEnd(home, this.#threadId);
    const evidence = { failedMessage: this.#failedMessage, thrown: this.thrown, rollout, retried: this.#retried };
    return { type: "failed", ...classifyFailure(evidence), usage: null };
  }
}

const STATES = {
  "item.started": "started",
  "item.updated": "updated",
  "item.completed": "completed",
} as const;

/** The caller may say why it stops a turn by the signal's reason. */
function reasonOf({ reason }: AbortSignal): TurnFailure {
  if (typeof reason === "object" && reason !== null && "kind" in reason && "message" in reason) {
    return reason as TurnFailure;
  }
  return { kind: "aborted", message: "the turn was stopped" };
}
