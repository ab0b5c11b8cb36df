import { wantBool } from "../values/argument.ts";
import { defineMethod, defineVariadic, type Method, refuseNamed, takeNamed } from "../values/builtin.ts";
import { Fault } from "../values/fault.ts";
import { addInts, type Integer } from "../values/integer.ts";
import { ELEMENT_SIZE, type Meter } from "../values/meter.ts";
import { compareValues } from "../values/ordering.ts";
import { copyElements, elementsOf, findLength, makeRange, type Sequence, whileLocked } from "../values/sequence.ts";
import { isTrue, ListValue, type Thread, TupleValue, typeName, type Value } from "../values/value.ts";

/** all and any: whether the truth of every element is the same as `expected`. */
function areAll(value: Value, expected: boolean, meter: Meter): boolean {
  const elements = elementsOf(value, meter);
  for (let at = 0; at < elements.length; at++) {
    meter.step();
    if (isTrue(elements.at(at) as Value) !== expected) return false;
  }
  return true;
}

const all = defineMethod<null>({ name: "all", min: 1, max: 1 }, (_, { meter }, x) => areAll(x, true, meter));
const any = defineMethod<null>({ name: "any", min: 1, max: 1 }, (_, { meter }, x) => !areAll(x, false, meter));

const enumerate = defineMethod<null>(
  { name: "enumerate", min: 1, max: 2 },
  (_, { meter }, iterable, start: Value | undefined) => {
    const first = start === undefined ? 0 : start;
    if (typeof first !== "number" && typeof first !== "bigint") {
      throw new Fault(`enumerate: for start, got ${typeName(first)}, want int`);
    }
    const elements = elementsOf(iterable, meter);
    return makeTuples(elements.length, 2, meter, (at) => [addInts(first, at), elements.at(at) as Value]);
  },
);

const zip = defineVariadic<null>("zip", (_, args, named, { meter }) => {
  refuseNamed("zip", named);
  const columns = args.map((arg) => elementsOf(arg, meter));
  const rows = columns.length === 0 ? 0 : Math.min(...columns.map((column) => column.length));
  return makeTuples(rows, columns.length, meter, (at) => columns.map((column) => column.at(at) as Value));
});

function makeTuples(count: number, width: number, meter: Meter, row: (at: number) => Value[]): ListValue {
  meter.addSteps(count);
  meter.allocate(count * (width + 3) * ELEMENT_SIZE);
  return new ListValue(Array.from({ length: count }, (_, at) => new TupleValue(row(at))));
}

const len = defineMethod<null>({ name: "len", min: 1, max: 1 }, (_, _thread, value) => {
  const length = findLength(value);
  if (length === undefined) throw new Fault(`len: value of type ${typeName(value)} has no len`);
  return length;
});

/** min and max: the first element that no other one beats. */
function defineExtreme(name: string, beats: (comparison: number) => boolean): Method<null> {
  return defineVariadic<null>(name, (_, args, named, thread) => {
    const [key] = takeNamed(name, named, ["key"]);
    const [only] = args;
    if (only === undefined) throw new Fault(`${name}: requires at least one positional argument`);
    if (args.length > 1) return findExtreme({ name, beats, key }, args, thread);
    return whileLocked(only, () => findExtreme({ name, beats, key }, elementsOf(only, thread.meter), thread));
  });
}

interface ExtremeSearch {
  readonly name: string;
  readonly beats: (comparison: number) => boolean;
  readonly key: Value | undefined;
}

function findExtreme({ name, beats, key }: ExtremeSearch, elements: Sequence, thread: Thread): Value {
  if (elements.length === 0) throw new Fault(`${name}: argument is an empty sequence`);
  const keyOf = makeKey(key, thread);
  let best = elements.at(0) as Value;
  let bestKey = keyOf(best);
  for (let at = 1; at < elements.length; at++) {
    thread.meter.step();
    const element = elements.at(at) as Value;
    const elementKey = keyOf(element);
    if (!beats(compareValues(elementKey, bestKey, thread.meter))) continue;
    best = element;
    bestKey = elementKey;
  }
  return best;
}

function makeKey(key: Value | undefined, thread: Thread): (value: Value) => Value {
  if (key === undefined || key === null) return (value) => value;
  return (value) => thread.call(key, [value], null);
}

const range = defineMethod<null>(
  { name: "range", min: 1, max: 3 },
  (_, _thread, first, second: Value | undefined, third: Value | undefined) => {
    const [start, stop] = second === undefined ? [0, first] : [first, second];
    const step = wantBound("step", third === undefined ? 1 : third);
    if (step === 0) throw new Fault("range: step argument must not be zero");
    return makeRange(wantBound("start", start), wantBound("stop", stop), step);
  },
);

/** Twice as far apart, the bounds' distance would still be a safe integer. */
const MAX_BOUND = 2 ** 51;

function wantBound(what: string, value: Value): number {
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw new Fault(`range: for ${what}, got ${typeName(value)}, want int`);
  }
  if (value > MAX_BOUND || value < -MAX_BOUND) throw new Fault(`range: ${what} ${value} is out of range`);
  return Number(value satisfies Integer);
}

const reversed = defineMethod<null>(
  { name: "reversed", min: 1, max: 1 },
  (_, { meter }, iterable) => new ListValue(copyElements(iterable, meter).reverse()),
);

const sorted = defineMethod<null>(
  { name: "sorted", min: 1, max: 1, names: [null, "key", "reverse"] },
  (_, thread, iterable, key: Value | undefined, reverse: Value | undefined) => {
    const { meter } = thread;
    const descending = reverse !== undefined && wantBool("sorted: for reverse", reverse);
    const elements = copyElements(iterable, meter);
    const keyOf = makeKey(key, thread);
    const pairs = whileLocked(iterable, () => elements.map((element) => ({ element, key: keyOf(element) })));
    // The algorithm is stable, and stays so for the other order: equal elements keep their places.
    pairs.sort((a, b) => {
      meter.step();
      return descending ? compareValues(b.key, a.key, meter) : compareValues(a.key, b.key, meter);
    });
    return new ListValue(pairs.map(({ element }) => element));
  },
);

/** Functions over iterables. */
export const SEQUENCES: readonly Method<null>[] = [
  all,
  any,
  enumerate,
  len,
  defineExtreme("max", (comparison) => comparison > 0),
  defineExtreme("min", (comparison) => comparison < 0),
  range,
  reversed,
  sorted,
  zip,
];
