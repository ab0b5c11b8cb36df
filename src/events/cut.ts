import type { TurnItem } from "./item.ts";

/** Longest text of a streamed item in the journal, in UTF-16 units; what is longer keeps its head and its tail. */
export const ITEM_TEXT_LIMIT = 64 * 1024;

/** Cuts a text in the middle and says how much is gone; a surrogate pair is never split. */
export function cutMiddle(text: string, limit: number = ITEM_TEXT_LIMIT): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const head = text.slice(0, half).replace(/[\uD800-\uDBFF]$/, "");
  const tail = text.slice(text.length - half).replace(/^[\uDC00-\uDFFF]/, "");
  return `${head}\n[... ${text.length - head.length - tail.length} of ${text.length} characters left out ...]\n${tail}`;
}

/** The item as it goes into the journal: every long text cut, numbers and structure kept. */
export function cutItem(item: TurnItem): TurnItem {
  switch (item.kind) {
    case "message":
    case "reasoning":
      return { ...item, text: cutMiddle(item.text) };
    case "command":
      return { ...item, command: cutMiddle(item.command), output: cutMiddle(item.output) };
    case "tool":
      return { ...item, input: cutValue(item.input), output: cutValue(item.output) };
    case "warning":
      return { ...item, message: cutMiddle(item.message) };
    case "files":
    case "search":
    case "todo":
      return item;
    default:
      return item satisfies never;
  }
}

/** A tool's value stays itself while it is small; a large one becomes its cut JSON text. */
function cutValue(value: unknown): unknown {
  const text = JSON.stringify(value) ?? "null";
  return text.length <= ITEM_TEXT_LIMIT ? value : cutMiddle(text);
}
