import { defineMethod, defineVariadic, type Method, refuseNamed } from "./builtin.ts";
import { Fault } from "./fault.ts";
import { keyOf } from "./key.ts";
import type { Meter } from "./meter.ts";
import { toRepr } from "./repr.ts";
import { elementsOf, type Sequence } from "./sequence.ts";
import {
  addElement,
  copySet,
  intersectSets,
  isSubset,
  makeSet,
  popElement,
  replaceElements,
  subtractSets,
  symmetricDifference,
  unionSets,
} from "./set.ts";
import { checkMutable, type Key, SetValue, type Value } from "./value.ts";

/** An argument as a set: itself when it is one. */
function toSet(value: Value, meter: Meter): SetValue {
  if (value instanceof SetValue) return value;
  const elements = elementsOf(value, meter);
  return makeSet(
    iterate(elements.length, (at) => elements.at(at) as Value),
    meter,
  );
}

function* iterate(length: number, at: (index: number) => Value): Generator<Value> {
  for (let index = 0; index < length; index++) yield at(index);
}

type Combine = (a: SetValue, b: SetValue, meter: Meter) => SetValue;

function combineAll(set: SetValue, others: readonly Value[], combine: Combine, meter: Meter): SetValue {
  return others.reduce<SetValue>((result, other) => combine(result, toSet(other, meter), meter), copySet(set, meter));
}

/** A method that gives a new set, and the one that changes its set to it. */
function defineCombination(names: readonly [string, string], combine: Combine): Method<SetValue>[] {
  const [name, updateName] = names;
  return [
    defineVariadic<SetValue>(name, (set, others, named, { meter }) => {
      refuseNamed(name, named);
      return combineAll(set, others, combine, meter);
    }),
    defineVariadic<SetValue>(updateName, (set, others, named, { meter }) => {
      refuseNamed(updateName, named);
      checkMutable(set, "update");
      replaceElements(set, combineAll(set, others, combine, meter));
      return null;
    }),
  ];
}

const symmetric = defineMethod<SetValue>({ name: "symmetric_difference", min: 1, max: 1 }, (set, { meter }, other) =>
  symmetricDifference(set, toSet(other, meter), meter),
);

const symmetricUpdate = defineMethod<SetValue>(
  { name: "symmetric_difference_update", min: 1, max: 1 },
  (set, { meter }, other) => {
    checkMutable(set, "update");
    replaceElements(set, symmetricDifference(set, toSet(other, meter), meter));
    return null;
  },
);

const add = defineMethod<SetValue>({ name: "add", min: 1, max: 1 }, (set, { meter }, element) => {
  checkMutable(set, "add to");
  addElement(set, element, meter);
  return null;
});

const clear = defineMethod<SetValue>({ name: "clear", min: 0, max: 0 }, (set) => {
  checkMutable(set, "clear");
  set.elements.clear();
  return null;
});

const discard = defineMethod<SetValue>({ name: "discard", min: 1, max: 1 }, (set, { meter }, element) => {
  checkMutable(set, "discard from");
  set.elements.delete(keyOf(element, meter));
  return null;
});

const isdisjoint = defineMethod<SetValue>(
  { name: "isdisjoint", min: 1, max: 1 },
  (set, { meter }, other) => intersectSets(set, toSet(other, meter), meter).elements.size === 0,
);

const issubset = defineMethod<SetValue>({ name: "issubset", min: 1, max: 1 }, (set, { meter }, other) =>
  other instanceof SetValue ? isSubset(set, other, meter) : isCovered(set, elementsOf(other, meter), meter),
);

/** Whether all elements of a set come in a sequence: it is walked until they have, and not made a set first. */
function isCovered(set: SetValue, elements: Sequence, meter: Meter): boolean {
  const found = new Set<Key>();
  for (let at = 0; found.size < set.elements.size && at < elements.length; at++) {
    meter.step();
    const hashed = keyOf(elements.at(at) as Value, meter);
    if (set.elements.has(hashed)) found.add(hashed);
  }
  return found.size === set.elements.size;
}

const issuperset = defineMethod<SetValue>({ name: "issuperset", min: 1, max: 1 }, (set, { meter }, other) =>
  isSubset(toSet(other, meter), set, meter),
);

const pop = defineMethod<SetValue>({ name: "pop", min: 0, max: 0 }, (set) => {
  checkMutable(set, "pop from");
  return popElement(set);
});

const remove = defineMethod<SetValue>({ name: "remove", min: 1, max: 1 }, (set, { meter }, element) => {
  checkMutable(set, "remove from");
  if (set.elements.delete(keyOf(element, meter))) return null;
  throw new Fault(`remove: element not found: ${toRepr(element, meter)}`);
});

export const SET_METHODS: readonly Method<SetValue>[] = [
  add,
  clear,
  ...defineCombination(["difference", "difference_update"], subtractSets),
  discard,
  ...defineCombination(["intersection", "intersection_update"], intersectSets),
  isdisjoint,
  issubset,
  issuperset,
  pop,
  remove,
  symmetric,
  symmetricUpdate,
  ...defineCombination(["union", "update"], unionSets),
];
