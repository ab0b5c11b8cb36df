import { Fault } from "./fault.ts";
import { keyOf } from "./key.ts";
import { ENTRY_SIZE, type Meter } from "./meter.ts";
import { checkMutable, DictValue, type Key, type Value } from "./value.ts";

/** The value for a key, undefined when there is none. */
export function getEntry(dict: DictValue, key: Value, meter: Meter): Value | undefined {
  return dict.entries.get(keyOf(key, meter));
}

/** Inserts or updates; an update keeps the key and its place. */
export function setEntry(dict: DictValue, key: Value, value: Value, meter: Meter): void {
  checkMutable(dict, "insert into");
  insertEntry(dict, key, value, meter);
}

/** The same for a dict that is known to be open to changes. */
export function insertEntry(dict: DictValue, key: Value, value: Value, meter: Meter): void {
  const hashed = keyOf(key, meter);
  const { entries } = dict;
  const before = entries.size;
  entries.set(hashed, value);
  if (entries.size === before) return;
  meter.grow(ENTRY_SIZE);
  if (hashed !== key) dict.originals.set(hashed, key);
}

/** Removes a key and gives its value, undefined when it was not there. */
export function deleteEntry(dict: DictValue, key: Value, meter: Meter): Value | undefined {
  checkMutable(dict, "delete from");
  const hashed = keyOf(key, meter);
  const value = dict.entries.get(hashed);
  if (value !== undefined) forget(dict, hashed);
  return value;
}

/** Removes the first entry and gives it. */
export function popFirst(dict: DictValue): [Value, Value] {
  checkMutable(dict, "delete from");
  for (const [hashed, value] of dict.entries) {
    const key = originalKey(dict, hashed);
    forget(dict, hashed);
    return [key, value];
  }
  throw new Fault("popitem: empty dict");
}

/** Removes every entry. */
export function clearDict(dict: DictValue): void {
  checkMutable(dict, "clear");
  dict.entries.clear();
  dict.originals.clear();
}

/** The key as the program wrote it. */
export function originalKey(dict: DictValue, hashed: Key): Value {
  if (dict.originals.size > 0) {
    const original = dict.originals.get(hashed);
    if (original !== undefined) return original;
  }
  // A key without an original is the value itself; see keyOf.
  return hashed as Value;
}

/** The keys in their order, as a new array. */
export function keysOf(dict: DictValue, meter: Meter): Value[] {
  meter.addSteps(dict.entries.size);
  if (dict.originals.size === 0) return [...dict.entries.keys()] as Value[];
  return Array.from(dict.entries.keys(), (hashed) => originalKey(dict, hashed));
}

/** The entries in their order. */
export function entriesOf(dict: DictValue): [Value, Value][] {
  return Array.from(dict.entries, ([hashed, value]) => [originalKey(dict, hashed), value]);
}

/** Puts all entries of one dict into another; with itself it changes nothing. */
export function mergeInto(target: DictValue, source: DictValue, meter: Meter): void {
  if (target === source) return;
  meter.addSteps(source.entries.size);
  for (const [hashed, value] of source.entries) {
    const before = target.entries.size;
    target.entries.set(hashed, value);
    if (target.entries.size === before) continue;
    meter.grow(ENTRY_SIZE);
    const original = source.originals.get(hashed);
    if (original !== undefined) target.originals.set(hashed, original);
  }
}

/** A new dict with the same entries. */
export function copyDict(source: DictValue, meter: Meter): DictValue {
  const copy = new DictValue();
  mergeInto(copy, source, meter);
  return copy;
}

function forget(dict: DictValue, hashed: Key): void {
  dict.entries.delete(hashed);
  dict.originals.delete(hashed);
}
