import { wantInt } from "./argument.ts";
import { defineMethod, type Method } from "./builtin.ts";
import { areEqual } from "./equality.ts";
import { Fault } from "./fault.ts";
import { clampBounds } from "./indexing.ts";
import { ELEMENT_SIZE, type Meter } from "./meter.ts";
import { copyElements } from "./sequence.ts";
import { checkMutable, type ListValue, type Value } from "./value.ts";

/** Appends the elements of an iterable; the list may be its own argument. */
export function extendList(list: ListValue, source: Value, meter: Meter): void {
  const added = copyElements(source, meter);
  checkMutable(list, "extend");
  for (const item of added) list.items.push(item);
}

const append = defineMethod<ListValue>({ name: "append", min: 1, max: 1 }, (list, { meter }, item) => {
  checkMutable(list, "append to");
  meter.grow(ELEMENT_SIZE);
  list.items.push(item);
  return null;
});

const clear = defineMethod<ListValue>({ name: "clear", min: 0, max: 0 }, (list) => {
  checkMutable(list, "clear");
  list.items.length = 0;
  return null;
});

const extend = defineMethod<ListValue>({ name: "extend", min: 1, max: 1 }, (list, { meter }, source) => {
  extendList(list, source, meter);
  return null;
});

const index = defineMethod<ListValue>(
  { name: "index", min: 1, max: 3 },
  (list, { meter }, item, start: Value | undefined, end: Value | undefined) => {
    const [from, to] = clampBounds(start, end, list.items.length);
    const found = findItem(list, item, from, meter);
    if (found < 0 || found >= to) throw new Fault("index: value not in list");
    return found;
  },
);

const insert = defineMethod<ListValue>({ name: "insert", min: 2, max: 2 }, (list, { meter }, position, item) => {
  checkMutable(list, "insert into");
  const { items } = list;
  const at = wantInt("insert", position);
  meter.grow(ELEMENT_SIZE);
  items.splice(Math.max(0, at < 0 ? at + items.length : at), 0, item);
  return null;
});

const pop = defineMethod<ListValue>({ name: "pop", min: 0, max: 1 }, (list, _thread, position: Value | undefined) => {
  const { items } = list;
  const at = position === undefined ? items.length - 1 : wantInt("pop", position);
  if (items.length === 0) throw new Fault("pop: empty list");
  if (at < 0 || at >= items.length) throw new Fault(`pop: index ${at} is out of range [0:${items.length - 1}]`);
  checkMutable(list, "pop from");
  return items.splice(at, 1)[0] as Value;
});

const remove = defineMethod<ListValue>({ name: "remove", min: 1, max: 1 }, (list, { meter }, item) => {
  checkMutable(list, "remove from");
  const at = findItem(list, item, 0, meter);
  if (at < 0) throw new Fault("remove: element not found");
  list.items.splice(at, 1);
  return null;
});

function findItem(list: ListValue, item: Value, from: number, meter: Meter): number {
  for (let at = from; at < list.items.length; at++) {
    meter.step();
    if (areEqual(list.items[at] as Value, item, meter)) return at;
  }
  return -1;
}

export const LIST_METHODS: readonly Method<ListValue>[] = [append, clear, extend, index, insert, pop, remove];
