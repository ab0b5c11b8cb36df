import { Fault } from "./fault.ts";
import { keyOf } from "./key.ts";
import { ENTRY_SIZE, type Meter } from "./meter.ts";
import { type Key, SetValue, type Value } from "./value.ts";

/** Adds an element unless an equal one is there; the set is known to be open to changes. */
export function addElement(set: SetValue, element: Value, meter: Meter): void {
  putElement(set, keyOf(element, meter), element, meter);
}

function putElement(set: SetValue, hashed: Key, element: Value, meter: Meter): void {
  if (set.elements.has(hashed)) return;
  meter.grow(ENTRY_SIZE);
  set.elements.set(hashed, element);
}

/** A new set of the elements. */
export function makeSet(elements: Iterable<Value>, meter: Meter): SetValue {
  const set = new SetValue();
  for (const element of elements) {
    meter.step();
    addElement(set, element, meter);
  }
  return set;
}

/** A new set with the same elements. */
export function copySet(source: SetValue, meter: Meter): SetValue {
  return unionSets(source, new SetValue(), meter);
}

/** The elements of either. */
export function unionSets(a: SetValue, b: SetValue, meter: Meter): SetValue {
  const result = new SetValue();
  for (const operand of [a, b]) {
    meter.addSteps(operand.elements.size);
    for (const [hashed, element] of operand.elements) putElement(result, hashed, element, meter);
  }
  return result;
}

/** The elements of `a` that are in `b` too. */
export function intersectSets(a: SetValue, b: SetValue, meter: Meter): SetValue {
  return filterSet(a, (hashed) => b.elements.has(hashed), meter);
}

/** The elements of `a` that are not in `b`. */
export function subtractSets(a: SetValue, b: SetValue, meter: Meter): SetValue {
  return filterSet(a, (hashed) => !b.elements.has(hashed), meter);
}

/** The elements of one of them that are not in the other. */
export function symmetricDifference(a: SetValue, b: SetValue, meter: Meter): SetValue {
  return unionSets(subtractSets(a, b, meter), subtractSets(b, a, meter), meter);
}

/** Whether every element of `a` is in `b`. */
export function isSubset(a: SetValue, b: SetValue, meter: Meter): boolean {
  meter.addSteps(a.elements.size);
  for (const hashed of a.elements.keys()) if (!b.elements.has(hashed)) return false;
  return true;
}

/** Makes the elements of `set` those of `content`, which may share elements with it. */
export function replaceElements(set: SetValue, content: SetValue): void {
  if (set === content) return;
  set.elements.clear();
  for (const [hashed, element] of content.elements) set.elements.set(hashed, element);
}

/** Removes the first element and gives it. */
export function popElement(set: SetValue): Value {
  for (const [hashed, element] of set.elements) {
    set.elements.delete(hashed);
    return element;
  }
  throw new Fault("pop: empty set");
}

function filterSet(set: SetValue, keep: (hashed: Key) => boolean, meter: Meter): SetValue {
  meter.addSteps(set.elements.size);
  const result = new SetValue();
  for (const [hashed, element] of set.elements) {
    if (keep(hashed)) putElement(result, hashed, element, meter);
  }
  return result;
}
