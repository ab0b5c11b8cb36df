import { Fault } from "./fault.ts";

/** An int of the language: a number when it is safe, else a bigint. */
export type Integer = number | bigint;

/** Ints may be huge, but not so huge that one multiplication or conversion takes seconds. */
export const MAX_INT_BITS = 2 ** 18;
const MAX_INT = 1n << BigInt(MAX_INT_BITS);

/** The one representation of an int that arithmetic gave as a bigint. */
export function normalizeInt(value: bigint): Integer {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value);
  if (value > MAX_INT || value < -MAX_INT) throw new Fault(`int is too large: the limit is ${MAX_INT_BITS} bits`);
  return value;
}

/** The sum of two ints. */
export function addInts(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return normalizeInt(BigInt(a) + BigInt(b));
}

/** The difference of two ints. */
export function subtractInts(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return normalizeInt(BigInt(a) - BigInt(b));
}

/** The product of two ints. */
export function multiplyInts(a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number") {
    const product = a * b;
    // Adding 0 turns -0, which is no int, into 0.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return normalizeInt(BigInt(a) * BigInt(b));
}

/** The quotient rounded towards minus infinity. */
export function floorDivideInts(a: Integer, b: Integer): Integer {
  if (b === 0) throw new Fault("floored division by zero");
  if (typeof a === "number" && typeof b === "number") {
    const rest = a % b;
    // a - rest is a multiple of b, so that this division is exact where a / b would round.
    const quotient = (a - rest) / b;
    return (rest !== 0 && rest < 0 !== b < 0 ? quotient - 1 : quotient) + 0;
  }
  const [dividend, divisor] = [BigInt(a), BigInt(b)];
  const rest = dividend % divisor;
  const quotient = dividend / divisor;
  return normalizeInt(rest !== 0n && rest < 0n !== divisor < 0n ? quotient - 1n : quotient);
}

/** The rest of the floored division; it has the divisor's sign. */
export function moduloInts(a: Integer, b: Integer): Integer {
  if (b === 0) throw new Fault("integer modulo by zero");
  if (typeof a === "number" && typeof b === "number") {
    const rest = a % b;
    return (rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest) + 0;
  }
  const divisor = BigInt(b);
  const rest = BigInt(a) % divisor;
  return normalizeInt(rest !== 0n && rest < 0n !== divisor < 0n ? rest + divisor : rest);
}

/** `&`, `|` or `^` of two ints, in two's complement. */
export function combineBits(op: "&" | "|" | "^", a: Integer, b: Integer): Integer {
  if (typeof a === "number" && typeof b === "number" && (a | 0) === a && (b | 0) === b) {
    return op === "&" ? a & b : op === "|" ? a | b : a ^ b;
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  return normalizeInt(op === "&" ? x & y : op === "|" ? x | y : x ^ y);
}

/** `a << b`. */
export function shiftLeft(a: Integer, b: Integer): Integer {
  if (b < 0) throw new Fault(`negative shift count: ${b}`);
  if (a === 0) return 0;
  if (b > MAX_INT_BITS) throw new Fault(`shift count is too large: ${b}`);
  if (typeof a === "number" && b < 32) return multiplyInts(a, 2 ** Number(b));
  return normalizeInt(BigInt(a) << BigInt(b));
}

/** `a >> b`, arithmetic. */
export function shiftRight(a: Integer, b: Integer): Integer {
  if (b < 0) throw new Fault(`negative shift count: ${b}`);
  if (b > MAX_INT_BITS) return a < 0 ? -1 : 0;
  if (typeof a === "number") return Math.floor(a / 2 ** Math.min(Number(b), 60)) + 0;
  return normalizeInt(a >> BigInt(b));
}

/** `-a`. */
export function negateInt(a: Integer): Integer {
  return typeof a === "number" ? 0 - a : normalizeInt(-a);
}

/** `~a`. */
export function invertInt(a: Integer): Integer {
  return subtractInts(negateInt(a), 1);
}

/** The float nearest to an int; a fault when there is no finite one. */
export function intToNumber(value: Integer): number {
  const result = Number(value);
  if (!Number.isFinite(result)) throw new Fault("int too large to convert to float");
  return result;
}

/** A finite float cut off to an int. */
export function truncateToInt(value: number): Integer {
  if (!Number.isFinite(value)) {
    throw new Fault(`cannot convert float ${Number.isNaN(value) ? "NaN" : "infinity"} to integer`);
  }
  const whole = Math.trunc(value) + 0;
  return Number.isSafeInteger(whole) ? whole : BigInt(whole);
}
