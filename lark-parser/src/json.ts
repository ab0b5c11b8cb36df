import { entriesOf } from "./values/dict.ts";
import { formatFloat } from "./values/float.ts";
import { decodeUtf8 } from "./values/repr.ts";
import { charactersOf } from "./values/text.ts";
import {
  BytesElems,
  BytesValue,
  CallableValue,
  DictValue,
  FloatValue,
  HostValue,
  ListValue,
  RangeValue,
  SetValue,
  StringElems,
  TupleValue,
  type Value,
} from "./values/value.ts";

/** What `toJson` gives. An int that no number holds exactly stays a bigint, which JSON.stringify refuses. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** Why a value cannot become JSON: it contains itself, or is nested too deeply. */
export class NotJson extends Error {}

const MAX_DEPTH = 500;

/** Sequences and sets become arrays; a dict with other than string keys becomes an array of pairs; infinities, NaN and
 *  bytes become strings; functions and host values are left out of dicts and are null elsewhere. Throws NotJson. */
export function toJson(value: Value): JsonValue {
  return build(value, 0);
}

type Build<T> = (value: Value) => T;

/** The parts of a value that JSON writes with brackets; undefined for any other. */
function elementsOf(value: object): readonly Value[] | undefined {
  if (value instanceof ListValue || value instanceof TupleValue) return value.items;
  if (value instanceof SetValue) return [...value.elements.values()];
  if (value instanceof RangeValue) return Array.from({ length: value.length }, (_, at) => value.at(at));
  if (value instanceof StringElems) return charactersOf(value.text);
  return value instanceof BytesElems ? [...value.bytes.data] : undefined;
}

function build(value: Value, depth: number): JsonValue {
  if (value === null || typeof value !== "object") return value;
  checkDepth(depth);
  const inner: Build<JsonValue> = (item) => build(item, depth + 1);
  if (value instanceof FloatValue) return Number.isFinite(value.value) ? value.value : formatFloat(value.value);
  if (value instanceof BytesValue) return decodeUtf8(value.data);
  if (!(value instanceof DictValue)) return elementsOf(value)?.map(inner) ?? null;
  const { entries, isObject } = listEntries(value);
  if (!isObject) return entries.map(([key, item]) => [inner(key), inner(item)]);
  // A null prototype keeps a key like __proto__ an ordinary one.
  const object: Record<string, JsonValue> = Object.create(null);
  for (const [key, item] of entries) object[key as string] = inner(item);
  return object;
}

/** The same as one line of text: every int is exact, every float has a point or an exponent, keys keep their order. */
export function printJson(value: Value, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value === null || typeof value !== "object") return String(value);
  checkDepth(depth);
  const inner: Build<string> = (item) => printJson(item, depth + 1);
  if (value instanceof FloatValue) {
    const text = formatFloat(value.value);
    return Number.isFinite(value.value) ? text : JSON.stringify(text);
  }
  if (value instanceof BytesValue) return JSON.stringify(decodeUtf8(value.data));
  if (!(value instanceof DictValue)) {
    const elements = elementsOf(value);
    return elements === undefined ? "null" : `[${elements.map(inner).join(",")}]`;
  }
  const { entries, isObject } = listEntries(value);
  if (isObject) return `{${entries.map(([key, item]) => `${inner(key)}:${inner(item)}`).join(",")}}`;
  return `[${entries.map(([key, item]) => `[${inner(key)},${inner(item)}]`).join(",")}]`;
}

function checkDepth(depth: number): void {
  if (depth > MAX_DEPTH) throw new NotJson("value contains itself, or is nested too deeply for JSON");
}

function listEntries(dict: DictValue): { entries: [Value, Value][]; isObject: boolean } {
  const all = entriesOf(dict);
  const isObject = all.every(([key]) => typeof key === "string");
  return { entries: all.filter(([, value]) => !isLeftOut(value)), isObject };
}

const isLeftOut = (value: Value): boolean => value instanceof CallableValue || value instanceof HostValue;
