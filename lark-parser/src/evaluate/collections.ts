import type {
  Clause,
  Comprehension,
  DictEntry,
  DictExpression,
  DotExpression,
  IndexExpression,
  SliceExpression,
} from "../tree.ts";
import { insertEntry } from "../values/dict.ts";
import { Fault } from "../values/fault.ts";
import { getIndex, getSlice } from "../values/indexing.ts";
import { ELEMENT_SIZE } from "../values/meter.ts";
import { toRepr } from "../values/repr.ts";
import { DictValue, isTrue, ListValue, TupleValue, type Value } from "../values/value.ts";
import { readAttribute } from "./calls.ts";
import type { FunctionContext } from "./compiler.ts";
import { type Eval, type Frame, NORMAL } from "./frame.ts";
import { compileLoop } from "./loops.ts";

/** `[a, b]` and `(a, b)`. */
export function compileSequence(c: FunctionContext, kind: "list" | "tuple", elements: readonly Eval[]): Eval {
  const { meter } = c.thread;
  const size = (elements.length + 1) * ELEMENT_SIZE;
  const collect = (frame: Frame): Value[] => {
    meter.grow(size);
    const items: Value[] = [];
    for (const element of elements) items.push(element(frame));
    return items;
  };
  if (kind === "list") return (frame) => new ListValue(collect(frame));
  return (frame) => new TupleValue(collect(frame));
}

/** `{key: value}`: a key that comes twice is a mistake. */
export function compileDict(c: FunctionContext, { entries }: DictExpression): Eval {
  const adders = entries.map((entry) => compileEntry(c, entry, true));
  return (frame) => {
    const dict = new DictValue();
    for (const add of adders) add(frame, dict);
    return dict;
  };
}

function compileEntry(
  c: FunctionContext,
  entry: DictEntry,
  isUnique: boolean,
): (frame: Frame, dict: DictValue) => void {
  const key = c.expression(entry.key);
  const value = c.expression(entry.value);
  const { meter } = c.thread;
  return (frame, dict) => {
    const hashed = key(frame);
    const content = value(frame);
    const { size } = dict.entries;
    try {
      insertEntry(dict, hashed, content, meter);
      if (isUnique && dict.entries.size === size) throw new Fault(`duplicate key: ${toRepr(hashed, meter)}`);
    } catch (error) {
      throw c.locate(error, entry.key);
    }
  };
}

/** `[body for ...]` and `{key: value for ...}`. */
export function compileComprehension(c: FunctionContext, node: Comprehension): Eval {
  const { meter } = c.thread;
  if (node.kind === "list-comprehension") {
    const body = c.expression(node.body);
    const run = compileClauses<Value[]>(c, node.clauses, (frame, items) => {
      meter.grow(ELEMENT_SIZE);
      items.push(body(frame));
    });
    return (frame) => {
      const items: Value[] = [];
      run(frame, items);
      return new ListValue(items);
    };
  }
  const run = compileClauses(c, node.clauses, compileEntry(c, node.body, false));
  return (frame) => {
    const dict = new DictValue();
    run(frame, dict);
    return dict;
  };
}

type Fill<T> = (frame: Frame, into: T) => void;

/** From the last clause outwards: each runs the one after it. */
function compileClauses<T>(c: FunctionContext, clauses: readonly Clause[], body: Fill<T>): Fill<T> {
  return clauses.reduceRight<Fill<T>>((inner, clause) => compileClause(c, clause, inner), body);
}

function compileClause<T>(c: FunctionContext, clause: Clause, inner: Fill<T>): Fill<T> {
  if (clause.kind === "if-clause") {
    const condition = c.expression(clause.condition);
    return (frame, into) => {
      if (isTrue(condition(frame))) inner(frame, into);
    };
  }
  const loop = compileLoop<T>(c, clause, (frame, into) => {
    inner(frame, into);
    return NORMAL;
  });
  return (frame, into) => {
    loop(frame, into);
  };
}

export function compileIndex(c: FunctionContext, node: IndexExpression): Eval {
  const object = c.expression(node.object);
  const index = c.expression(node.index);
  const { meter } = c.thread;
  return (frame) => {
    const container = object(frame);
    const at = index(frame);
    if (typeof at === "number" && at >= 0 && container instanceof ListValue) {
      const item = container.items[at];
      if (item !== undefined) return item;
    }
    try {
      return getIndex(container, at, meter);
    } catch (error) {
      throw c.locate(error, { start: node.at.start, end: node.end });
    }
  };
}

export function compileSlice(c: FunctionContext, node: SliceExpression): Eval {
  const object = c.expression(node.object);
  const low = node.low && c.expression(node.low);
  const high = node.high && c.expression(node.high);
  const step = node.step && c.expression(node.step);
  const { meter } = c.thread;
  return (frame) => {
    const sliced = object(frame);
    const slice = { low: low?.(frame), high: high?.(frame), step: step?.(frame) };
    try {
      return getSlice(sliced, slice, meter);
    } catch (error) {
      throw c.locate(error, { start: node.at.start, end: node.end });
    }
  };
}

export function compileDot(c: FunctionContext, { object, name, at }: DotExpression): Eval {
  const value = c.expression(object);
  return (frame) => readAttribute(c, value(frame), name, at);
}
