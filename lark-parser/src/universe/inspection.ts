import { wantString } from "../values/argument.ts";
import { attributeNames, findAttribute, getAttribute } from "../values/attributes.ts";
import { defineMethod, defineVariadic, type Method, takeNamed } from "../values/builtin.ts";
import { Fault } from "../values/fault.ts";
import { negateInt } from "../values/integer.ts";
import type { Meter } from "../values/meter.ts";
import { toRepr, toText } from "../values/repr.ts";
import { BytesValue, FloatValue, ListValue, type NamedArguments, typeName, type Value } from "../values/value.ts";

const abs = defineMethod<null>({ name: "abs", min: 1, max: 1 }, (_, _thread, value) => {
  if (typeof value === "number" || typeof value === "bigint") return value < 0 ? negateInt(value) : value;
  if (value instanceof FloatValue) return new FloatValue(Math.abs(value.value));
  throw new Fault(`abs: got ${typeName(value)}, want int or float`);
});

const dir = defineMethod<null>(
  { name: "dir", min: 1, max: 1 },
  (_, _thread, value) => new ListValue(attributeNames(value)),
);

const fail = defineVariadic<null>("fail", (_, args, named, { meter }) => {
  throw new Fault(`fail: ${joinTexts("fail", args, named, meter)}`);
});

const getattr = defineMethod<null>(
  { name: "getattr", min: 2, max: 3 },
  (_, _thread, value, name, fallback: Value | undefined) => {
    const attribute = wantString("getattr", name);
    if (fallback === undefined) return getAttribute(value, attribute);
    return findAttribute(value, attribute) ?? fallback;
  },
);

const hasattr = defineMethod<null>(
  { name: "hasattr", min: 2, max: 2 },
  (_, _thread, value, name) => findAttribute(value, wantString("hasattr", name)) !== undefined,
);

const hash = defineMethod<null>({ name: "hash", min: 1, max: 1 }, (_, { meter }, value) => {
  if (typeof value === "string") {
    meter.addSteps(value.length >> 4);
    return hashString(value);
  }
  if (value instanceof BytesValue) return hashBytes(value.data);
  throw new Fault(`hash: got ${typeName(value)}, want string or bytes`);
});

/** The hash that Java gives a string. */
function hashString(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/** FNV-1a with 32 bits. */
function hashBytes(data: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const print = defineVariadic<null>("print", (_, args, named, thread) => {
  thread.print(joinTexts("print", args, named, thread.meter));
  return null;
});

function joinTexts(name: string, args: readonly Value[], named: NamedArguments, meter: Meter): string {
  const [separator = " "] = takeNamed(name, named, ["sep"]);
  const text = args.map((arg) => toText(arg, meter)).join(wantString(`${name}: for sep`, separator));
  meter.allocate(text.length);
  return text;
}

const repr = defineMethod<null>({ name: "repr", min: 1, max: 1 }, (_, { meter }, value) => toRepr(value, meter));
const type = defineMethod<null>({ name: "type", min: 1, max: 1 }, (_, _thread, value) => typeName(value));

/** Functions that ask something of any value, and those that speak to the outside. */
export const INSPECTION: readonly Method<null>[] = [abs, dir, fail, getattr, hasattr, hash, print, repr, type];
