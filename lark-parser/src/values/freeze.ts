import { CallableValue, DictValue, ListValue, MutableValue, SetValue, TupleValue, type Value } from "./value.ts";

/** Makes the values, and everything that can be reached from them, unchangeable for good. */
export function freezeValues(values: Iterable<Value>): void {
  const seen = new Set<Value>();
  const pending: Value[] = [...values];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== "object" || value === null || seen.has(value)) continue;
    if (value instanceof MutableValue) {
      if (value.frozen) continue;
      value.frozen = true;
    }
    seen.add(value);
    for (const part of partsOf(value)) pending.push(part);
  }
}

function* partsOf(value: Value): Iterable<Value> {
  if (value instanceof ListValue || value instanceof TupleValue) yield* value.items;
  else if (value instanceof DictValue) {
    yield* value.entries.values();
    yield* value.originals.values();
    for (const key of value.entries.keys()) if (key instanceof CallableValue) yield key;
  } else if (value instanceof SetValue) yield* value.elements.values();
  else if (value instanceof CallableValue) yield* value.references();
}
