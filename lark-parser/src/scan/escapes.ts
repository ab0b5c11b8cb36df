import type { ScanFault } from "./number.ts";

/** The inside of a literal: `text` from `from` to `to`. */
export interface QuotedPart {
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly isRaw: boolean;
}

export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: ScanFault };

const SIMPLE: ReadonlyMap<string, number> = new Map([
  ["a", 7],
  ["b", 8],
  ["t", 9],
  ["n", 10],
  ["v", 11],
  ["f", 12],
  ["r", 13],
  ["\\", 92],
  ["'", 39],
  ['"', 34],
]);

const ESCAPE = /\\(?:\r\n|[\r\n]|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[abtnvfr\\'"])/y;

/** What an escape stands for: nothing (an escaped line end), one element by number, or a character. */
type Escape = { readonly kind: "none" } | { readonly kind: "element" | "character"; readonly code: number };

/** The value of a string literal. */
export function decodeText({ text, from, to, isRaw }: QuotedPart): Decoded<string> {
  const inside = text.slice(from, to);
  if (isRaw || !inside.includes("\\")) return { ok: true, value: unifyLineEnds(inside) };
  const parts: string[] = [];
  const fault = splitEscapes({ text, from, to }, (piece, sign, at, end) => {
    parts.push(unifyLineEnds(piece));
    if (sign.kind === "none") return undefined;
    if (sign.kind === "element" && sign.code > 127) return describeBeyondAscii(text, at, end);
    parts.push(String.fromCodePoint(sign.code));
    return undefined;
  });
  return fault === undefined ? { ok: true, value: parts.join("") } : { ok: false, fault };
}

/** The value of a bytes literal. */
export function decodeBytes({ text, from, to, isRaw }: QuotedPart): Decoded<Uint8Array> {
  const encoder = new TextEncoder();
  const inside = text.slice(from, to);
  if (isRaw || !inside.includes("\\")) return { ok: true, value: encoder.encode(unifyLineEnds(inside)) };
  const bytes: number[] = [];
  const append = (piece: string): void => {
    for (const byte of encoder.encode(piece)) bytes.push(byte);
  };
  const fault = splitEscapes({ text, from, to }, (piece, sign, at, end) => {
    append(unifyLineEnds(piece));
    if (sign.kind === "character") append(String.fromCodePoint(sign.code));
    if (sign.kind !== "element") return undefined;
    if (sign.code > 255) return { span: { start: at, end }, message: `escape ${text.slice(at, end)} is beyond 255` };
    bytes.push(sign.code);
    return undefined;
  });
  return fault === undefined ? { ok: true, value: Uint8Array.from(bytes) } : { ok: false, fault };
}

type OnPiece = (piece: string, sign: Escape, at: number, end: number) => ScanFault | undefined;

/** Calls back for each stretch of plain text and the escape that ends it; the last one ends with none. */
function splitEscapes({ text, from, to }: Omit<QuotedPart, "isRaw">, onPiece: OnPiece): ScanFault | undefined {
  let start = from;
  for (;;) {
    const found = text.indexOf("\\", start);
    const at = found < 0 || found > to ? to : found;
    if (at === to) return onPiece(text.slice(start, to), { kind: "none" }, to, to);
    ESCAPE.lastIndex = at;
    const raw = ESCAPE.exec(text)?.[0];
    if (raw === undefined) return describeInvalid(text, at);
    const sign = readEscape(raw);
    if (sign === undefined) {
      return { span: { start: at, end: at + raw.length }, message: `invalid Unicode code point ${raw}` };
    }
    const fault = onPiece(text.slice(start, at), sign, at, at + raw.length);
    if (fault !== undefined) return fault;
    start = at + raw.length;
  }
}

/** Undefined for what is no Unicode character. */
function readEscape(raw: string): Escape | undefined {
  const letter = raw.charAt(1);
  if (letter === "\n" || letter === "\r") return { kind: "none" };
  const simple = SIMPLE.get(letter);
  if (simple !== undefined) return { kind: "element", code: simple };
  if (letter === "x") return { kind: "element", code: Number.parseInt(raw.slice(2), 16) };
  if (letter !== "u" && letter !== "U") return { kind: "element", code: Number.parseInt(raw.slice(1), 8) };
  const code = Number.parseInt(raw.slice(2), 16);
  return code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff) ? undefined : { kind: "character", code };
}

function describeInvalid(text: string, at: number): ScanFault {
  const letter = String.fromCodePoint(text.codePointAt(at + 1) ?? 0);
  const end = at + 1 + letter.length;
  const isCut = letter === "x" || letter === "u" || letter === "U";
  const digits = letter === "x" ? 2 : letter === "u" ? 4 : 8;
  const hint = isCut ? `\\${letter} needs ${digits} hexadecimal digits` : "a backslash itself is written \\\\";
  return { span: { start: at, end }, message: `invalid escape sequence \\${letter}`, hint };
}

function describeBeyondAscii(text: string, start: number, end: number): ScanFault {
  const sign = readEscape(text.slice(start, end));
  const code = sign === undefined || sign.kind === "none" ? 0 : sign.code;
  const digits = code.toString(16).padStart(4, "0");
  const hint = `the character U+${digits.toUpperCase()} is written \\u${digits}`;
  return { span: { start, end }, message: `escape ${text.slice(start, end)} is beyond 127`, hint };
}

const unifyLineEnds = (text: string): string => (text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text);
