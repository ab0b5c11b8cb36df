import { defineMethod, defineVariadic, type Method } from "./builtin.ts";
import { clearDict, deleteEntry, entriesOf, getEntry, insertEntry, keysOf, mergeInto, popFirst } from "./dict.ts";
import { Fault } from "./fault.ts";
import { ELEMENT_SIZE, type Meter } from "./meter.ts";
import { toRepr } from "./repr.ts";
import { elementsOf, findElements } from "./sequence.ts";
import { checkMutable, DictValue, ListValue, type NamedArguments, TupleValue, typeName, type Value } from "./value.ts";

/** What `dict()` and `update` insert: pairs, or another dict's entries, then the named arguments. */
export function updateDict(
  dict: DictValue,
  source: { readonly name: string; readonly pairs: Value | undefined; readonly named: NamedArguments },
  meter: Meter,
): void {
  const { name, pairs, named } = source;
  if (pairs instanceof DictValue) mergeInto(dict, pairs, meter);
  else if (pairs !== undefined) insertPairs(name, dict, pairs, meter);
  for (const [key, value] of named ?? []) insertEntry(dict, key, value, meter);
}

function insertPairs(name: string, dict: DictValue, pairs: Value, meter: Meter): void {
  const sequence = elementsOf(pairs, meter);
  for (let at = 0; at < sequence.length; at++) {
    meter.step();
    const element = sequence.at(at) as Value;
    const pair = findElements(element, meter);
    if (pair === undefined) throw new Fault(`${name}: element #${at} is not iterable: ${typeName(element)}`);
    if (pair.length !== 2) throw new Fault(`${name}: element #${at} has length ${pair.length}, want 2`);
    insertEntry(dict, pair.at(0) as Value, pair.at(1) as Value, meter);
  }
}

const clear = defineMethod<DictValue>({ name: "clear", min: 0, max: 0 }, (dict) => {
  clearDict(dict);
  return null;
});

const get = defineMethod<DictValue>(
  { name: "get", min: 1, max: 2 },
  (dict, { meter }, key, fallback: Value | undefined) => {
    const found = getEntry(dict, key, meter);
    return found === undefined ? (fallback ?? null) : found;
  },
);

const items = defineMethod<DictValue>({ name: "items", min: 0, max: 0 }, (dict, { meter }) => {
  meter.addSteps(dict.entries.size);
  meter.allocate(dict.entries.size * 4 * ELEMENT_SIZE);
  return new ListValue(entriesOf(dict).map((entry) => new TupleValue(entry)));
});

const keys = defineMethod<DictValue>({ name: "keys", min: 0, max: 0 }, (dict, { meter }) => {
  meter.allocate(dict.entries.size * ELEMENT_SIZE);
  return new ListValue(keysOf(dict, meter));
});

const pop = defineMethod<DictValue>(
  { name: "pop", min: 1, max: 2 },
  (dict, { meter }, key, fallback: Value | undefined) => {
    const found = deleteEntry(dict, key, meter);
    if (found !== undefined) return found;
    if (fallback === undefined) throw new Fault(`pop: missing key ${toRepr(key, meter)}`);
    return fallback;
  },
);

const popitem = defineMethod<DictValue>({ name: "popitem", min: 0, max: 0 }, (dict) => new TupleValue(popFirst(dict)));

const setdefault = defineMethod<DictValue>(
  { name: "setdefault", min: 1, max: 2 },
  (dict, { meter }, key, fallback: Value | undefined) => {
    checkMutable(dict, "insert into");
    const known = getEntry(dict, key, meter);
    if (known !== undefined) return known;
    const value = fallback ?? null;
    insertEntry(dict, key, value, meter);
    return value;
  },
);

const update = defineVariadic<DictValue>("update", (dict, args, named, { meter }) => {
  if (args.length > 1) throw new Fault(`update: got ${args.length} arguments, want at most 1`);
  checkMutable(dict, "update");
  updateDict(dict, { name: "update", pairs: args[0], named }, meter);
  return null;
});

const values = defineMethod<DictValue>({ name: "values", min: 0, max: 0 }, (dict, { meter }) => {
  meter.addSteps(dict.entries.size);
  meter.allocate(dict.entries.size * ELEMENT_SIZE);
  return new ListValue([...dict.entries.values()]);
});

export const DICT_METHODS: readonly Method<DictValue>[] = [
  clear,
  get,
  items,
  keys,
  pop,
  popitem,
  setdefault,
  update,
  values,
];
