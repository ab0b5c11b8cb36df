import { Fault } from "./fault.ts";
import { compareNumbers } from "./float.ts";
import type { Meter } from "./meter.ts";
import {
  BytesElems,
  BytesValue,
  DictValue,
  FloatValue,
  ListValue,
  RangeValue,
  SetValue,
  StringElems,
  TupleValue,
  type Value,
} from "./value.ts";

/** A value nested deeper than this is taken for a cycle. */
export const MAX_COMPARE_DEPTH = 500;

/** `a == b`. Values of different types are unequal, except that an int can equal a float. */
export function areEqual(a: Value, b: Value, meter: Meter, depth = 0): boolean {
  if (a === b) return true;
  switch (typeof a) {
    case "string":
    case "boolean":
      return false;
    case "number":
      return b instanceof FloatValue && a === b.value;
    case "bigint":
      if (typeof b === "bigint") return a === b;
      return b instanceof FloatValue && compareNumbers(a, b.value) === 0;
  }
  if (a === null || b === null || typeof b === "string" || typeof b === "boolean") return false;
  if (a instanceof FloatValue) {
    if (typeof b === "number" || typeof b === "bigint") return compareNumbers(a.value, b) === 0;
    return b instanceof FloatValue && compareNumbers(a.value, b.value) === 0;
  }
  return areSameKind(a, b, meter, depth);
}

function areSameKind(a: Value, b: Value, meter: Meter, depth: number): boolean {
  if (depth > MAX_COMPARE_DEPTH) throw new Fault("comparison is nested too deeply, or compares a cycle");
  if (a instanceof ListValue) return b instanceof ListValue && areItemsEqual(a.items, b.items, meter, depth);
  if (a instanceof TupleValue) return b instanceof TupleValue && areItemsEqual(a.items, b.items, meter, depth);
  if (a instanceof DictValue) return b instanceof DictValue && areDictsEqual(a, b, meter, depth);
  if (a instanceof SetValue) return b instanceof SetValue && areSetsEqual(a, b, meter);
  if (a instanceof BytesValue) return b instanceof BytesValue && areBytesEqual(a.data, b.data);
  if (a instanceof RangeValue) return b instanceof RangeValue && areRangesEqual(a, b);
  if (a instanceof StringElems) return b instanceof StringElems && a.text === b.text;
  if (a instanceof BytesElems) return b instanceof BytesElems && areBytesEqual(a.bytes.data, b.bytes.data);
  return false;
}

function areItemsEqual(a: readonly Value[], b: readonly Value[], meter: Meter, depth: number): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    meter.step();
    if (!areEqual(a[at] as Value, b[at] as Value, meter, depth + 1)) return false;
  }
  return true;
}

function areDictsEqual(a: DictValue, b: DictValue, meter: Meter, depth: number): boolean {
  if (a.entries.size !== b.entries.size) return false;
  for (const [hashed, value] of a.entries) {
    meter.step();
    const other = b.entries.get(hashed);
    if (other === undefined || !areEqual(value, other, meter, depth + 1)) return false;
  }
  return true;
}

function areSetsEqual(a: SetValue, b: SetValue, meter: Meter): boolean {
  if (a.elements.size !== b.elements.size) return false;
  meter.addSteps(a.elements.size);
  for (const hashed of a.elements.keys()) if (!b.elements.has(hashed)) return false;
  return true;
}

function areBytesEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function areRangesEqual(a: RangeValue, b: RangeValue): boolean {
  if (a.length !== b.length) return false;
  if (a.length === 0) return true;
  return a.start === b.start && (a.length === 1 || a.step === b.step);
}
