import { decodeBytes, decodeText } from "./escapes.ts";
import type { ScanFault } from "./number.ts";

export type ScannedString =
  | { readonly ok: true; readonly kind: "string"; readonly value: string; readonly end: number }
  | { readonly ok: true; readonly kind: "bytes"; readonly value: Uint8Array; readonly end: number }
  | { readonly ok: false; readonly fault: ScanFault };

const PREFIX = /(?:r|b|rb|br)?(?="|')/y;

/** The length of a string's prefix (`r`, `b`, both, none) at an offset; undefined when no string starts there. */
export function matchStringPrefix(text: string, at: number): number | undefined {
  PREFIX.lastIndex = at;
  return PREFIX.exec(text)?.[0].length;
}

/** Reads the string or bytes literal at `start`, whose prefix is `prefixLength` characters long. */
export function scanString(text: string, start: number, prefixLength: number): ScannedString {
  const prefix = text.slice(start, start + prefixLength);
  const quote = text.charAt(start + prefixLength);
  const isTriple = text.startsWith(quote.repeat(3), start + prefixLength);
  const from = start + prefixLength + (isTriple ? 3 : 1);
  const to = isTriple ? findTripleEnd(text, from, quote) : findEnd(text, from, quote);
  if (to === undefined) return { ok: false, fault: describeUnterminated(text, start, isTriple) };
  const end = to + (isTriple ? 3 : 1);
  const part = { text, from, to, isRaw: prefix.includes("r") };
  if (prefix.includes("b")) {
    const decoded = decodeBytes(part);
    return decoded.ok ? { ok: true, kind: "bytes", value: decoded.value, end } : decoded;
  }
  const decoded = decodeText(part);
  return decoded.ok ? { ok: true, kind: "string", value: decoded.value, end } : decoded;
}

function findEnd(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote) return at;
    if (char === "\n" || char === "\r") return undefined;
    if (char === "\\") at += text.startsWith("\r\n", at + 1) ? 2 : 1;
  }
  return undefined;
}

function findTripleEnd(text: string, from: number, quote: string): number | undefined {
  const close = quote.repeat(3);
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === quote && text.startsWith(close, at)) return at;
    if (char === "\\") at++;
  }
  return undefined;
}

function describeUnterminated(text: string, start: number, isTriple: boolean): ScanFault {
  const lineEnd = text.slice(start).search(/[\r\n]/);
  const end = lineEnd < 0 ? text.length : start + lineEnd;
  const hint = isTriple ? undefined : "a string that spans lines is written with three quotes";
  return { span: { start, end }, message: "unterminated string literal", hint };
}
