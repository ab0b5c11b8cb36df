import type { AugmentedOperator, BinaryExpression, ConditionalExpression, UnaryExpression } from "../tree.ts";
import { mergeInto } from "../values/dict.ts";
import { areEqual } from "../values/equality.ts";
import { extendList } from "../values/list_methods.ts";
import type { Meter } from "../values/meter.ts";
import { applyOperator, applyUnary, combineSets, isMember } from "../values/operators.ts";
import { compareValues } from "../values/ordering.ts";
import { replaceElements } from "../values/set.ts";
import { checkMutable, DictValue, isTrue, ListValue, SetValue, type Value } from "../values/value.ts";
import type { FunctionContext } from "./compiler.ts";
import type { Eval } from "./frame.ts";

type Apply = (left: Value, right: Value) => Value;

/** Ints below this can be added and multiplied with each other, and are still safe. */
const SMALL = 2 ** 26;
const isSmall = (value: number): boolean => value < SMALL && value > -SMALL;

/** `left op right`. Small ints, the common case, are done here; the rest where the types are. */
export function compileBinary(c: FunctionContext, node: BinaryExpression): Eval {
  const left = c.expression(node.left);
  const right = c.expression(node.right);
  if (node.operator === "and") {
    return (frame) => {
      const value = left(frame);
      return isTrue(value) ? right(frame) : value;
    };
  }
  if (node.operator === "or") {
    return (frame) => {
      const value = left(frame);
      return isTrue(value) ? value : right(frame);
    };
  }
  const apply = compileApply(c, node);
  switch (node.operator) {
    case "+":
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === "number" && typeof b === "number") {
          const sum = a + b;
          if (Number.isSafeInteger(sum)) return sum;
        }
        return apply(a, b);
      };
    case "-":
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === "number" && typeof b === "number") {
          const difference = a - b;
          if (Number.isSafeInteger(difference)) return difference;
        }
        return apply(a, b);
      };
    case "*":
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === "number" && typeof b === "number" && isSmall(a) && isSmall(b)) return a * b + 0;
        return apply(a, b);
      };
    case "%":
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        if (typeof a === "number" && typeof b === "number" && a >= 0 && b > 0) return a % b;
        return apply(a, b);
      };
    case "<":
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === "number" && typeof b === "number" ? a < b : apply(a, b);
      };
    case ">":
      return (frame) => {
        const a = left(frame);
        const b = right(frame);
        return typeof a === "number" && typeof b === "number" ? a > b : apply(a, b);
      };
    default:
      return (frame) => apply(left(frame), right(frame));
  }
}

/** The operation itself, with the place of its failure. */
function compileApply(c: FunctionContext, { operator, at }: BinaryExpression): Apply {
  const run = chooseOperation(operator, c.thread.meter);
  return (left, right) => {
    try {
      return run(left, right);
    } catch (error) {
      throw c.locate(error, at);
    }
  };
}

function chooseOperation(operator: BinaryExpression["operator"], meter: Meter): Apply {
  switch (operator) {
    case "==":
      return (a, b) => areEqual(a, b, meter);
    case "!=":
      return (a, b) => !areEqual(a, b, meter);
    case "<":
      return (a, b) => compareValues(a, b, meter, "<") < 0;
    case "<=":
      return (a, b) => compareValues(a, b, meter, "<=") <= 0;
    case ">":
      return (a, b) => compareValues(a, b, meter, ">") > 0;
    case ">=":
      return (a, b) => compareValues(a, b, meter, ">=") >= 0;
    case "in":
      return (a, b) => isMember(a, b, meter);
    case "not in":
      return (a, b) => !isMember(a, b, meter);
    case "and":
    case "or":
      throw new Error(`${operator} is no operation on two values`);
    default:
      return (a, b) => applyOperator(operator, a, b, meter);
  }
}

/** `left op= right`: lists, dicts and sets change in place. */
export function applyAugmented(operator: AugmentedOperator, left: Value, right: Value, meter: Meter): Value {
  if (operator === "+" && left instanceof ListValue && isIterableNotText(right)) {
    extendList(left, right, meter);
    return left;
  }
  if (operator === "|" && left instanceof DictValue && right instanceof DictValue) {
    checkMutable(left, "insert into");
    mergeInto(left, right, meter);
    return left;
  }
  if (left instanceof SetValue && right instanceof SetValue) {
    const combined = combineSets(operator, left, right, meter);
    if (combined !== undefined) {
      checkMutable(left, "update");
      replaceElements(left, combined);
      return left;
    }
  }
  return applyOperator(operator, left, right, meter);
}

/** What is none gets the message of `+`, which names both types. */
const isIterableNotText = (value: Value): boolean => typeof value === "object" && value !== null;

export function compileUnary(c: FunctionContext, { operator, operand, start }: UnaryExpression): Eval {
  const value = c.expression(operand);
  if (operator === "not") return (frame) => !isTrue(value(frame));
  const at = { start, end: start + operator.length };
  return (frame) => {
    const found = value(frame);
    try {
      return applyUnary(operator, found);
    } catch (error) {
      throw c.locate(error, at);
    }
  };
}

export function compileConditional(c: FunctionContext, node: ConditionalExpression): Eval {
  const condition = c.expression(node.condition);
  const then = c.expression(node.then);
  const orElse = c.expression(node.orElse);
  return (frame) => (isTrue(condition(frame)) ? then(frame) : orElse(frame));
}
