import { Fault } from "./fault.ts";
import { type Integer, MAX_INT_BITS, normalizeInt } from "./integer.ts";

const PREFIXES: Readonly<Record<string, number>> = { "0b": 2, "0o": 8, "0x": 16 };

/** `int(text, base)`; base null is the default, 10 without a prefix. */
export function parseInteger(text: string, base: number | null): Integer {
  const invalid = () => new Fault(`invalid literal with base ${base ?? 10}: ${JSON.stringify(text)}`);
  const sign = text[0] === "+" || text[0] === "-" ? text[0] : "";
  let digits = text.slice(sign.length);
  let radix = base ?? 10;
  const prefixed = PREFIXES[digits.slice(0, 2).toLowerCase()];
  if (radix === 0) {
    radix = prefixed ?? 10;
    if (prefixed !== undefined) digits = digits.slice(2);
    else if (/^0+[0-9]/.test(digits) && !/^0+$/.test(digits)) throw invalid();
  } else if (base !== null && prefixed === radix) {
    digits = digits.slice(2);
  }
  if (!isDigits(digits, radix)) throw invalid();
  const value = parseDigits(digits, radix);
  return sign === "-" ? normalizeInt(-value) : normalizeInt(value);
}

function isDigits(digits: string, radix: number): boolean {
  if (digits === "") return false;
  for (let at = 0; at < digits.length; at++) {
    const digit = Number.parseInt(digits.charAt(at), 36);
    if (!(digit < radix)) return false;
  }
  return true;
}

function parseDigits(digits: string, radix: number): bigint {
  if (digits.length * Math.log2(radix) > MAX_INT_BITS + 64) {
    const significant = digits.replace(/^0+/, "");
    if ((significant.length - 1) * Math.log2(radix) > MAX_INT_BITS) {
      throw new Fault(`int is too large: the limit is ${MAX_INT_BITS} bits`);
    }
  }
  if (radix === 10) return BigInt(digits);
  if (radix === 16) return BigInt(`0x${digits}`);
  if (radix === 8) return BigInt(`0o${digits}`);
  if (radix === 2) return BigInt(`0b${digits}`);
  return joinDigits(digits, BigInt(radix));
}

/** Halves the digits instead of adding one after the other, which would take the square of their number. */
function joinDigits(digits: string, radix: bigint): bigint {
  if (digits.length <= 10) return BigInt(Number.parseInt(digits, Number(radix)));
  const half = digits.length >> 1;
  const low = digits.slice(half);
  return joinDigits(digits.slice(0, half), radix) * radix ** BigInt(low.length) + joinDigits(low, radix);
}
