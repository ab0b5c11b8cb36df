import type { Usage as CodexUsage, ThreadItem } from "@openai/codex-sdk";
import type { Usage } from "../../core/usage.ts";
import type { TurnItem } from "../../events/item.ts";

/** An item of codex's as ours; null for kinds that we do not show. */
export function translateItem(item: ThreadItem): TurnItem | null {
  const { id } = item;
  switch (item.type) {
    case "agent_message":
      return { kind: "message", id, text: item.text };
    case "reasoning":
      return { kind: "reasoning", id, text: item.text };
    case "command_execution":
      return {
        kind: "command",
        id,
        command: item.command,
        output: item.aggregated_output ?? "",
        exitCode: item.exit_code ?? null,
        status: commandStatus(item.status, item.exit_code ?? null),
      };
    case "file_change":
      return {
        kind: "files",
        id,
        changes: item.changes.map(({ path, kind }) => ({ path, change: kind })),
        status: itemStatus(item.status),
      };
    case "mcp_tool_call":
      return {
        kind: "tool",
        id,
        server: item.server,
        tool: item.tool,
        input: item.arguments ?? null,
        output: item.error?.message ?? item.result ?? null,
        status: itemStatus(item.status),
      };
    case "web_search":
      return { kind: "search", id, query: item.query };
    case "todo_list":
      return { kind: "todo", id, entries: item.items.map(({ text, completed }) => ({ text, done: completed })) };
    case "error":
      return { kind: "warning", id, message: item.message };
    default:
      // Newer codex versions have kinds that the SDK does not type.
      return null;
  }
}

/** Codex's count, which is the thread's running total. */
export const translateUsage = (usage: CodexUsage): Usage => ({
  input: usage.input_tokens,
  cachedInput: usage.cached_input_tokens,
  output: usage.output_tokens,
  reasoning: usage.reasoning_output_tokens ?? 0,
});

type Status = "running" | "ok" | "failed";

/** Codex also says `declined`, which its SDK does not know: whatever is neither running nor completed has failed. */
const itemStatus = (status: string): Status =>
  status === "in_progress" ? "running" : status === "completed" ? "ok" : "failed";

const commandStatus = (status: string, exitCode: number | null): Status =>
  status === "completed" && exitCode !== null && exitCode !== 0 ? "failed" : itemStatus(status);
