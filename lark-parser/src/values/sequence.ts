import { keysOf } from "./dict.ts";
import { Fault } from "./fault.ts";
import { ELEMENT_SIZE, type Meter } from "./meter.ts";
import { charactersOf, lengthOf } from "./text.ts";
import {
  BytesElems,
  BytesValue,
  DictValue,
  ListValue,
  RangeValue,
  SetValue,
  StringElems,
  TupleValue,
  typeName,
  type Value,
} from "./value.ts";

/** Elements by index: an array, or a range that is never spelled out. */
export interface Sequence {
  readonly length: number;
  at(index: number): Value | undefined;
}

/** The elements of an iterable, undefined when the value is none. A list's are its own, not a copy. */
export function findElements(value: Value, meter: Meter): Sequence | undefined {
  if (value instanceof ListValue || value instanceof TupleValue) return value.items;
  if (value instanceof RangeValue) return value;
  if (value instanceof DictValue) return keysOf(value, meter);
  if (value instanceof SetValue) {
    meter.addSteps(value.elements.size);
    return [...value.elements.values()];
  }
  if (value instanceof StringElems) {
    meter.allocate(value.text.length * ELEMENT_SIZE);
    return charactersOf(value.text);
  }
  if (value instanceof BytesElems) return [...value.bytes.data];
  return undefined;
}

/** The elements of an iterable; a fault when the value is none. */
export function elementsOf(value: Value, meter: Meter): Sequence {
  const elements = findElements(value, meter);
  if (elements !== undefined) return elements;
  const hint = typeof value === "string" ? 'a string is not iterable: use .elems(), as in "abc".elems()' : undefined;
  throw new Fault(`${typeName(value)} value is not iterable`, { hint });
}

/** The elements of an iterable as an array of its own. */
export function copyElements(value: Value, meter: Meter): Value[] {
  const elements = elementsOf(value, meter);
  meter.addSteps(elements.length);
  meter.allocate(elements.length * ELEMENT_SIZE);
  if (Array.isArray(elements)) return elements.slice() as Value[];
  return Array.from({ length: elements.length }, (_, at) => elements.at(at) as Value);
}

/** `len(x)`, undefined for what has no length. */
export function findLength(value: Value): number | undefined {
  if (typeof value === "string") return lengthOf(value);
  if (value instanceof ListValue || value instanceof TupleValue) return value.items.length;
  if (value instanceof DictValue) return value.entries.size;
  if (value instanceof SetValue) return value.elements.size;
  if (value instanceof RangeValue) return value.length;
  if (value instanceof BytesValue) return value.data.length;
  if (value instanceof StringElems) return lengthOf(value.text);
  if (value instanceof BytesElems) return value.bytes.data.length;
  return undefined;
}

/** Makes a range; the number of its elements is worked out, never counted. */
export function makeRange(start: number, stop: number, step: number): RangeValue {
  const span = step > 0 ? stop - start : start - stop;
  const length = span > 0 ? Math.ceil(span / Math.abs(step)) : 0;
  return new RangeValue(start, stop, step, length);
}

/** Keeps something from being changed while `use` walks over it. */
export function whileLocked<T>(value: Value, use: () => T): T {
  if (!(value instanceof ListValue || value instanceof DictValue || value instanceof SetValue)) return use();
  value.locks++;
  const result = use();
  // A fault ends the whole evaluation, so that the lock need not be undone then.
  value.locks--;
  return result;
}
