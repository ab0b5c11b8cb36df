import type { AugmentedAssignStatement, DotExpression, IndexExpression, SequenceTarget, Target } from "../tree.ts";
import { Fault } from "../values/fault.ts";
import { getIndex, setIndex } from "../values/indexing.ts";
import { findElements } from "../values/sequence.ts";
import { typeName, type Value } from "../values/value.ts";
import type { FunctionContext } from "./compiler.ts";
import { type Exec, NORMAL, type Store } from "./frame.ts";
import { applyAugmented } from "./operators.ts";
import { compileBind, compileRead } from "./variables.ts";

/** Assigns a value that has been evaluated already; the target's own parts are evaluated then, from left to right. */
export function compileTarget(c: FunctionContext, target: Target): Store {
  switch (target.kind) {
    case "identifier":
      return compileBind(c, target);
    case "sequence-target":
      return compileUnpacking(c, target);
    case "index":
      return compileIndexStore(c, target);
    case "dot":
      return compileFieldStore(c, target);
  }
}

function compileIndexStore(c: FunctionContext, target: IndexExpression): Store {
  const object = c.expression(target.object);
  const index = c.expression(target.index);
  const { meter } = c.thread;
  return (frame, value) => {
    const container = object(frame);
    const at = index(frame);
    try {
      setIndex(container, at, value, meter);
    } catch (error) {
      throw c.locate(error, { start: target.at.start, end: target.end });
    }
  };
}

/** No value has fields that a program could assign. */
function compileFieldStore(c: FunctionContext, { object, name, at }: DotExpression): Store {
  const value = c.expression(object);
  return (frame) => {
    throw c.locate(new Fault(`cannot assign to .${name} field of ${typeName(value(frame))}`), at);
  };
}

function compileUnpacking(c: FunctionContext, target: SequenceTarget): Store {
  const stores = target.elements.map((element) => compileTarget(c, element));
  const { meter } = c.thread;
  return (frame, value) => {
    const elements = findElements(value, meter);
    if (elements === undefined) {
      throw c.locate(new Fault(`got ${typeName(value)} in sequence assignment: it is not iterable`), target);
    }
    const { length } = elements;
    if (length !== stores.length) {
      const what = length < stores.length ? "few" : "many";
      const message = `too ${what} values to unpack (got ${length}, want ${stores.length})`;
      throw c.locate(new Fault(message), target);
    }
    // All are taken before the first is assigned, since assigning may change what they are taken from.
    const values = Array.from({ length }, (_, at) => elements.at(at) as Value);
    for (const [at, store] of stores.entries()) store(frame, values[at] as Value);
  };
}

/** `target op= value`: the target's parts are evaluated once, before the value. */
export function compileAugmented(c: FunctionContext, node: AugmentedAssignStatement): Exec {
  const { target, operator, at } = node;
  const { meter } = c.thread;
  const operand = c.expression(node.value);
  const combine = (old: Value, value: Value): Value => {
    if (typeof old === "number" && typeof value === "number" && operator === "+") {
      const sum = old + value;
      if (Number.isSafeInteger(sum)) return sum;
    }
    try {
      return applyAugmented(operator, old, value, meter);
    } catch (error) {
      throw c.locate(error, at);
    }
  };
  if (target.kind === "identifier") {
    const read = compileRead(c, target);
    const bind = compileBind(c, target);
    return (frame) => {
      const old = read(frame);
      bind(frame, combine(old, operand(frame)));
      return NORMAL;
    };
  }
  if (target.kind === "dot") {
    const store = compileFieldStore(c, target);
    return (frame) => {
      store(frame, null);
      return NORMAL;
    };
  }
  const object = c.expression(target.object);
  const index = c.expression(target.index);
  const span = { start: target.at.start, end: target.end };
  return (frame) => {
    const container = object(frame);
    const key = index(frame);
    try {
      const old = getIndex(container, key, meter);
      setIndex(container, key, combine(old, operand(frame)), meter);
    } catch (error) {
      throw c.locate(error, span);
    }
    return NORMAL;
  };
}
