import { areEqual, MAX_COMPARE_DEPTH } from "./equality.ts";
import { Fault } from "./fault.ts";
import { compareNumbers } from "./float.ts";
import type { Meter } from "./meter.ts";
import { BytesValue, FloatValue, ListValue, TupleValue, typeName, type Value } from "./value.ts";

export type Comparison = "<" | "<=" | ">" | ">=";

/** Negative, 0 or positive as `a` is less than, equal to or greater than `b`; a fault when they have no order. */
export function compareValues(a: Value, b: Value, meter: Meter, op: Comparison = "<", depth = 0): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== undefined && y !== undefined) return compareNumbers(x, y);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof BytesValue && b instanceof BytesValue) return compareBytes(a.data, b.data);
  const areLists = a instanceof ListValue && b instanceof ListValue;
  if (areLists || (a instanceof TupleValue && b instanceof TupleValue)) {
    if (depth > MAX_COMPARE_DEPTH) throw new Fault("comparison is nested too deeply, or compares a cycle");
    return compareItems({ a: a.items, b: b.items, op, depth }, meter);
  }
  throw new Fault(`unsupported comparison: ${typeName(a)} ${op} ${typeName(b)}`);
}

interface ItemComparison {
  readonly a: readonly Value[];
  readonly b: readonly Value[];
  readonly op: Comparison;
  readonly depth: number;
}

/** The first pair of unequal elements decides; equal ones need no order. */
function compareItems({ a, b, op, depth }: ItemComparison, meter: Meter): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    meter.step();
    const [x, y] = [a[at] as Value, b[at] as Value];
    if (!areEqual(x, y, meter, depth + 1)) return compareValues(x, y, meter, op, depth + 1);
  }
  return a.length - b.length;
}

function numberOf(value: Value): number | bigint | undefined {
  if (typeof value === "number" || typeof value === "bigint") return value;
  return value instanceof FloatValue ? value.value : undefined;
}

/** By code points; UTF-16 units would put U+10000 before U+E000. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x !== y) return rankUnit(x) - rankUnit(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for what comes after every other unit. */
const rankUnit = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at++) {
    const difference = (a[at] as number) - (b[at] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
