import { formatTimeOfDay } from "./quantities.ts";
import type { Style } from "./style.ts";
import { clipLine, keepHeadAndTail, neutraliseLine, neutraliseText, splitLines, wrapLine } from "./terminal_text.ts";

/** Where lines go: a file has no width, a pane's may change between two events. */
export interface PageOptions {
  readonly style: Style;
  /** Columns to break lines at; null: never (a file). */
  readonly columns: () => number | null;
}

/** Width of the time column with its gap. */
const INDENT = 10;
/** Narrow panes need the columns for what is said. */
const NARROW_COLUMNS = 64;
/** A line of a command's output is cut there even in a file: minified code helps nobody. */
const LONGEST_LINE = 500;

type Mark = (text: string) => string;
const unmarked: Mark = (text) => text;

/** Lays lines out in two columns, time and what happened. Everything foreign goes through `neutralise` here. */
export class LogPage {
  readonly style: Style;
  #columns: () => number | null;
  #lines: string[] = [];

  constructor({ style, columns }: PageOptions) {
    this.style = style;
    this.#columns = columns;
  }

  /** The lines since the last call. */
  take(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  blank(): void {
    this.#lines.push("");
  }

  /** One line of our own, without a time. It is ours: neither neutralised nor broken. */
  raw(line: string): void {
    this.#lines.push(line);
  }

  /** `04:12:03  ✓ text`; what does not fit goes on below `text`. */
  entry(at: string, symbol: string, text: string, mark: Mark = unmarked): void {
    const time = formatTimeOfDay(at);
    const start = `${this.style.dim(time)}  ${symbol} `;
    const lead = time.length + 2 + Bun.stringWidth(symbol) + 1;
    const [first = "", ...rest] = this.#wrap(neutraliseLine(text), lead, lead);
    this.#lines.push(`${start}${mark(first)}`.trimEnd());
    const hang = " ".repeat(this.#indent(lead));
    for (const line of rest) this.#lines.push(hang + mark(line));
  }

  /** Text below an entry, broken to the width. */
  paragraph(text: string, mark: Mark = unmarked): void {
    const indent = this.#indent(INDENT);
    for (const line of splitLines(neutraliseText(text)))
      for (const part of this.#wrap(line, indent, indent)) this.#lines.push(pad(indent, mark(part)));
  }

  /** Somebody's words or output behind a bar: head and tail, each line cut to the width. */
  quote(text: string, keep: { readonly head: number; readonly tail: number }, mark: Mark = this.style.dim): void {
    const { head, leftOut, tail } = keepHeadAndTail(splitLines(neutraliseText(text)), keep.head, keep.tail);
    const indent = this.#indent(INDENT);
    const columns = this.#columns();
    const width = columns === null ? LONGEST_LINE : Math.max(8, columns - indent - 2);
    const bar = this.style.dim("│");
    const push = (line: string) => this.#lines.push(pad(indent, `${bar} ${mark(clipLine(line, width))}`.trimEnd()));
    head.forEach(push);
    if (leftOut > 0) this.#lines.push(pad(indent, this.style.dim(`┆ ${leftOut.toLocaleString("en-US")} more lines`)));
    tail.forEach(push);
  }

  #indent(wanted: number): number {
    const columns = this.#columns();
    return columns !== null && columns < NARROW_COLUMNS ? 2 : wanted;
  }

  /** Breaks a line that starts in column `first`, its continuation in column `hang`. */
  #wrap(text: string, first: number, hang: number): string[] {
    const columns = this.#columns();
    return columns === null ? [text] : wrapLine(text, columns - Math.max(first, this.#indent(hang)));
  }
}

const pad = (indent: number, text: string): string => (text === "" ? "" : " ".repeat(indent) + text);
