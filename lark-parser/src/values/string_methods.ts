import { wantInt, wantString } from "./argument.ts";
import { defineMethod, defineVariadic, type Method } from "./builtin.ts";
import { Fault } from "./fault.ts";
import { formatBraces } from "./format_braces.ts";
import { clampBounds } from "./indexing.ts";
import { ELEMENT_SIZE } from "./meter.ts";
import { toRepr } from "./repr.ts";
import { elementsOf } from "./sequence.ts";
import { STRING_CASE_METHODS } from "./string_case_methods.ts";
import { STRING_SPLIT_METHODS } from "./string_split_methods.ts";
import { charactersOf, lengthOf, sliceText, toIndex, toUnitOffset } from "./text.ts";
import { StringElems, TupleValue, typeName, type Value } from "./value.ts";

const count = defineMethod<string>(
  { name: "count", min: 1, max: 3 },
  (text, { meter }, part, start: Value | undefined, end: Value | undefined) => {
    const wanted = wantString("count", part);
    const [from, to] = clampBounds(start, end, lengthOf(text));
    if (wanted === "") return Math.max(0, to - from + 1);
    const searched = sliceText(text, from, Math.max(from, to));
    let found = 0;
    for (let at = searched.indexOf(wanted); at >= 0; at = searched.indexOf(wanted, at + wanted.length)) {
      meter.step();
      found++;
    }
    return found;
  },
);

const elems = defineMethod<string>({ name: "elems", min: 0, max: 0 }, (text) => new StringElems(text));

/** find, index, rfind and rindex. */
function defineSearch(name: string, fromEnd: boolean, mustExist: boolean): Method<string> {
  return defineMethod<string>(
    { name, min: 1, max: 3 },
    (text, _thread, part, start: Value | undefined, end: Value | undefined) => {
      const wanted = wantString(name, part);
      const [from, to] = clampBounds(start, end, lengthOf(text));
      const searched = from <= to ? sliceText(text, from, to) : undefined;
      const at = searched === undefined ? -1 : fromEnd ? searched.lastIndexOf(wanted) : searched.indexOf(wanted);
      if (at >= 0) return toIndex(text, toUnitOffset(text, from) + at);
      if (mustExist) throw new Fault(`${name}: substring not found`);
      return -1;
    },
  );
}

/** startswith and endswith. */
function defineAffixTest(name: string, test: (text: string, affix: string) => boolean): Method<string> {
  return defineMethod<string>(
    { name, min: 1, max: 3 },
    (text, _thread, affix, start: Value | undefined, end: Value | undefined) => {
      const affixes = affix instanceof TupleValue ? affix.items : [affix];
      for (const one of affixes) {
        if (typeof one !== "string") {
          const inTuple = affix instanceof TupleValue ? " in the tuple" : " or tuple of strings";
          throw new Fault(`${name}: got ${typeName(one)}, want string${inTuple}`);
        }
      }
      const [from, to] = clampBounds(start, end, lengthOf(text));
      if (from > to) return false;
      const searched = sliceText(text, from, to);
      return affixes.some((one) => test(searched, one as string));
    },
  );
}

const format = defineVariadic<string>("format", (text, args, named, { meter }) =>
  formatBraces(text, args, named, meter),
);

const join = defineMethod<string>({ name: "join", min: 1, max: 1 }, (separator, { meter }, iterable) => {
  const elements = elementsOf(iterable, meter);
  const parts: string[] = [];
  let size = 0;
  for (let at = 0; at < elements.length; at++) {
    meter.step();
    const element = elements.at(at) as Value;
    if (typeof element !== "string") {
      const hint = "turn the elements into strings with str(...)";
      throw new Fault(`join: in list, want string, got ${typeName(element)} at index ${at}`, { hint });
    }
    size += element.length + separator.length;
    parts.push(element);
  }
  meter.allocate(size);
  return parts.join(separator);
});

const removeprefix = defineMethod<string>({ name: "removeprefix", min: 1, max: 1 }, (text, _thread, affix) => {
  const prefix = wantString("removeprefix", affix);
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
});

const removesuffix = defineMethod<string>({ name: "removesuffix", min: 1, max: 1 }, (text, _thread, affix) => {
  const suffix = wantString("removesuffix", affix);
  return suffix !== "" && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
});

const replace = defineMethod<string>(
  { name: "replace", min: 2, max: 3 },
  (text, { meter }, part, replacement, limit: Value | undefined) => {
    const old = wantString("replace", part);
    const fresh = wantString("replace", replacement);
    const most = limit === undefined || limit === null ? -1 : wantInt("replace", limit);
    const pieces = old === "" ? ["", ...charactersOf(text), ""] : text.split(old);
    const rounds = Math.min(pieces.length - 1, most < 0 ? Number.POSITIVE_INFINITY : most);
    meter.addSteps(pieces.length);
    meter.grow(pieces.length * ELEMENT_SIZE);
    meter.allocate(text.length + rounds * fresh.length);
    if (rounds === pieces.length - 1) return pieces.join(fresh);
    return pieces.slice(0, rounds + 1).join(fresh) + old + pieces.slice(rounds + 1).join(old);
  },
);

/** partition and rpartition. */
function definePartition(name: string, fromEnd: boolean): Method<string> {
  return defineMethod<string>({ name, min: 1, max: 1 }, (text, { meter }, part) => {
    if (typeof part !== "string") throw new Fault(`${name}: got ${typeName(part)}, want string`);
    if (part === "") throw new Fault(`${name}: empty separator ${toRepr(part, meter)}`);
    const at = fromEnd ? text.lastIndexOf(part) : text.indexOf(part);
    if (at < 0) return new TupleValue(fromEnd ? ["", "", text] : [text, "", ""]);
    return new TupleValue([text.slice(0, at), part, text.slice(at + part.length)]);
  });
}

export const STRING_METHODS: readonly Method<string>[] = [
  ...STRING_CASE_METHODS,
  ...STRING_SPLIT_METHODS,
  count,
  elems,
  defineAffixTest("endswith", (text, affix) => text.endsWith(affix)),
  defineSearch("find", false, false),
  format,
  defineSearch("index", false, true),
  join,
  definePartition("partition", false),
  removeprefix,
  removesuffix,
  replace,
  defineSearch("rfind", true, false),
  defineSearch("rindex", true, true),
  definePartition("rpartition", true),
  defineAffixTest("startswith", (text, affix) => text.startsWith(affix)),
];
