import type { Source, Span } from "./source.ts";

/** One call that was running when an error happened. */
export interface StackFrame {
  /** The function's name, `<toplevel>` for a module's own statements, `lambda` for one without a name. */
  readonly name: string;
  readonly filename: string;
  /** Where in this function execution stood; 0 for a builtin, which has no source. */
  readonly line: number;
  readonly column: number;
}

/** One error in a source: lines and columns from 1, `endColumn` is one past the last, never before `column`. */
export interface Diagnostic {
  readonly filename: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: string;
  readonly hint?: string;
  /** Outermost call first; empty for an error found before anything ran. */
  readonly stack: readonly StackFrame[];
  /** The text of the line. */
  readonly sourceLine: string;
}

export interface Problem {
  readonly span: Span;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly stack?: readonly StackFrame[];
}

/** An error at a span of a source. */
export function makeDiagnostic(source: Source, { span, message, hint, stack = [] }: Problem): Diagnostic {
  const { line, column } = source.position(span.start);
  const end = source.position(span.end);
  const sourceLine = source.line(line);
  const lineEnd = column + [...sourceLine.slice(offsetOf(sourceLine, column))].length;
  const endColumn = Math.max(column, end.line === line ? end.column : lineEnd);
  const place = { filename: source.filename, line, column, endColumn, message };
  return { ...place, ...(hint === undefined ? {} : { hint }), stack, sourceLine };
}

/** Where a character column (from 1) starts in a line. */
function offsetOf(line: string, column: number): number {
  let offset = 0;
  for (let left = column - 1; left > 0 && offset < line.length; left--) {
    offset += (line.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** How much of a long line is shown around the span. */
const LINE_MAX_WIDTH = 120;
const CONTEXT_WIDTH = 40;

/** `file:line:column: error: message`, the line, a caret under the span, the hint, the calls that led there. */
export function printDiagnostic(diagnostic: Diagnostic): string {
  const { filename, line, column, message, hint, stack } = diagnostic;
  const head = `${filename}:${line}:${column}: error: ${message}`;
  const calls = stack.map((frame) => `  ${describeFrame(frame)}`);
  return [
    head,
    ...markSpan(diagnostic),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
    ...(calls.length > 1 ? ["  call stack, outermost first:", ...calls] : []),
  ].join("\n");
}

const describeFrame = ({ name, filename, line, column }: StackFrame): string =>
  line === 0 ? `  builtin ${name}` : `  ${filename}:${line}:${column}: in ${name}`;

function markSpan({ sourceLine, column, endColumn }: Diagnostic): string[] {
  if (sourceLine.trim() === "") return [];
  const { shown, before } = cutLine(sourceLine, column);
  // Tabs stay tabs in both lines, so that the caret stands under its character at any tab width.
  const indent = before.replace(/[^\t]/gu, " ");
  const room = [...shown].length - [...before].length;
  const width = Math.max(1, Math.min(endColumn - column, room));
  return [`    ${shown}`, `    ${indent}${"^".repeat(width)}`];
}

function cutLine(sourceLine: string, column: number): { shown: string; before: string } {
  const at = offsetOf(sourceLine, column);
  if (sourceLine.length <= LINE_MAX_WIDTH) return { shown: clean(sourceLine), before: clean(sourceLine.slice(0, at)) };
  const from = at <= LINE_MAX_WIDTH - CONTEXT_WIDTH ? 0 : at - CONTEXT_WIDTH;
  const to = from + LINE_MAX_WIDTH;
  const lead = from > 0 ? "…" : "";
  const before = lead + clean(sourceLine.slice(from, at));
  return { shown: before + clean(sourceLine.slice(at, to)) + (to < sourceLine.length ? "…" : ""), before };
}

/** What would move a terminal's cursor must not come out of an error message. */
const clean = (text: string): string => text.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u{d800}-\u{dfff}]/gu, "\ufffd");
