import { mkdirSync } from "node:fs";
import type { BackendContext, TurnRequest } from "../../src/backends/backend.ts";
import { openCodex } from "../../src/backends/codex/backend.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import { createJournal } from "../../src/events/journal.ts";
import { runTurn } from "../../src/turns/run_turn.ts";

/** Turns to run one after the other; each begins when a line comes on standard input. */
export interface TurnsOrder {
  readonly projectRoot: string;
  readonly journal: string;
  readonly processesFolder: string;
  readonly baseUrl: string;
  readonly codexPath: string;
}

/** One line for each turn: how long it took, from its request to its end on disk, in ms. */
export async function run(text: string): Promise<void> {
  const order = JSON.parse(text) as TurnsOrder;
  mkdirSync(order.processesFolder, { recursive: true });
  const opened = await openCodex(contextOf(order));
  if (!opened.ok) throw new Error(opened.error.message);
  const created = createJournal(order.journal);
  if (!created.ok) throw new Error(created.error.message);
  const journal = created.value;
  const signal = new AbortController().signal;
  const timeouts = { turnTimeoutMs: 60_000, idleTimeoutMs: 60_000 };
  let attempt = 0;
  for await (const _ of console) {
    attempt += 1;
    const request = requestOf(order, attempt);
    const { agent, phase, threadId, prompt } = request;
    const beganMs = performance.now();
    journal.append({ type: "turn.started", agent, phase, attempt, threadId, wave: 0, prompt, continues: false });
    await journal.durable();
    const end = await runTurn({
      backend: opened.value,
      request,
      timeouts,
      signal,
      emit: (event) => journal.append(event),
    });
    journal.append(end);
    await journal.durable();
    const tookMs = performance.now() - beganMs;
    if (end.type === "turn.failed") throw new Error(end.failure.message);
    console.log(tookMs);
  }
  await journal.close();
  await opened.value.close();
}

function contextOf({ projectRoot, processesFolder, baseUrl, codexPath }: TurnsOrder): BackendContext {
  return {
    session: "bench",
    projectRoot,
    processesFolder,
    runMarker: `bench-${crypto.randomUUID()}`,
    protectedPaths: [],
    codexPath,
    baseUrl,
    scenario: null,
    trust: false,
    env: process.env,
  };
}

function requestOf({ projectRoot }: TurnsOrder, attempt: number): TurnRequest {
  return {
    session: "bench",
    agent: "ann",
    phase: "work",
    attempt,
    threadId: null,
    threadUsage: NO_USAGE,
    prompt: "Say that you are there.",
    workspace: projectRoot,
    sandbox: "workspace-write",
    network: false,
    webSearch: false,
    model: "gpt-5.5",
  };
}
