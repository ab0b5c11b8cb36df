import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Backend, BackendContext, BackendEvent, TurnRequest } from "../../src/backends/backend.ts";
import { BACKEND_NAMES, openBackend } from "../../src/backends/registry.ts";
import { loadScenario } from "../../src/backends/scripted/load_scenario.ts";
import { createScriptedModel } from "../../src/backends/scripted/script.ts";
import type { TurnFailure } from "../../src/core/failure.ts";
import { addUsage, NO_USAGE, type Usage } from "../../src/core/usage.ts";
import { type CodexHome, nativeCodexPath, privateCodexHome } from "../rig/codex_home.ts";
import { type GatedServer, startGatedServer } from "../rig/model_server.ts";

const SCENARIO = {
  version: 1,
  agents: {
    structured: { "*": [{ answer: { verdict: "good" } }] },
    maker: { work: [{ say: "I begin." }, { edit: { "made.txt": "by a patch" } }, { say: "Made." }] },
    refused: { "*": [{ fault: { status: 400, message: "This is refused.", times: "always" } }] },
    silent: { "*": [{ hang: { times: "always" } }, { say: "never" }] },
    counted: { "*": [{ say: "counted", usage: { input: 100, cachedInput: 40, output: 20, reasoning: 5 } }] },
    "*": { "*": [{ run: "echo mark-of-{{agent}}" }, { say: "{{agent}} was asked: {{prompt}}" }] },
  },
};

const SCHEMA = {
  type: "object",
  additionalProperties: false,
  required: ["verdict"],
  properties: { verdict: { type: "string" } },
};

describe.each([...BACKEND_NAMES])("backend %s", (name) => {
  let home: CodexHome;
  let model: GatedServer;
  let backend: Backend;

  beforeAll(async () => {
    home = privateCodexHome();
    const scenario = join(home.path, "..", "scenario.json");
    writeFileSync(scenario, JSON.stringify(SCENARIO));
    const loaded = loadScenario(scenario);
    if (!loaded.ok) throw new Error(loaded.error);
    model = startGatedServer({ respond: createScriptedModel(loaded.value) });
    const processesFolder = join(home.project, ".orchestrator", "s1", "processes");
    mkdirSync(processesFolder, { recursive: true });
    const context: BackendContext = {
      session: "s1",
      projectRoot: home.project,
      processesFolder,
      runMarker: `contract-${crypto.randomUUID()}`,
      protectedPaths: [join(home.project, ".orchestrator")],
      codexPath: nativeCodexPath(),
      baseUrl: name === "scripted" ? null : model.baseUrl,
      scenario: name === "scripted" ? scenario : null,
      trust: false,
      env: home.env,
    };
    const opened = await openBackend(name, context);
    if (!opened.ok) throw new Error(`${opened.error.kind}: ${opened.error.message}`);
    backend = opened.value;
  });

  afterAll(async () => {
    await backend?.close();
    await backend?.close();
    await model?.[Symbol.asyncDispose]();
    home?.[Symbol.dispose]();
  });

  const request = (rest: Partial<TurnRequest> & { readonly agent: string }): TurnRequest => ({
    session: "s1",
    phase: "plan",
    attempt: 1,
    threadId: null,
    threadUsage: NO_USAGE,
    prompt: `Task of ${rest.agent}.`,
    workspace: home.project,
    sandbox: "read-only",
    network: false,
    webSearch: false,
    ...rest,
  });

  const collect = async (turn: TurnRequest, signal = new AbortController().signal): Promise<BackendEvent[]> => {
    const events: BackendEvent[] = [];
    for await (const event of backend.runTurn(turn, signal)) events.push(event);
    return events;
  };

  const ended = (events: readonly BackendEvent[]): { text: string; usage: Usage; threadId: string } => {
    const last = events.at(-1);
    const thread = events.find((event) => event.type === "thread");
    if (last?.type !== "finished" || thread?.type !== "thread") throw new Error(JSON.stringify(events));
    return { text: last.text, usage: last.usage, threadId: thread.threadId };
  };

  const terminals = (events: readonly BackendEvent[]): string[] =>
    events.map(({ type }) => type).filter((type) => type === "finished" || type === "failed");

  test("names the thread before any item, and ends exactly once", async () => {
    const events = await collect(request({ agent: "walker" }));
    const kinds = events.map(({ type }) => type).filter((type) => type !== "notice");
    expect(kinds[0]).toBe("thread");
    expect(kinds.filter((type) => type === "thread")).toHaveLength(1);
    expect(kinds).toContain("item");
    expect(terminals(events)).toEqual(["finished"]);
    expect(ended(events).text).toBe("walker was asked: Task of walker.");
    const commands = events.flatMap((event) => (event.type === "item" && event.item.kind === "command" ? [event] : []));
    expect(commands.at(-1)).toMatchObject({ state: "completed", item: { exitCode: 0, status: "ok" } });
    expect(commands.at(-1)?.item).toMatchObject({ output: expect.stringContaining("mark-of-walker") });
  });

  test("goes on with a thread: the history is kept, the usage is this turn's alone", async () => {
    const first = ended(await collect(request({ agent: "reader", prompt: `Long ago. ${"word ".repeat(2000)}` })));
    const again = { agent: "reader", phase: "follow-up", threadId: first.threadId, threadUsage: first.usage } as const;
    const second = ended(await collect(request({ ...again, prompt: "And now?" })));
    expect(second.threadId).toBe(first.threadId);
    expect(second.text).toBe("reader was asked: And now?");
    // The model counts what it is sent: the first prompt (10,000 characters) is in the second turn's two requests too.
    expect(second.usage.input).toBeGreaterThan(first.usage.input);
    expect(second.usage.input).toBeLessThan(first.usage.input * 1.5);
    const other = ended(await collect(request({ agent: "counted" })));
    expect(other.usage).toEqual({ input: 100, cachedInput: 40, output: 20, reasoning: 5 });
    const total = addUsage(other.usage, NO_USAGE);
    const more = await collect(request({ agent: "counted", threadId: other.threadId, threadUsage: total }));
    expect(ended(more).usage).toEqual(other.usage);
  });

  test("asks for structured output", async () => {
    const events = await collect(request({ agent: "structured", outputSchema: SCHEMA }));
    expect(JSON.parse(ended(events).text)).toEqual({ verdict: "good" });
  });

  test("lets a specialist write in its folder, and reports the files", async () => {
    const events = await collect(request({ agent: "maker", phase: "work", sandbox: "workspace-write" }));
    expect(ended(events).text).toBe("Made.");
    expect(existsSync(join(home.project, "made.txt"))).toBe(true);
    const paths = events.flatMap((event) =>
      event.type === "item" && event.item.kind === "files" ? event.item.changes.map(({ path }) => path) : [],
    );
    expect(paths.some((path) => path.endsWith("made.txt"))).toBe(true);
  });

  test("a refusal is a failed turn, not an exception", async () => {
    const events = await collect(request({ agent: "refused" }));
    expect(terminals(events)).toEqual(["failed"]);
    expect(events.at(-1)).toMatchObject({ type: "failed", failure: { kind: "bad-request" } });
  });

  test("a thread that does not exist is a failed turn", async () => {
    const events = await collect(request({ agent: "walker", threadId: "01a20bd7-0000-7000-8000-000000000000" }));
    expect(terminals(events)).toEqual(["failed"]);
  });

  const abortWith = async (reason?: TurnFailure): Promise<BackendEvent[]> => {
    const stop = new AbortController();
    const events: BackendEvent[] = [];
    for await (const event of backend.runTurn(request({ agent: "silent" }), stop.signal)) {
      events.push(event);
      if (event.type === "thread") stop.abort(reason);
    }
    return events;
  };

  test("an abort ends the turn once, with the kind of the reason", async () => {
    const plain = await abortWith();
    expect(terminals(plain)).toEqual(["failed"]);
    expect(plain.at(-1)).toMatchObject({ failure: { kind: "aborted" } });
    const late = await abortWith({ kind: "idle-timeout", message: "Nothing happened." });
    expect(terminals(late)).toEqual(["failed"]);
    expect(late.at(-1)).toMatchObject({ failure: { kind: "idle-timeout" } });
  });

  test("a turn that is aborted before it starts fails at once", async () => {
    const events = await collect(request({ agent: "walker" }), AbortSignal.abort());
    expect(events.map(({ type }) => type)).toEqual(["failed"]);
    expect(events[0]).toMatchObject({ failure: { kind: "aborted" } });
  });

  test("eight turns at once do not mix", async () => {
    const agents = Array.from({ length: 8 }, (_, index) => `parallel-${index}`);
    const turns = await Promise.all(agents.map((agent) => collect(request({ agent }))));
    for (const [index, agent] of agents.entries()) {
      const events = turns[index] ?? [];
      expect(ended(events).text).toBe(`${agent} was asked: Task of ${agent}.`);
      expect(terminals(events)).toEqual(["finished"]);
      const marks = JSON.stringify(events).match(/mark-of-parallel-\d/g) ?? [];
      expect(new Set(marks)).toEqual(new Set([`mark-of-${agent}`]));
    }
    expect(new Set(turns.map((events) => ended(events).threadId)).size).toBe(8);
  });
});
