import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Backend, BackendContext, BackendEvent, TurnRequest } from "../../src/backends/backend.ts";
import { openCodex } from "../../src/backends/codex/backend.ts";
import type { ModelCall, ModelReply } from "../../src/backends/scripted/model_call.ts";
import { startModelServer } from "../../src/backends/scripted/model_server.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import { type CodexHome, privateCodexHome } from "../rig/codex_home.ts";

export interface CodexRig {
  readonly home: CodexHome;
  readonly backend: Backend;
  readonly processesFolder: string;
  readonly calls: ModelCall[];
  run(request?: Partial<TurnRequest>, signal?: AbortSignal): AsyncIterable<BackendEvent>;
  /** Runs a turn to its end and gives every event. */
  events(request?: Partial<TurnRequest>, signal?: AbortSignal): Promise<BackendEvent[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

type Respond = (call: ModelCall) => ModelReply | Promise<ModelReply>;

export function contextOf(home: CodexHome, baseUrl: string | null): BackendContext {
  return {
    session: "rig",
    projectRoot: home.project,
    processesFolder: join(home.path, "..", "processes"),
    runMarker: `rig-${crypto.randomUUID()}`,
    protectedPaths: [],
    codexPath: null,
    baseUrl,
    scenario: null,
    trust: false,
    env: home.env,
  };
}

export function requestOf(home: CodexHome, more: Partial<TurnRequest> = {}): TurnRequest {
  return {
    session: "rig",
    agent: "ann",
    phase: "plan",
    attempt: 1,
    threadId: null,
    threadUsage: NO_USAGE,
    prompt: "do it",
    workspace: home.project,
    sandbox: "workspace-write",
    network: false,
    webSearch: false,
    model: "gpt-5.5",
    ...more,
  };
}

/** The real codex against a model that the test plays. */
export async function openRig(respond: Respond, more: Partial<BackendContext> = {}): Promise<CodexRig> {
  const home = privateCodexHome();
  const calls: ModelCall[] = [];
  const server = startModelServer({
    respond: async (call) => {
      calls.push(call);
      return respond(call);
    },
  });
  const context = { ...contextOf(home, server.baseUrl), ...more };
  const protectedPaths = context.protectedPaths.map((path) => join(home.project, path));
  for (const path of protectedPaths) {
    mkdirSync(path.endsWith(".db") ? dirname(path) : path, { recursive: true });
    if (path.endsWith(".db")) writeFileSync(path, "truth");
  }
  const opened = await openCodex({ ...context, protectedPaths });
  if (!opened.ok) throw new Error(opened.error.message);
  const backend = opened.value;
  const run: CodexRig["run"] = (request, signal) =>
    backend.runTurn(requestOf(home, request), signal ?? new AbortController().signal);
  return {
    home,
    backend,
    processesFolder: context.processesFolder,
    calls,
    run,
    events: (request, signal) => Array.fromAsync(run(request, signal)),
    [Symbol.asyncDispose]: async () => {
      await backend.close();
      await server.stop();
      home[Symbol.dispose]();
    },
  };
}

/** Runs these commands in one turn, then says "done". */
export const runCommands =
  (...commands: string[]): Respond =>
  (call) =>
    call.toolOutputs.length === 0 ? { kind: "commands", commands } : { kind: "message", text: "done" };
