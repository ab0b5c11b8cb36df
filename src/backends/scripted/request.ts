import { err, ok, type Result } from "../../core/result.ts";
import { type ApiError, badRequest } from "./api_error.ts";
import type { InputItem, ModelCall, ToolOutput } from "./model_call.ts";
import { findSchemaFault } from "./strict_schema.ts";

type Json = Readonly<Record<string, unknown>>;

const ITEM_TYPES: ReadonlySet<string> = new Set([
  "message",
  "additional_tools",
  "agent_message",
  "code_interpreter_call",
  "compaction",
  "compaction_trigger",
  "computer_call",
  "computer_call_output",
  "custom_tool_call",
  "custom_tool_call_output",
  "file_search_call",
  "function_call",
  "function_call_output",
  "image_generation_call",
  "item_reference",
  "local_shell_call",
  "local_shell_call_output",
  "mcp_call",
  "reasoning",
  "shell_call",
  "shell_call_output",
  "tool_search_call",
  "tool_search_output",
  "web_search_call",
]);

const TOOL_TYPES: ReadonlySet<string> = new Set([
  "code_interpreter",
  "custom",
  "file_search",
  "function",
  "image_generation",
  "local_shell",
  "mcp",
  "namespace",
  "shell",
  "tool_search",
  "web_search",
  "web_search_preview",
]);

const CALL_OF_OUTPUT: Readonly<Record<string, string>> = {
  function_call_output: "function_call",
  custom_tool_call_output: "custom_tool_call",
};

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Reads a request of the Responses API, or says what the real API would refuse it with. */
export function readRequest(
  text: string,
  headers: Headers,
  rest: { readonly index: number; readonly signal: AbortSignal },
): Result<ModelCall, ApiError> {
  const body = parseBody(text);
  if (!body) {
    return err(
      badRequest("We could not parse the JSON body of your request. The API expects a JSON payload for this request."),
    );
  }
  if (typeof body.model !== "string" || body.model === "") {
    return err(badRequest("Missing required parameter: 'model'.", "model", "missing_required_parameter"));
  }
  const input = readInput(body.input);
  if (!input.ok) return input;
  const tools = readTools(body.tools);
  if (!tools.ok) return tools;
  const schema = readSchema(body.text);
  if (!schema.ok) return schema;
  const start = findTurnStart(input.value);
  return ok({
    ...rest,
    session: headers.get("x-orchestrator-session") ?? "",
    agent: headers.get("x-orchestrator-agent") ?? "",
    phase: headers.get("x-orchestrator-phase") ?? "",
    attempt: Number.parseInt(headers.get("x-orchestrator-attempt") ?? "1", 10) || 1,
    model: body.model,
    tools: tools.value,
    schema: schema.value,
    input: input.value,
    prompt: start === -1 ? "" : messageText(input.value[start]),
    toolOutputs: input.value.slice(start + 1).flatMap(readToolOutput),
    body,
  });
}

function parseBody(text: string): Json | null {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

function readInput(input: unknown): Result<readonly InputItem[], ApiError> {
  if (input === undefined || input === null) {
    return err(badRequest("Missing required parameter: 'input'.", "input", "missing_required_parameter"));
  }
  if (typeof input === "string") return ok([{ type: "message", role: "user", content: input }]);
  if (!Array.isArray(input)) {
    const message = "Invalid type for 'input': expected one of a string or an array of objects.";
    return err(badRequest(message, "input", "invalid_type"));
  }
  const items: InputItem[] = [];
  for (const [index, raw] of input.entries()) {
    const param = `input[${index}]`;
    if (!isObject(raw)) {
      return err(badRequest(`Invalid type for '${param}': expected an object.`, param, "invalid_type"));
    }
    const type = raw.type ?? "message";
    if (typeof type !== "string" || !ITEM_TYPES.has(type)) {
      return err(unknownValue(type, `${param}.type`, ITEM_TYPES));
    }
    if (type === "message" && raw.content === undefined) {
      const name = `${param}.content`;
      return err(badRequest(`Missing required parameter: '${name}'.`, name, "missing_required_parameter"));
    }
    items.push({ ...raw, type });
  }
  const orphan = findOrphan(items);
  return orphan ? err(orphan) : ok(items);
}

/** The API keeps no state for us, so each output needs its call in the same input, and each call its output. */
function findOrphan(items: readonly InputItem[]): ApiError | null {
  const key = (kind: string, item: InputItem): string => `${kind} ${String(item.call_id)}`;
  const calls = new Set<string>();
  const answered = new Set<string>();
  for (const item of items) {
    const callKind = CALL_OF_OUTPUT[item.type];
    if (callKind === undefined) {
      if (item.type === "function_call" || item.type === "custom_tool_call") calls.add(key(item.type, item));
      continue;
    }
    answered.add(key(callKind, item));
    if (!calls.has(key(callKind, item))) {
      const what = callKind.replaceAll("_", " ");
      return badRequest(`No tool call found for ${what} output with call_id ${String(item.call_id)}.`, "input");
    }
  }
  for (const item of items) {
    const isCall = item.type === "function_call" || item.type === "custom_tool_call";
    if (isCall && !answered.has(key(item.type, item))) {
      const what = item.type.replaceAll("_", " ");
      return badRequest(`No tool output found for ${what} ${String(item.call_id)}.`, "input");
    }
  }
  return null;
}

function readTools(tools: unknown): Result<readonly string[], ApiError> {
  if (tools === undefined || tools === null) return ok([]);
  if (!Array.isArray(tools)) {
    return err(badRequest("Invalid type for 'tools': expected an array of objects.", "tools", "invalid_type"));
  }
  const names: string[] = [];
  for (const [index, tool] of tools.entries()) {
    const type: unknown = isObject(tool) ? tool.type : undefined;
    if (typeof type !== "string" || !TOOL_TYPES.has(type)) {
      return err(unknownValue(type, `tools[${index}].type`, TOOL_TYPES));
    }
    const name: unknown = isObject(tool) ? tool.name : undefined;
    if ((type === "function" || type === "custom") && typeof name !== "string") {
      const param = `tools[${index}].name`;
      return err(badRequest(`Missing required parameter: '${param}'.`, param, "missing_required_parameter"));
    }
    names.push(typeof name === "string" ? name : type);
  }
  return ok(names);
}

function readSchema(text: unknown): Result<Json | null, ApiError> {
  const format = isObject(text) ? text.format : undefined;
  if (format === undefined || format === null) return ok(null);
  const type: unknown = isObject(format) ? format.type : undefined;
  if (type === "text" || type === "json_object") return ok(null);
  if (!isObject(format) || type !== "json_schema") {
    return err(unknownValue(type, "text.format.type", new Set(["text", "json_schema", "json_object"])));
  }
  for (const field of ["name", "schema"]) {
    if (format[field] === undefined) {
      const param = `text.format.${field}`;
      return err(badRequest(`Missing required parameter: '${param}'.`, param, "missing_required_parameter"));
    }
  }
  const fault =
    format.strict === true ? findSchemaFault(String(format.name), format.schema, "text.format.schema") : null;
  if (fault) return err(fault);
  return ok(isObject(format.schema) ? format.schema : {});
}

const unknownValue = (value: unknown, param: string, known: ReadonlySet<string>): ApiError =>
  value === undefined
    ? badRequest(`Missing required parameter: '${param}'.`, param, "missing_required_parameter")
    : badRequest(
        `Invalid value: '${String(value)}'. Supported values are: ${[...known].map((name) => `'${name}'`).join(", ")}.`,
        param,
        "invalid_value",
      );

/**
 * Where the turn began: the last message of the user's own. Codex writes messages in the user's name too, in tags
 * (`<environment_context>`) before the prompt, and as warnings in the middle of a turn.
 */
function findTurnStart(items: readonly InputItem[]): number {
  return items.findLastIndex((item) => {
    if (item.type !== "message" || item.role !== "user") return false;
    const text = messageText(item).trimStart();
    return !/^<[a-z_]+>/.test(text) && !text.startsWith("Warning: ") && !text.startsWith("# AGENTS.md instructions");
  });
}

function messageText(item: InputItem | undefined): string {
  const content = item?.content;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: unknown) => (isObject(part) && typeof part.text === "string" ? part.text : "")).join("");
}

function readToolOutput(item: InputItem): readonly ToolOutput[] {
  if (CALL_OF_OUTPUT[item.type] === undefined) return [];
  const { output } = item;
  const text = typeof output === "string" ? output : messageText({ type: "message", content: output });
  return [{ callId: String(item.call_id), text: text === "" ? JSON.stringify(output) : text }];
}
