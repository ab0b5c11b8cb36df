import { getEntry, setEntry } from "./dict.ts";
import { Fault } from "./fault.ts";
import { ELEMENT_SIZE, type Meter } from "./meter.ts";
import { toRepr } from "./repr.ts";
import { findLength } from "./sequence.ts";
import { characterAt, charactersOf, sliceText } from "./text.ts";
import {
  BytesValue,
  checkMutable,
  DictValue,
  ListValue,
  RangeValue,
  TupleValue,
  typeName,
  type Value,
} from "./value.ts";

/** `object[index]`. */
export function getIndex(object: Value, index: Value, meter: Meter): Value {
  if (object instanceof DictValue) {
    const found = getEntry(object, index, meter);
    if (found !== undefined) return found;
    throw new Fault(`key ${toRepr(index, meter)} not in dict`);
  }
  const length = isIndexable(object) ? findLength(object) : undefined;
  if (length === undefined) throw new Fault(`unhandled index operation ${typeName(object)}[${typeName(index)}]`);
  const at = checkIndex(object, index, length);
  if (typeof object === "string") return characterAt(object, at);
  if (object instanceof ListValue || object instanceof TupleValue) return object.items[at] as Value;
  if (object instanceof RangeValue) return object.at(at);
  return (object as BytesValue).data[at] as number;
}

/** `object[index] = value`. */
export function setIndex(object: Value, index: Value, value: Value, meter: Meter): void {
  if (object instanceof DictValue) {
    setEntry(object, index, value, meter);
  } else if (object instanceof ListValue) {
    const at = checkIndex(object, index, object.items.length);
    checkMutable(object, "assign to element of");
    object.items[at] = value;
  } else {
    throw new Fault(`${typeName(object)} value does not support item assignment`);
  }
}

function isIndexable(value: Value): boolean {
  return (
    typeof value === "string" ||
    value instanceof ListValue ||
    value instanceof TupleValue ||
    value instanceof RangeValue ||
    value instanceof BytesValue
  );
}

function checkIndex(object: Value, index: Value, length: number): number {
  if (typeof index !== "number" && typeof index !== "bigint") {
    throw new Fault(`${typeName(object)} index: got ${typeName(index)}, want int`);
  }
  const at = Number(index < 0 ? Number(index) + length : index);
  if (at >= 0 && at < length) return at;
  const range = length === 0 ? `empty ${typeName(object)}` : `${typeName(object)} index ${index} out of range`;
  throw new Fault(length === 0 ? `index ${index} out of range: ${range}` : `${range} [${-length}:${length - 1}]`);
}

/** The bounds of a subsequence as most methods take them: None or left out is the end, the rest is clamped. */
export function clampBounds(start: Value | undefined, end: Value | undefined, length: number): [number, number] {
  const from = clamp(bound(start, "start index") ?? 0, length, 0, length);
  const to = clamp(bound(end, "end index") ?? length, length, 0, length);
  return [from, to];
}

function bound(value: Value | undefined, what: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value;
  // Past every sequence, and that is all that matters of it.
  if (typeof value === "bigint") return value < 0n ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  throw new Fault(`invalid ${what}: got ${typeName(value)}, want int`);
}

function clamp(index: number, length: number, least: number, most: number): number {
  return Math.min(Math.max(index < 0 ? index + length : index, least), most);
}

/** The operands of `object[low:high:step]`; undefined for what is left out. */
export interface Slice {
  readonly low: Value | undefined;
  readonly high: Value | undefined;
  readonly step: Value | undefined;
}

/** `object[low:high:step]`. */
export function getSlice(object: Value, slice: Slice, meter: Meter): Value {
  const length = isIndexable(object) ? findLength(object) : undefined;
  if (length === undefined) throw new Fault(`invalid slice operand: ${typeName(object)}`);
  const { start, stride, count } = resolveSlice(slice, length);
  if (object instanceof RangeValue) {
    const first = object.start + start * object.step;
    const step = object.step * stride;
    return new RangeValue(first, first + count * step, step, count);
  }
  meter.allocate(count * ELEMENT_SIZE);
  meter.addSteps(stride === 1 ? 1 : count);
  if (typeof object === "string") return sliceString(object, start, stride, count);
  if (object instanceof BytesValue) {
    if (stride === 1) return new BytesValue(object.data.slice(start, start + count));
    return new BytesValue(Uint8Array.from({ length: count }, (_, at) => object.data[start + at * stride] as number));
  }
  const { items } = object as ListValue | TupleValue;
  const picked = stride === 1 ? items.slice(start, start + count) : pick(items, start, stride, count);
  return object instanceof ListValue ? new ListValue(picked as Value[]) : new TupleValue(picked);
}

function sliceString(text: string, start: number, stride: number, count: number): string {
  if (stride === 1) return sliceText(text, start, start + count);
  return pick(charactersOf(text), start, stride, count).join("");
}

function pick<T>(items: readonly T[], start: number, stride: number, count: number): T[] {
  return Array.from({ length: count }, (_, at) => items[start + at * stride] as T);
}

function resolveSlice({ low, high, step }: Slice, length: number): { start: number; stride: number; count: number } {
  const stride = bound(step, "slice step") ?? 1;
  if (stride === 0) throw new Fault("zero is not a valid slice step");
  const [least, most] = stride > 0 ? [0, length] : [-1, length - 1];
  const from = bound(low, "start index");
  const to = bound(high, "end index");
  const start = from === undefined ? (stride > 0 ? least : most) : clamp(from, length, least, most);
  const stop = to === undefined ? (stride > 0 ? most : least) : clamp(to, length, least, most);
  const span = stride > 0 ? stop - start : start - stop;
  return { start, stride, count: span > 0 ? Math.ceil(span / Math.abs(stride)) : 0 };
}
