import type { ScanFault } from "../scan/number.ts";
import type { Expression, SequenceTarget, SimpleTarget, Target } from "../tree.ts";

export type FoundTarget<T> =
  | { readonly ok: true; readonly target: T }
  | { readonly ok: false; readonly fault: ScanFault };

/** Reads an expression as the left side of an assignment. */
export function toTarget(expression: Expression): FoundTarget<Target> {
  switch (expression.kind) {
    case "identifier":
    case "index":
    case "dot":
      return { ok: true, target: expression };
    case "list":
    case "tuple":
      return toSequence(expression.elements, expression);
    default:
      return { ok: false, fault: describeRefusal(expression) };
  }
}

/** Reads an expression as the left side of `+=` and the like. */
export function toSimpleTarget(expression: Expression): FoundTarget<SimpleTarget> {
  switch (expression.kind) {
    case "identifier":
    case "index":
    case "dot":
      return { ok: true, target: expression };
    case "list":
    case "tuple": {
      const message = `a ${expression.kind} cannot be the target of an augmented assignment`;
      return { ok: false, fault: { span: expression, message } };
    }
    default:
      return { ok: false, fault: describeRefusal(expression) };
  }
}

function toSequence(elements: readonly Expression[], expression: Expression): FoundTarget<SequenceTarget> {
  const targets: Target[] = [];
  for (const element of elements) {
    const found = toTarget(element);
    if (!found.ok) return found;
    targets.push(found.target);
  }
  const form = expression.kind === "list" ? "list" : "tuple";
  const { start, end } = expression;
  return { ok: true, target: { kind: "sequence-target", form, elements: targets, start, end } };
}

function describeRefusal(expression: Expression): ScanFault {
  const isComparison = expression.kind === "binary" && expression.operator === "==";
  const hint = isComparison ? "an assignment is written with a single =" : undefined;
  return { span: expression, message: `cannot assign to ${NAMES[expression.kind]}`, hint };
}

const NAMES: Record<Expression["kind"], string> = {
  identifier: "a name",
  int: "a number",
  float: "a number",
  string: "a string",
  bytes: "a bytes literal",
  list: "a list",
  tuple: "a tuple",
  dict: "a dict",
  "list-comprehension": "a comprehension",
  "dict-comprehension": "a comprehension",
  conditional: "a conditional expression",
  unary: "the result of an operator",
  binary: "the result of an operator",
  lambda: "a lambda",
  call: "a call",
  index: "an element",
  slice: "a slice",
  dot: "an attribute",
};
