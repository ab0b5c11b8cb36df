/**
 * Text that agents, their commands and model servers wrote is shown in a person's terminal. It must never move the
 * cursor, set a title, clear the screen, answer a query or hide what stands beside it.
 */

/** String sequences (OSC, DCS, APC, PM, SOS) with their terminator, CSI with its final byte, and two-byte escapes. */
const ESCAPE_SEQUENCE =
  /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-Z\\^-~]/g;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g;
/** Direction overrides: they show a command in another order than the one it runs in. */
const BIDI = /[\u202a-\u202e\u2066-\u2069]/g;
/** What a progress bar wrote over; of each line only its last state is worth showing. */
const OVERWRITTEN = /^[^\n]*\r(?=[^\r\n])/gm;

const TAB = "    ";

/** Several lines that are safe to print: newlines are the only control characters left. */
export function neutraliseText(text: string): string {
  return text
    .replace(ESCAPE_SEQUENCE, "")
    .replace(/\r+\n/g, "\n")
    .replace(OVERWRITTEN, "")
    .replace(/\t/g, TAB)
    .replace(CONTROL, (character) => (character === "\r" ? "" : showControl(character)))
    .replace(BIDI, "\ufffd")
    .toWellFormed();
}

/** The same for what must stay on one line: a path, a reason, a title. */
export function neutraliseLine(text: string): string {
  return neutraliseText(text)
    .replace(/\s*\n\s*/g, " ")
    .trim();
}

/** A visible stand-in: the control picture of C0, the replacement character for the rest. */
function showControl(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}

/** Columns that a line takes in a terminal; escape sequences count nothing, wide characters two. */
export function measureWidth(text: string): number {
  return Bun.stringWidth(text);
}

/** Fills up with blanks to a width; never cuts. */
export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - measureWidth(text)));
}

/** The same, blanks first: for numbers in a table. */
export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - measureWidth(text))) + text;
}

/** Cuts a line to a width, with an ellipsis where something is gone. Colours stay balanced. */
export function clipLine(text: string, width: number): string {
  return measureWidth(text) <= width ? text : Bun.sliceAnsi(text, 0, Math.max(1, width), { ellipsis: "…" });
}

/** Breaks an uncoloured line into those that fit; words stay whole where they can, leading blanks of the first stay. */
export function wrapLine(text: string, width: number): string[] {
  if (text.length <= width && measureWidth(text) <= width) return [text];
  const lines = Bun.wrapAnsi(text, Math.max(8, width), { hard: true, trim: false }).split("\n");
  return lines.map((line, index) => (index === 0 ? line.trimEnd() : line.trim()));
}

/** The first and the last lines of a long text, and how many lie between; null where nothing is left out. */
export interface HeadAndTail {
  readonly head: readonly string[];
  readonly leftOut: number;
  readonly tail: readonly string[];
}

/** Keeps `head` lines at the start and `tail` at the end. One line more than that is shown as it is. */
export function keepHeadAndTail(lines: readonly string[], head: number, tail: number): HeadAndTail {
  const leftOut = lines.length - head - tail;
  if (leftOut <= 1) return { head: lines, leftOut: 0, tail: [] };
  return { head: lines.slice(0, head), leftOut, tail: tail === 0 ? [] : lines.slice(-tail) };
}

/** Lines of a text without blank ones at its end. */
export function splitLines(text: string): string[] {
  const trimmed = text.trimEnd();
  return trimmed === "" ? [] : trimmed.split("\n").map((line) => line.trimEnd());
}
