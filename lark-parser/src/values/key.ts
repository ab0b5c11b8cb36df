import { Fault } from "./fault.ts";
import { ELEMENT_SIZE, type Meter } from "./meter.ts";
import {
  BytesValue,
  CallableValue,
  FloatValue,
  HostValue,
  type Key,
  ListValue,
  TupleValue,
  typeName,
  type Value,
} from "./value.ts";

/** Deeper than any tuple that was written by hand, and shallow enough for the stack. */
const MAX_DEPTH = 1000;

/**
 * The key of a value in a Map; a fault when the value cannot be hashed. Strings and safe ints, nearly all keys, stand
 * for themselves. An equal float takes the int's key. Tuples and bytes become strings with a leading NUL, and so does
 * a string that has one itself, so that they never meet.
 */
export function keyOf(value: Value, meter: Meter): Key {
  switch (typeof value) {
    case "string":
      return value.charCodeAt(0) === 0 ? `\0s${value}` : value;
    case "number":
    case "boolean":
    case "bigint":
      return value;
  }
  if (value === null) return null;
  if (value instanceof FloatValue) return floatKey(value.value);
  if (value instanceof TupleValue) return tupleKey(value, meter, 0);
  if (value instanceof BytesValue) return `\0b${latin1(value.data)}`;
  if (value instanceof CallableValue || value instanceof HostValue) return value;
  throw new Fault(`unhashable type: ${typeName(value)}`, { hint: hintOf(value) });
}

const hintOf = (value: Value): string | undefined => (value instanceof ListValue ? "a tuple can be a key" : undefined);

function floatKey(value: number): number | bigint {
  if (!Number.isInteger(value)) return value;
  return Number.isSafeInteger(value) ? value + 0 : BigInt(value);
}

function tupleKey(tuple: TupleValue, meter: Meter, depth: number): string {
  if (tuple.key !== null) return tuple.key;
  if (depth > MAX_DEPTH) throw new Fault("tuple is nested too deeply to be a key");
  const parts = tuple.items.map((item) => describeKey(item, meter, depth));
  const size = parts.reduce((sum, part) => sum + part.length, ELEMENT_SIZE);
  meter.addSteps(parts.length);
  meter.allocate(size);
  tuple.key = `\0t${parts.length}:${parts.join("")}`;
  return tuple.key;
}

/** A text that no other value's starts with, so that the texts of a tuple's elements can stand side by side. */
function describeKey(item: Value, meter: Meter, depth: number): string {
  if (item instanceof TupleValue) return tupleKey(item, meter, depth + 1);
  const key = keyOf(item, meter);
  switch (typeof key) {
    case "string":
      return `s${key.length}:${key}`;
    case "number":
    case "bigint":
      return `i${key};`;
    case "boolean":
      return key ? "T" : "F";
  }
  return key === null ? "N" : `o${identityOf(key)};`;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

/** A number of the object's own. It never reaches the program, only tells keys apart. */
function identityOf(object: object): number {
  const known = identities.get(object);
  if (known !== undefined) return known;
  identities.set(object, nextIdentity);
  return nextIdentity++;
}

function latin1(data: Uint8Array): string {
  let text = "";
  for (const byte of data) text += String.fromCharCode(byte);
  return text;
}
