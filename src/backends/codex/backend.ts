import { mkdirSync } from "node:fs";
import { err, ok } from "../../core/result.ts";
import type { Backend, BackendEvent, OpenBackend, ThreadRecord } from "../backend.ts";
import { codexHome } from "./environment.ts";
import { locateCodex } from "./locate.ts";
import { readThread } from "./thread_record.ts";
import { runCodexTurn } from "./turn.ts";

/** The real codex, through its SDK: each turn is a process of its own, under guard. */
export const openCodex: OpenBackend = async (context) => {
  const program = await locateCodex(context);
  if (!program.ok) return program;
  const home = codexHome(context.env);
  try {
    // Codex refuses a home that does not exist.
    mkdirSync(home, { recursive: true });
    mkdirSync(context.processesFolder, { recursive: true });
  } catch (error) {
    return err({
      kind: "codex-unusable",
      message: `a folder that codex needs cannot be made: ${(error as Error).message}`,
      hint: "Set CODEX_HOME to a folder that you may write.",
    });
  }
  const run: Backend["runTurn"] = (request, signal) =>
    runCodexTurn({ request, signal, context, program: program.value });
  return ok(new CodexBackend(run, home));
};

class CodexBackend implements Backend {
  readonly name = "codex";
  readonly capabilities = { supportsSteer: false, supportsResume: true };
  readonly #run: Backend["runTurn"];
  readonly #closing = new AbortController();
  readonly #turns = new Set<Promise<void>>();

  readonly #home: string;

  constructor(run: Backend["runTurn"], home: string) {
    this.#run = run;
    this.#home = home;
  }

  async *runTurn(...[request, signal]: Parameters<Backend["runTurn"]>): AsyncGenerator<BackendEvent> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turns.add(promise);
    try {
      yield* this.#run(request, AbortSignal.any([signal, this.#closing.signal]));
    } finally {
      this.#turns.delete(promise);
      resolve();
    }
  }

  lookUpThread(threadId: string): Promise<ThreadRecord | null> {
    return readThread(this.#home, threadId);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#turns);
  }
}
