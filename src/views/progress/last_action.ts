import type { Event } from "../../events/event.ts";
import type { TurnItem } from "../../events/item.ts";
import { commandHead } from "../item_log.ts";
import { formatDuration } from "../quantities.ts";
import { neutraliseLine } from "../terminal_text.ts";

/** What an agent does now, in a few words: a fold that keeps the last thing worth showing of each agent. */
export class LastActions {
  #actions = new Map<string, string>();

  add(event: Event): void {
    if (event.type === "turn.started") this.#actions.set(event.agent, "reads its prompt");
    else if (event.type === "turn.retried")
      this.#actions.set(event.agent, `↻ ${event.failure.kind}, again in ${formatDuration(event.delayMs)}`);
    else if (event.type === "turn.notice") this.#actions.set(event.agent, `! ${neutraliseLine(event.message)}`);
    else if (event.type === "turn.item") {
      const action = describeItem(event.item);
      if (action !== "") this.#actions.set(event.agent, neutraliseLine(action));
    }
  }

  of(agent: string): string {
    return this.#actions.get(agent) ?? "";
  }
}

function describeItem(item: TurnItem): string {
  switch (item.kind) {
    case "command":
      return `$ ${commandHead(item.command)}`;
    case "files":
      return item.changes.map(({ path }) => `~ ${path}`).join(" ");
    case "tool":
      return `${item.server}/${item.tool}`;
    case "search":
      return `⌕ ${item.query}`;
    case "todo":
      return item.entries.find(({ done }) => !done)?.text ?? "";
    case "message":
      return item.text.trim().split("\n")[0] ?? "";
    case "reasoning":
      return "thinks";
    case "warning":
      return `! ${item.message}`;
    default:
      return item satisfies never;
  }
}
