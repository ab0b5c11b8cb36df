import type { Place } from "../source.ts";
import { Fault } from "./fault.ts";
import type { Meter } from "./meter.ts";

/**
 * A value of the language. None is `null`, an int is a `number` when it is a safe integer and a `bigint` otherwise
 * (never both for the same int), a float is boxed, a string is a JavaScript string without lone surrogates.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | FloatValue
  | BytesValue
  | ListValue
  | TupleValue
  | DictValue
  | SetValue
  | RangeValue
  | StringElems
  | BytesElems
  | CallableValue
  | HostValue;

/** A value as a key of a Map: two values are equal exactly when their keys are the same. See key.ts. */
export type Key = null | boolean | number | bigint | string | object;

/** Named arguments of a call, in the order in which they were written; null for none. */
export type NamedArguments = ReadonlyMap<string, Value> | null;

/** A call in the source. */
export interface CallSite {
  /** Where an argument stands, by name or by position; the whole call without one, or when it is not spelled out. */
  place(argument?: string | number): Place;
}

/** What built-in functions may ask of the evaluation that calls them. */
export interface Thread {
  readonly meter: Meter;
  /** The call of a built-in function that began last; null before the first. */
  readonly site: CallSite | null;
  /** Calls a function value and gives its result. */
  call(callee: Value, args: readonly Value[], named: NamedArguments): Value;
  print(text: string): void;
}

export class FloatValue {
  constructor(readonly value: number) {}
}

export class BytesValue {
  constructor(readonly data: Uint8Array) {}
}

export class TupleValue {
  /** The tuple's text as a dict key, kept once it has been asked for. */
  key: string | null = null;
  constructor(readonly items: readonly Value[]) {}
}

/** What can be changed until it is frozen, and not while something iterates over it. */
export abstract class MutableValue {
  frozen = false;
  /** How many loops iterate over it at the moment. */
  locks = 0;
}

export class ListValue extends MutableValue {
  constructor(readonly items: Value[]) {
    super();
  }
}

export class DictValue extends MutableValue {
  readonly entries = new Map<Key, Value>();
  /** The keys as the program wrote them, where they are not the same as the Map's. */
  readonly originals = new Map<Key, Value>();
}

export class SetValue extends MutableValue {
  /** From each element's key to the element. */
  readonly elements = new Map<Key, Value>();
}

/** The ints start, start + step, ... without ever being spelled out. */
export class RangeValue {
  constructor(
    readonly start: number,
    readonly stop: number,
    readonly step: number,
    readonly length: number,
  ) {}

  /** The element at an index that is known to be inside. */
  at(index: number): number {
    return this.start + index * this.step;
  }
}

/** The iterable that `"...".elems()` gives. */
export class StringElems {
  constructor(readonly text: string) {}
}

/** The iterable that `b"...".elems()` gives. */
export class BytesElems {
  constructor(readonly bytes: BytesValue) {}
}

/** What can be called: functions of the language, built-in ones, bound methods. */
export abstract class CallableValue {
  abstract readonly name: string;
  abstract readonly typeName: "function" | "builtin_function_or_method";
  abstract toText(): string;
  /** What becomes frozen with it. */
  references(): Iterable<Value> {
    return [];
  }
  abstract invoke(thread: Thread, args: readonly Value[], named: NamedArguments): Value;
}

/** An opaque value of the host: equal to itself only, usable as a key. */
export abstract class HostValue {
  abstract readonly typeName: string;
  abstract toText(): string;
  /** A field, or undefined when there is none of that name. */
  attribute(_name: string): Value | undefined {
    return undefined;
  }
  attributeNames(): readonly string[] {
    return [];
  }
}

/** The name that `type(x)` gives. */
export function typeName(value: Value): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "number":
    case "bigint":
      return "int";
    case "boolean":
      return "bool";
  }
  if (value === null) return "NoneType";
  if (value instanceof ListValue) return "list";
  if (value instanceof TupleValue) return "tuple";
  if (value instanceof DictValue) return "dict";
  if (value instanceof FloatValue) return "float";
  if (value instanceof SetValue) return "set";
  if (value instanceof RangeValue) return "range";
  if (value instanceof BytesValue) return "bytes";
  if (value instanceof StringElems) return "string.elems";
  if (value instanceof BytesElems) return "bytes.elems";
  return value.typeName;
}

/** The truth of a value, as `if` and `bool()` see it. */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "number":
      return value !== 0;
    case "string":
      return value !== "";
    case "bigint":
      return true;
  }
  if (value === null) return false;
  if (value instanceof ListValue || value instanceof TupleValue) return value.items.length > 0;
  if (value instanceof DictValue) return value.entries.size > 0;
  if (value instanceof SetValue) return value.elements.size > 0;
  if (value instanceof FloatValue) return value.value !== 0;
  if (value instanceof RangeValue) return value.length > 0;
  if (value instanceof BytesValue) return value.data.length > 0;
  if (value instanceof StringElems) return value.text !== "";
  if (value instanceof BytesElems) return value.bytes.data.length > 0;
  return true;
}

/** Throws unless the value may be changed now; `verb` completes "cannot ... list". */
export function checkMutable(value: ListValue | DictValue | SetValue, verb: string): void {
  if (value.frozen) throw new Fault(`cannot ${verb} frozen ${typeName(value)}`);
  if (value.locks > 0) throw new Fault(`cannot ${verb} ${typeName(value)} during iteration`);
}
