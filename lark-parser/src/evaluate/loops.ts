import type { Expression, Target } from "../tree.ts";
import { elementsOf, type Sequence } from "../values/sequence.ts";
import { MutableValue, RangeValue, type Value } from "../values/value.ts";
import type { FunctionContext } from "./compiler.ts";
import { BREAK, type Completion, type Frame, NORMAL, RETURN } from "./frame.ts";

/** A body runs once for each element; `into` is what a comprehension fills. */
type Body<T> = (frame: Frame, into: T) => Completion;

/** `for target in iterable`. What is iterated over cannot be changed meanwhile. Ends with NORMAL or RETURN. */
export function compileLoop<T>(
  c: FunctionContext,
  head: { readonly target: Target; readonly iterable: Expression },
  body: Body<T>,
): Body<T> {
  const { meter } = c.thread;
  const iterable = c.expression(head.iterable);
  const store = c.target(head.target);
  const open = (value: Value): Sequence => {
    try {
      return elementsOf(value, meter);
    } catch (error) {
      throw c.locate(error, head.iterable);
    }
  };
  const step = (): void => {
    try {
      meter.step();
    } catch (error) {
      throw c.locate(error, head.iterable);
    }
  };
  const walk = (frame: Frame, elements: Sequence, into: T): Completion => {
    const isArray = Array.isArray(elements);
    for (let at = 0; at < elements.length; at++) {
      step();
      store(frame, (isArray ? elements[at] : elements.at(at)) as Value);
      const completion = body(frame, into);
      if (completion === BREAK) break;
      if (completion === RETURN) return RETURN;
    }
    return NORMAL;
  };
  const walkRange = (frame: Frame, range: RangeValue, into: T): Completion => {
    const { start, step: stride, length } = range;
    for (let at = 0; at < length; at++) {
      step();
      store(frame, start + at * stride);
      const completion = body(frame, into);
      if (completion === BREAK) break;
      if (completion === RETURN) return RETURN;
    }
    return NORMAL;
  };
  return (frame, into) => {
    const value = iterable(frame);
    if (value instanceof RangeValue) return walkRange(frame, value, into);
    const elements = open(value);
    if (!(value instanceof MutableValue)) return walk(frame, elements, into);
    value.locks++;
    const completion = walk(frame, elements, into);
    value.locks--;
    return completion;
  };
}
