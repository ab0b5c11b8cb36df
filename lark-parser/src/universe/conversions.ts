import { defineMethod, defineVariadic, type Method } from "../values/builtin.ts";
import { updateDict } from "../values/dict_methods.ts";
import { Fault } from "../values/fault.ts";
import { parseFloatText } from "../values/float.ts";
import { parseInteger } from "../values/int_parse.ts";
import { type Integer, intToNumber, truncateToInt } from "../values/integer.ts";
import { toText } from "../values/repr.ts";
import { copyElements, findElements, type Sequence } from "../values/sequence.ts";
import { makeSet } from "../values/set.ts";
import {
  BytesValue,
  DictValue,
  FloatValue,
  isTrue,
  ListValue,
  TupleValue,
  typeName,
  type Value,
} from "../values/value.ts";

const bool = defineMethod<null>(
  { name: "bool", min: 0, max: 1 },
  (_, _thread, value: Value | undefined) => value !== undefined && isTrue(value),
);

const bytes = defineMethod<null>({ name: "bytes", min: 1, max: 1 }, (_, { meter }, value) => {
  if (value instanceof BytesValue) return value;
  if (typeof value === "string") {
    meter.allocate(value.length * 3);
    return new BytesValue(new TextEncoder().encode(value));
  }
  const elements = findElements(value, meter);
  if (elements === undefined) {
    throw new Fault(`bytes: got ${typeName(value)}, want string, bytes, or iterable of ints`);
  }
  meter.allocate(elements.length);
  return new BytesValue(Uint8Array.from({ length: elements.length }, (_byte, at) => toByte(elements, at)));
});

function toByte(elements: Sequence, at: number): number {
  const element = elements.at(at) as Value;
  if (typeof element !== "number" && typeof element !== "bigint") {
    throw new Fault(`bytes: at index ${at}, got ${typeName(element)}, want int`);
  }
  if (element < 0 || element > 255) throw new Fault(`bytes: at index ${at}, ${element} is out of range [0:255]`);
  return Number(element);
}

const dict = defineVariadic<null>("dict", (_, args, named, { meter }) => {
  if (args.length > 1) throw new Fault(`dict: got ${args.length} arguments, want at most 1`);
  if (args[0] === null) throw new Fault("dict: got NoneType, want iterable");
  const result = new DictValue();
  updateDict(result, { name: "dict", pairs: args[0], named }, meter);
  return result;
});

const float = defineMethod<null>(
  { name: "float", min: 0, max: 1 },
  (_, _thread, value: Value | undefined) => new FloatValue(value === undefined ? 0 : toFloat(value)),
);

function toFloat(value: Value): number {
  if (value instanceof FloatValue) return value.value;
  if (typeof value === "number" || typeof value === "bigint") return intToNumber(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return parseFloatText(value);
  throw new Fault(`float: got ${typeName(value)}, want number or string`);
}

const int = defineMethod<null>(
  { name: "int", min: 1, max: 2, names: ["x", "base"] },
  (_, _thread, value, base: Value | undefined) => {
    if (typeof value === "string") return parseInteger(value, base === undefined ? null : toBase(base));
    if (base !== undefined) throw new Fault(`int: can't convert ${typeName(value)} with explicit base`);
    return toInt(value);
  },
);

function toBase(base: Value): number {
  if (typeof base !== "number") throw new Fault(`int: for base, got ${typeName(base)}, want int`);
  if (base === 0 || (base >= 2 && base <= 36)) return base;
  throw new Fault(`int: invalid base ${base} (must be 0 or from 2 to 36)`);
}

function toInt(value: Value): Integer {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (value instanceof FloatValue) return truncateToInt(value.value);
  if (typeof value === "boolean") return value ? 1 : 0;
  throw new Fault(`int: got ${typeName(value)}, want number or string`);
}

const list = defineMethod<null>(
  { name: "list", min: 0, max: 1 },
  (_, { meter }, source: Value | undefined) => new ListValue(source === undefined ? [] : copyElements(source, meter)),
);

const set = defineMethod<null>({ name: "set", min: 0, max: 1 }, (_, { meter }, source: Value | undefined) =>
  makeSet(source === undefined ? [] : copyElements(source, meter), meter),
);

const str = defineMethod<null>({ name: "str", min: 1, max: 1 }, (_, { meter }, value) => toText(value, meter));

const tuple = defineMethod<null>({ name: "tuple", min: 0, max: 1 }, (_, { meter }, source: Value | undefined) => {
  if (source instanceof TupleValue) return source;
  return new TupleValue(source === undefined ? [] : copyElements(source, meter));
});

/** Functions that make a value of a type out of another value. */
export const CONVERSIONS: readonly Method<null>[] = [bool, bytes, dict, float, int, list, set, str, tuple];
