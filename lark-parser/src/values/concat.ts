import { Fault } from "./fault.ts";
import { ELEMENT_SIZE, type Meter } from "./meter.ts";
import { BytesValue, ListValue, TupleValue, type Value } from "./value.ts";

/**
 * Joining shares the two halves until the text is read, and text that grows piece by piece is common: the charge
 * against the total is a part of the length only. No single string can pass its limit.
 */
const SHARED_PART = 8;

/** `a + b` of strings. */
export function addText(a: string, b: string, meter: Meter): string {
  const length = a.length + b.length;
  if (length > meter.limits.maxValueSize) meter.allocate(length);
  meter.grow(Math.ceil(length / SHARED_PART));
  return a + b;
}

/** The elements of both. */
export function joinItems(a: readonly Value[], b: readonly Value[], meter: Meter): Value[] {
  meter.allocate((a.length + b.length) * ELEMENT_SIZE);
  return a.concat(b);
}

/** `a + b` of bytes. */
export function joinBytes(a: BytesValue, b: BytesValue, meter: Meter): BytesValue {
  meter.allocate(a.data.length + b.data.length);
  const data = new Uint8Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return new BytesValue(data);
}

/** `value * times`, undefined when the value is no sequence. Less than one time gives an empty one. */
export function repeatSequence(value: Value, times: number | bigint, meter: Meter): Value | undefined {
  if (typeof value === "string") {
    const count = checkTimes(value.length, times, 1, meter);
    return value.repeat(count);
  }
  if (value instanceof ListValue || value instanceof TupleValue) {
    const items = repeatItems(value.items, checkTimes(value.items.length, times, ELEMENT_SIZE, meter));
    return value instanceof ListValue ? new ListValue(items) : new TupleValue(items);
  }
  if (value instanceof BytesValue) {
    const count = checkTimes(value.data.length, times, 1, meter);
    const data = new Uint8Array(value.data.length * count);
    for (let at = 0; at < count; at++) data.set(value.data, at * value.data.length);
    return new BytesValue(data);
  }
  return undefined;
}

function checkTimes(length: number, times: number | bigint, unit: number, meter: Meter): number {
  if (times <= 0 || length === 0) return 0;
  const size = length * Number(times) * unit;
  if (!Number.isSafeInteger(size)) throw new Fault(`result is too large: repeated ${times} times`);
  meter.allocate(size);
  return Number(times);
}

function repeatItems(items: readonly Value[], count: number): Value[] {
  const result = new Array<Value>(items.length * count);
  for (let at = 0; at < result.length; at++) result[at] = items[at % items.length] as Value;
  return result;
}
