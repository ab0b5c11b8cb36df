import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelReply } from "../../src/backends/scripted/model_call.ts";
import { startModelServer } from "../../src/backends/scripted/model_server.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { startGatedServer } from "../rig/model_server.ts";

const headersOf = (agent: string, phase = "plan"): Record<string, string> => ({
  "content-type": "application/json",
  "x-orchestrator-session": "s1",
  "x-orchestrator-agent": agent,
  "x-orchestrator-phase": phase,
  "x-orchestrator-attempt": "1",
});

const post = (baseUrl: string, body: unknown, agent = "planner"): Promise<Response> =>
  fetch(`${baseUrl}/responses`, {
    method: "POST",
    headers: headersOf(agent),
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const user = (text: string): object => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
});

const ask = (rest: object = {}): object => ({ model: "gpt-5.5", stream: true, input: [user("hello")], ...rest });

interface WireEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly delta?: string;
  readonly response?: { readonly id: string; readonly usage: unknown; readonly error?: unknown };
  readonly item?: Record<string, unknown>;
}

const parseEvents = (text: string): WireEvent[] =>
  text
    .split("\n\n")
    .filter((block) => block.includes("data: "))
    .map((block) => JSON.parse(block.slice(block.indexOf("data: ") + 6)));

/** A server that always says the same. */
const serving = (reply: ModelReply) => startGatedServer({ respond: () => reply });

describe("answers", () => {
  test("a message streams in the API's order, with its usage", async () => {
    const usage = { input: 100, cachedInput: 64, output: 9, reasoning: 3 };
    await using model = serving({ kind: "message", text: "x".repeat(450), usage });
    const response = await post(model.baseUrl, ask());
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const events = parseEvents(await response.text());
    expect(events.map(({ type }) => type.replace("response.", ""))).toEqual([
      "created",
      "in_progress",
      "output_item.added",
      "content_part.added",
      "output_text.delta",
      "output_text.delta",
      "output_text.delta",
      "output_text.done",
      "content_part.done",
      "output_item.done",
      "completed",
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.map(({ delta }) => delta ?? "").join("")).toBe("x".repeat(450));
    expect(events.at(-1)?.response?.usage).toEqual({
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 64 },
      output_tokens: 9,
      output_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 109,
    });
    expect(events[0]?.response?.id).toBe(events.at(-1)?.response?.id ?? "none");
  });

  test("a patch is a custom tool call for a model that has the tool, else a command", async () => {
    await using model = serving({ kind: "patch", patch: "*** Begin Patch\n*** End Patch" });
    const item = async (tools: object[]): Promise<Record<string, unknown> | undefined> => {
      const events = parseEvents(await (await post(model.baseUrl, ask({ tools }))).text());
      return events.find(({ type }) => type === "response.output_item.done")?.item;
    };
    expect(await item([{ type: "custom", name: "apply_patch" }])).toMatchObject({
      type: "custom_tool_call",
      name: "apply_patch",
      input: "*** Begin Patch\n*** End Patch",
    });
    const command = await item([{ type: "function", name: "exec_command" }]);
    expect(command).toMatchObject({ type: "function_call", name: "exec_command" });
    expect(String(command?.arguments)).toContain("apply_patch <<'EOF'");
  });

  test("without stream the response comes in one piece", async () => {
    await using model = serving({ kind: "json", value: { a: 1 } });
    const body = (await (await post(model.baseUrl, ask({ stream: false }))).json()) as {
      status: string;
      output: { content: { text: string }[] }[];
    };
    expect(body.status).toBe("completed");
    expect(body.output[0]?.content[0]?.text).toBe('{"a":1}');
  });

  test("tool results of this turn alone are counted", async () => {
    await using model = serving({ kind: "message", text: "ok" });
    const call = (id: string): object => ({
      type: "function_call",
      call_id: id,
      name: "exec_command",
      arguments: "{}",
    });
    const output = (id: string): object => ({ type: "function_call_output", call_id: id, output: `of ${id}` });
    const input = [
      user("first task"),
      call("a"),
      output("a"),
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "done" }] },
      user("<environment_context>\n</environment_context>"),
      user("second task"),
      call("b"),
      output("b"),
      user("Warning: codex itself says something"),
      call("c"),
      output("c"),
    ];
    await (await post(model.baseUrl, ask({ input }))).text();
    const [seen] = model.calls();
    expect(seen?.prompt).toBe("second task");
    expect(seen?.toolOutputs).toEqual([
      { callId: "b", text: "of b" },
      { callId: "c", text: "of c" },
    ]);
  });
});

describe("refusals", () => {
  const format = (schema: object, strict = true): object => ({
    text: { format: { type: "json_schema", name: "answer", strict, schema } },
  });
  const refused: [string, unknown, string][] = [
    ["no JSON", "{", "could not parse the JSON body"],
    ["a list for a body", "[]", "could not parse the JSON body"],
    ["no model", { input: "x" }, "Missing required parameter: 'model'"],
    ["no input", { model: "m" }, "Missing required parameter: 'input'"],
    ["a number for input", { model: "m", input: 3 }, "Invalid type for 'input'"],
    ["an unknown item type", ask({ input: [{ type: "poem" }] }), "Invalid value: 'poem'"],
    ["an unknown tool type", ask({ tools: [{ type: "hammer" }] }), "Invalid value: 'hammer'"],
    ["a function without a name", ask({ tools: [{ type: "function" }] }), "tools[0].name"],
    [
      "an output without its call",
      ask({ input: [user("x"), { type: "function_call_output", call_id: "c1", output: "" }] }),
      "No tool call found for function call output with call_id c1",
    ],
    [
      "a call without its output",
      ask({ input: [user("x"), { type: "function_call", call_id: "c1", name: "f", arguments: "{}" }] }),
      "No tool output found for function call c1",
    ],
    ["a format without a schema", ask({ text: { format: { type: "json_schema", name: "x" } } }), "text.format.schema"],
    [
      "an open object",
      ask(format({ type: "object", properties: {}, required: [] })),
      "In context=(), 'additionalProperties' is required to be supplied and to be false",
    ],
    [
      "an optional property, deep down",
      ask(
        format({
          type: "object",
          additionalProperties: false,
          required: ["list"],
          properties: {
            list: {
              type: "array",
              items: {
                type: "object",
                additionalProperties: false,
                required: [],
                properties: { id: { type: "string" } },
              },
            },
          },
        }),
      ),
      "In context=('properties', 'list', 'items'), 'required' is required",
    ],
    ["a list at the root", ask(format({ type: "array", items: { type: "string" } })), "got 'type: \"array\"'"],
  ];

  test.each(refused)("%s is a 400 that says why", async (_, body, message) => {
    await using model = serving({ kind: "message", text: "never" });
    const response = await post(model.baseUrl, body);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(error.type).toBe("invalid_request_error");
    expect(String(error.message)).toContain(message);
    expect(Object.keys(error).toSorted()).toEqual(["code", "message", "param", "type"]);
    expect(model.calls()).toEqual([]);
    expect(model.server.counts()).toMatchObject({ total: 1, refused: 1 });
  });

  test("a schema that is not strict may be open", async () => {
    await using model = serving({ kind: "message", text: "fine" });
    expect((await post(model.baseUrl, ask(format({ type: "object" }, false)))).status).toBe(200);
  });

  test("other methods and paths", async () => {
    await using model = serving({ kind: "message", text: "never" });
    expect((await fetch(`${model.baseUrl}/responses`)).status).toBe(405);
    const unknown = await fetch(`${model.baseUrl}/chat/completions`, { method: "POST", body: "{}" });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { type: "invalid_request_error" } });
  });
});

describe("failures on purpose", () => {
  test("a fault has its status, code and Retry-After", async () => {
    await using model = serving({ kind: "fault", status: 429, code: "rate_limit_exceeded", retryAfterS: 7 });
    const response = await post(model.baseUrl, ask());
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("7");
    expect(await response.json()).toMatchObject({ error: { type: "rate_limit_error", code: "rate_limit_exceeded" } });
  });

  test("a fault inside the stream is response.failed", async () => {
    await using model = serving({ kind: "fault", status: 429, code: "insufficient_quota", inStream: true });
    const response = await post(model.baseUrl, ask());
    expect(response.status).toBe(200);
    const last = parseEvents(await response.text()).at(-1);
    expect(last?.type).toBe("response.failed");
    expect(last?.response?.error).toMatchObject({ code: "insufficient_quota" });
  });

  test("a stream is cut after events or after bytes", async () => {
    await using byEvents = serving({ kind: "cut", at: { afterEvents: 3 }, reply: { kind: "message", text: "hi" } });
    expect(parseEvents(await (await post(byEvents.baseUrl, ask())).text())).toHaveLength(3);
    await using byBytes = serving({ kind: "cut", at: { afterBytes: 50 }, reply: { kind: "message", text: "hi" } });
    expect((await (await post(byBytes.baseUrl, ask())).arrayBuffer()).byteLength).toBe(50);
  });

  test("a stream that hangs stays open until the client goes", async () => {
    await using model = serving({ kind: "hang", afterEvents: 1, reply: { kind: "message", text: "hi" } });
    const gone = new AbortController();
    const response = await fetch(`${model.baseUrl}/responses`, {
      method: "POST",
      headers: headersOf("planner"),
      body: JSON.stringify(ask()),
      signal: gone.signal,
    });
    const reader = response.body?.getReader();
    const first = new TextDecoder().decode((await reader?.read())?.value);
    expect(first).toContain("response.created");
    const next = reader?.read().then(
      ({ done }) => (done ? "ended" : "more"),
      () => "aborted",
    );
    // Another request goes through meanwhile: the hanging one has not ended by itself.
    await (await fetch(model.baseUrl.replace("/v1", "/__requests"))).json();
    expect(await Promise.race([next, Promise.resolve("open")])).toBe("open");
    gone.abort();
    expect(await next).toBe("aborted");
  });
});

describe("what it remembers", () => {
  test("requests are counted by agent and phase, and logged", async () => {
    using folder = temporaryFolder();
    mkdirSync(folder.path, { recursive: true });
    const logFile = join(folder.path, "requests.jsonl");
    const server = startModelServer({ respond: async () => ({ kind: "message", text: "ok" }), logFile });
    await (await post(server.baseUrl, ask(), "planner")).text();
    await (await post(server.baseUrl, ask(), "builder")).text();
    await (await post(server.baseUrl, ask(), "builder")).text();
    const counts = await (await fetch(server.baseUrl.replace("/v1", "/__requests"))).json();
    await server.stop();
    expect(counts).toEqual({ total: 3, refused: 0, agents: { planner: { plan: 1 }, builder: { plan: 2 } } });
    const lines = readFileSync(logFile, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).agent)).toEqual(["planner", "builder", "builder"]);
  });

  test("a held call waits for the test, and others pass by", async () => {
    await using model = startGatedServer();
    const planner = post(model.baseUrl, ask(), "planner");
    const held = await model.nextCall("planner");
    expect(model.untaken()).toEqual([]);
    const builder = post(model.baseUrl, ask(), "builder");
    (await model.nextCall("builder")).say("for the builder");
    expect(await (await builder).text()).toContain("for the builder");
    held.say("for the planner");
    expect(await (await planner).text()).toContain("for the planner");
  });
});
