import type { Span } from "../source.ts";
import { classifyWord, type LiteralValue } from "./tokens.ts";

/** More decimal digits would take long to convert, and are surely a mistake. */
const INT_MAX_DIGITS = 50_000;

const NUMBER = /0[xX][0-9a-fA-F]*|0[oO][0-9]*|0[bB][0-9]*|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const FOLLOWING_WORD = /[\p{L}_][\p{L}\p{Nd}_]*/uy;

export interface ScanFault {
  readonly span: Span;
  readonly message: string;
  readonly hint?: string | undefined;
}

export type ScannedNumber =
  | { readonly ok: true; readonly kind: "int" | "float"; readonly value: LiteralValue; readonly end: number }
  | { readonly ok: false; readonly fault: ScanFault };

/** Reads the number that starts at an offset with a digit, or with a point and a digit. */
export function scanNumber(text: string, start: number): ScannedNumber {
  NUMBER.lastIndex = start;
  const raw = NUMBER.exec(text)?.[0] ?? "";
  const end = start + raw.length;
  const fail = (message: string, hint?: string): ScannedNumber => ({
    ok: false,
    fault: { span: { start, end: Math.max(end, start + 1) }, message, hint },
  });
  FOLLOWING_WORD.lastIndex = end;
  const word = FOLLOWING_WORD.exec(text)?.[0];
  if (word !== undefined && (classifyWord(word) === "identifier" || /[xXoObB]$/.test(raw))) {
    const message = `invalid number: ${(raw + word).slice(0, 40)}`;
    return { ok: false, fault: { span: { start, end: end + word.length }, message } };
  }
  if (/^0[xX]$|^0[oO](?:$|.*[89])|^0[bB](?:$|.*[2-9])/.test(raw)) return fail(`invalid number: ${raw.slice(0, 40)}`);
  if (/^0[xXoObB]/.test(raw) || /^[0-9]+$/.test(raw)) {
    if (/^0[0-9]*[1-9]/.test(raw)) {
      return fail(`invalid number: ${raw.slice(0, 40)}`, `octal numbers are written 0o${raw.replace(/^0+/, "")}`);
    }
    if (raw.length > INT_MAX_DIGITS) return fail(`an integer literal of ${raw.length} digits is too long`);
    return { ok: true, kind: "int", value: readInt(raw), end };
  }
  const value = Number(raw);
  if (!Number.isFinite(value)) return fail("floating-point literal too large");
  return { ok: true, kind: "float", value, end };
}

function readInt(raw: string): number | bigint {
  const value = Number(raw);
  return Number.isSafeInteger(value) ? value : BigInt(raw);
}
