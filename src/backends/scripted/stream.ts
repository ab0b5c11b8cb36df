import type { Usage } from "../../core/usage.ts";
import type { ModelCall, ModelReply } from "./model_call.ts";
import type { CountedPrompt } from "./prompt_cache.ts";

type OutputItem = Readonly<Record<string, unknown>>;
export type StreamEvent = Readonly<Record<string, unknown>> & { readonly type: string };
export type Answering = Extract<ModelReply, { kind: "message" | "json" | "commands" | "patch" | "poll" }>;

/** Longest time that a command may keep codex waiting before it answers "still running" (codex's own maximum). */
const YIELD_MS = 30_000;
const DELTA_CHARS = 200;

const newId = (prefix: string): string => `${prefix}_${crypto.randomUUID().replaceAll("-", "")}`;

/** The whole of a response as the API sends it in one piece. */
export function buildResponse(call: ModelCall, prompt: CountedPrompt, reply: Answering): Record<string, unknown> {
  const output = buildItems(call, reply);
  return {
    id: newId("resp"),
    object: "response",
    created_at: Math.floor(Date.now() / 1000),
    status: "completed",
    model: call.model,
    output,
    parallel_tool_calls: true,
    error: null,
    incomplete_details: null,
    usage: usageOnWire(reply.usage ?? countUsage(prompt, output)),
  };
}

/** The same response as the events of a stream, in the API's order. */
export function buildEvents(response: Readonly<Record<string, unknown>>): readonly StreamEvent[] {
  const events: StreamEvent[] = [];
  const push = (event: StreamEvent): void => {
    events.push({ ...event, sequence_number: events.length });
  };
  const open = { ...response, status: "in_progress", output: [], usage: null };
  push({ type: "response.created", response: open });
  push({ type: "response.in_progress", response: open });
  for (const [index, item] of (response.output as readonly OutputItem[]).entries()) {
    const place = { output_index: index, item_id: item.id };
    push({ type: "response.output_item.added", output_index: index, item: openItem(item) });
    if (item.type === "message") pushMessage(push, place, item);
    if (item.type === "function_call") {
      push({ type: "response.function_call_arguments.delta", ...place, delta: item.arguments });
      push({ type: "response.function_call_arguments.done", ...place, arguments: item.arguments });
    }
    if (item.type === "custom_tool_call") {
      push({ type: "response.custom_tool_call_input.delta", ...place, delta: item.input });
      push({ type: "response.custom_tool_call_input.done", ...place, input: item.input });
    }
    push({ type: "response.output_item.done", output_index: index, item });
  }
  push({ type: "response.completed", response });
  return events;
}

/** A stream that begins well and then reports a failure. */
export function buildFailure(call: ModelCall, error: { code: string; message: string }): readonly StreamEvent[] {
  const response = { id: newId("resp"), object: "response", model: call.model, output: [], usage: null };
  return [
    { type: "response.created", response: { ...response, status: "in_progress", error: null }, sequence_number: 0 },
    { type: "response.failed", response: { ...response, status: "failed", error }, sequence_number: 1 },
  ];
}

/** One event as server-sent text. */
export const encodeEvent = (event: StreamEvent): string => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

function openItem(item: OutputItem): OutputItem {
  if (item.type === "message") return { ...item, status: "in_progress", content: [] };
  if (item.type === "function_call") return { ...item, status: "in_progress", arguments: "" };
  if (item.type === "custom_tool_call") return { ...item, status: "in_progress", input: "" };
  return item;
}

function pushMessage(push: (event: StreamEvent) => void, place: object, item: OutputItem): void {
  const [part] = item.content as readonly { readonly text: string }[];
  const text = part?.text ?? "";
  const at = { ...place, content_index: 0 };
  push({ type: "response.content_part.added", ...at, part: { ...part, text: "" } });
  for (let from = 0; from < text.length; from += DELTA_CHARS) {
    push({ type: "response.output_text.delta", ...at, delta: text.slice(from, from + DELTA_CHARS) });
  }
  push({ type: "response.output_text.done", ...at, text });
  push({ type: "response.content_part.done", ...at, part });
}

function buildItems(call: ModelCall, reply: Answering): readonly OutputItem[] {
  const items: OutputItem[] = [];
  if (reply.reasoning !== undefined) {
    const summary = [{ type: "summary_text", text: reply.reasoning }];
    items.push({ id: newId("rs"), type: "reasoning", summary, encrypted_content: null });
  }
  if (reply.say !== undefined) items.push(messageItem(reply.say));
  switch (reply.kind) {
    case "message":
      items.push(messageItem(reply.text));
      break;
    case "json":
      items.push(messageItem(JSON.stringify(reply.value)));
      break;
    case "commands":
      items.push(
        ...reply.commands.map((command) => callItem("exec_command", { cmd: command, yield_time_ms: YIELD_MS })),
      );
      break;
    case "patch":
      items.push(patchItem(call, reply.patch));
      break;
    case "poll":
      items.push(callItem("write_stdin", { session_id: reply.commandSession, chars: "", yield_time_ms: YIELD_MS }));
      break;
  }
  return items;
}

const messageItem = (text: string): OutputItem => ({
  id: newId("msg"),
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text, annotations: [] }],
});

const callItem = (name: string, input: unknown): OutputItem => ({
  id: newId("fc"),
  type: "function_call",
  status: "completed",
  name,
  call_id: newId("call"),
  arguments: JSON.stringify(input),
});

/** Models without the freeform tool run apply_patch as a command; codex reports the same file change. */
function patchItem(call: ModelCall, patch: string): OutputItem {
  if (!call.tools.includes("apply_patch"))
    return callItem("exec_command", { cmd: `apply_patch <<'EOF'\n${patch}\nEOF` });
  const rest = { status: "completed", name: "apply_patch", call_id: newId("call"), input: patch };
  return { id: newId("ctc"), type: "custom_tool_call", ...rest };
}

/** What the prompt cache counted of the request; of the answer four characters a token, a fifth of it thought. */
function countUsage({ input, cachedInput }: CountedPrompt, output: readonly OutputItem[]): Usage {
  const said = Math.ceil(JSON.stringify(output).length / 4);
  const reasoning = Math.ceil(said / 4);
  return { input, cachedInput, output: said + reasoning, reasoning };
}

const usageOnWire = (usage: Usage): object => ({
  input_tokens: usage.input,
  input_tokens_details: { cached_tokens: usage.cachedInput },
  output_tokens: usage.output,
  output_tokens_details: { reasoning_tokens: usage.reasoning },
  total_tokens: usage.input + usage.output,
});
