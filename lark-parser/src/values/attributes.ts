import { didYouMean } from "../suggest.ts";
import { BoundMethod, type Method } from "./builtin.ts";
import { BYTES_METHODS } from "./bytes_methods.ts";
import { DICT_METHODS } from "./dict_methods.ts";
import { Fault } from "./fault.ts";
import { LIST_METHODS } from "./list_methods.ts";
import { SET_METHODS } from "./set_methods.ts";
import { STRING_METHODS } from "./string_methods.ts";
import { BytesValue, DictValue, HostValue, ListValue, SetValue, typeName, type Value } from "./value.ts";

type MethodTable = ReadonlyMap<string, Method<Value>>;

/** A method is only ever found by the type of its receiver, and so gets no other. */
function tabulate<T extends Value>(methods: readonly Method<T>[]): MethodTable {
  return new Map(methods.map((method) => [method.name, method as Method<never> as Method<Value>]));
}

const STRING_TABLE = tabulate(STRING_METHODS);
const LIST_TABLE = tabulate(LIST_METHODS);
const DICT_TABLE = tabulate(DICT_METHODS);
const SET_TABLE = tabulate(SET_METHODS);
const BYTES_TABLE = tabulate(BYTES_METHODS);
const NO_METHODS: MethodTable = new Map();

function methodsOf(value: Value): MethodTable {
  if (typeof value === "string") return STRING_TABLE;
  if (value instanceof ListValue) return LIST_TABLE;
  if (value instanceof DictValue) return DICT_TABLE;
  if (value instanceof SetValue) return SET_TABLE;
  return value instanceof BytesValue ? BYTES_TABLE : NO_METHODS;
}

/** The method of a built-in type, without binding it to the value. */
export function findMethod(value: Value, name: string): Method<Value> | undefined {
  return methodsOf(value).get(name);
}

/** `value.name`, undefined when there is no such attribute. */
export function findAttribute(value: Value, name: string): Value | undefined {
  if (value instanceof HostValue) return value.attribute(name);
  const method = findMethod(value, name);
  return method === undefined ? undefined : new BoundMethod(value, method);
}

/** `value.name`; a fault when there is no such attribute. */
export function getAttribute(value: Value, name: string): Value {
  const found = findAttribute(value, name);
  if (found !== undefined) return found;
  const hint = didYouMean(name, attributeNames(value));
  throw new Fault(`${typeName(value)} has no .${name} field or method`, { hint });
}

/** `dir(value)`. */
export function attributeNames(value: Value): string[] {
  const names = value instanceof HostValue ? value.attributeNames() : methodsOf(value).keys();
  return [...names].sort();
}
