import type { EventOf } from "../events/event.ts";
import type { TurnItem } from "../events/item.ts";
import type { LogPage } from "./log_page.ts";
import { formatDuration } from "./quantities.ts";
import { neutraliseText } from "./terminal_text.ts";

type ItemEvent = EventOf<"turn.item">;
type ItemOf<K extends TurnItem["kind"]> = Extract<TurnItem, { kind: K }>;

/** How much of a text stays: the end of an output says most, above all when it failed. */
const OUTPUT_LINES = { head: 4, tail: 8 };
const FAILED_OUTPUT_LINES = { head: 4, tail: 20 };
const THOUGHT_LINES = { head: 8, tail: 0 };
const VALUE_LINES = { head: 4, tail: 2 };

/** What the items of one turn leave behind for later ones of the same turn. */
export class ItemLog {
  /** The last message as the agent gave it: an answer that repeats it is not printed twice. */
  lastMessage: string | null = null;
  #page: LogPage;
  #startedAtMs = new Map<string, number>();
  #todo = new Map<string, boolean>();
  /** The item whose head was printed last, so that its output can follow without naming it again. */
  #open: string | null = null;

  constructor(page: LogPage) {
    this.#page = page;
  }

  /** Prints what an item's event adds: its head when it starts, its result when it has completed. A log only grows. */
  add(event: ItemEvent): void {
    const { item, state } = event;
    if (state === "started") this.#startedAtMs.set(item.id, Date.parse(event.at));
    if (item.kind === "todo") this.#showTodo(event, item);
    else if (state === "completed") this.#complete(event, item);
    else if (state === "started" && item.kind === "command") this.#startItem(event, commandHead(item.command));
    else if (state === "started" && item.kind === "tool") this.#startItem(event, toolHead(item));
  }

  #complete(event: ItemEvent, item: Exclude<TurnItem, { kind: "todo" }>): void {
    const { style } = this.#page;
    switch (item.kind) {
      case "command":
        this.#endCommand(event, item);
        return;
      case "tool":
        this.#endTool(event, item);
        return;
      case "files":
        this.#showFiles(event, item);
        return;
      case "message":
        this.#showMessage(event, item);
        return;
      case "reasoning":
        this.#showThought(event, item);
        return;
      case "search":
        this.#entry(event, style.cyan("⌕"), `searched the web: ${item.query}`);
        return;
      case "warning":
        this.#entry(event, style.yellow("!"), item.message, style.yellow);
        return;
      default:
        item satisfies never;
    }
  }

  #entry(event: ItemEvent, symbol: string, text: string, mark?: (text: string) => string): void {
    this.#open = null;
    this.#page.entry(event.at, symbol, text, mark);
  }

  #startItem(event: ItemEvent, head: string): void {
    this.#entry(event, this.#page.style.cyan("$"), head, this.#page.style.bold);
    this.#open = event.item.id;
  }

  #endCommand(event: ItemEvent, item: ItemOf<"command">): void {
    const failed = item.status === "failed" || (item.exitCode !== null && item.exitCode !== 0);
    this.#repeatHead(event, commandHead(item.command));
    this.#page.quote(item.output, failed ? FAILED_OUTPUT_LINES : OUTPUT_LINES);
    const code = item.exitCode === null ? "did not end" : `exit ${item.exitCode}`;
    this.#endItem(event, failed, code);
  }

  #endTool(event: ItemEvent, item: ItemOf<"tool">): void {
    this.#repeatHead(event, toolHead(item));
    this.#page.quote(formatValue(item.output), VALUE_LINES);
    this.#endItem(event, item.status === "failed", item.status === "failed" ? "failed" : "done");
  }

  /** Names the item again where others have come between its start and its end. */
  #repeatHead(event: ItemEvent, head: string): void {
    if (this.#open !== event.item.id) this.#entry(event, this.#page.style.cyan("$"), head, this.#page.style.bold);
  }

  #endItem(event: ItemEvent, failed: boolean, how: string): void {
    const { style } = this.#page;
    const startedAtMs = this.#startedAtMs.get(event.item.id);
    const took = startedAtMs === undefined ? "" : ` after ${formatDuration(Date.parse(event.at) - startedAtMs)}`;
    const text = `${how}${took}`;
    this.#entry(event, failed ? style.red("✗") : style.green("✓"), text, failed ? style.red : style.dim);
  }

  #showFiles(event: ItemEvent, item: ItemOf<"files">): void {
    const { style } = this.#page;
    if (item.status === "failed") this.#entry(event, style.red("✗"), "a change of files failed", style.red);
    for (const { path, change } of item.changes) {
      if (change === "add") this.#entry(event, style.green("+"), path, style.green);
      else if (change === "delete") this.#entry(event, style.red("-"), path, style.red);
      else this.#entry(event, style.yellow("~"), path, style.yellow);
    }
  }

  #showMessage(event: ItemEvent, item: ItemOf<"message">): void {
    this.lastMessage = item.text;
    this.#open = null;
    showText(this.#page, event.at, item.text);
  }

  #showThought(event: ItemEvent, item: ItemOf<"reasoning">): void {
    const { style } = this.#page;
    if (item.text.trim() === "") return;
    this.#entry(event, style.dim("·"), "thinks", style.dim);
    this.#page.quote(item.text, THOUGHT_LINES, (text) => style.dim(style.italic(text)));
  }

  /** The whole list once, then only what has changed in it. */
  #showTodo(event: ItemEvent, item: ItemOf<"todo">): void {
    const { style } = this.#page;
    const changed = item.entries.filter(({ text, done }) => this.#todo.get(text) !== done);
    for (const { text, done } of changed) {
      this.#todo.set(text, done);
      if (done) this.#entry(event, style.green("☑"), text, style.dim);
      else this.#entry(event, "☐", text);
    }
  }
}

/** An agent's words: the first line beside the time, the rest below; JSON is laid out. */
export function showText(page: LogPage, at: string, text: string): void {
  const json = layOutJson(text);
  if (json !== null) {
    page.entry(at, page.style.cyan("●"), "answers with data");
    page.paragraph(json);
    return;
  }
  const [first = "", ...rest] = text.trim().split("\n");
  page.entry(at, page.style.cyan("●"), first);
  page.paragraph(rest.join("\n").replace(/^\n+/, "\n"));
}

function layOutJson(text: string): string | null {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) return null;
  try {
    return JSON.stringify(JSON.parse(trimmed), null, 2);
  } catch {
    return null;
  }
}

/** The command itself: without the shell that codex wraps it in, its further lines counted. */
export function commandHead(command: string): string {
  const [first = "", ...rest] = neutraliseText(unwrapShell(command)).trim().split("\n");
  return rest.length === 0 ? first : `${first} … (${rest.length + 1} lines)`;
}

const SHELL = /^(?:\/\S*\/)?(?:ba|z|da)?sh -l?c (?:'(.*)'|"(.*)"|(.*))$/s;

function unwrapShell(command: string): string {
  const [, single, double, bare] = SHELL.exec(command) ?? [];
  if (single !== undefined) return single.replaceAll(`'"'"'`, "'").replaceAll("'\\''", "'");
  if (double !== undefined) return double.replace(/\\(["\\$`])/g, "$1");
  return bare ?? command;
}

function toolHead(item: ItemOf<"tool">): string {
  const input = formatValue(item.input);
  return `${item.server}/${item.tool} ${input.length > 200 ? `${input.slice(0, 200)}…` : input}`;
}

/** A tool's value: text as it is, everything else as JSON. */
function formatValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
