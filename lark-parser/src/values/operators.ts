import { addText, joinBytes, joinItems, repeatSequence } from "./concat.ts";
import { copyDict, getEntry, mergeInto } from "./dict.ts";
import { areEqual } from "./equality.ts";
import { Fault } from "./fault.ts";
import { floorDivideFloats, moduloFloats } from "./float.ts";
import { formatPercent } from "./format_percent.ts";
import * as integer from "./integer.ts";
import { keyOf } from "./key.ts";
import type { Meter } from "./meter.ts";
import { compareValues } from "./ordering.ts";
import { intersectSets, subtractSets, symmetricDifference, unionSets } from "./set.ts";
import {
  BytesValue,
  DictValue,
  FloatValue,
  ListValue,
  RangeValue,
  SetValue,
  TupleValue,
  typeName,
  type Value,
} from "./value.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "//" | "%" | "&" | "|" | "^" | "<<" | ">>";

/** `a op b` for every operator but comparisons, `and` and `or`. */
export function applyOperator(op: ArithmeticOperator, a: Value, b: Value, meter: Meter): Value {
  const result =
    isInt(a) && isInt(b) ? applyToInts(op, a, b) : (applyToFloats(op, a, b) ?? applyToOthers(op, a, b, meter));
  if (result !== undefined) return result;
  throw new Fault(`unsupported operand types: ${typeName(a)} ${op} ${typeName(b)}`, { hint: hintOf(op, a, b) });
}

const isInt = (value: Value): value is integer.Integer => typeof value === "number" || typeof value === "bigint";

function applyToInts(op: ArithmeticOperator, a: integer.Integer, b: integer.Integer): Value {
  switch (op) {
    case "+":
      return integer.addInts(a, b);
    case "-":
      return integer.subtractInts(a, b);
    case "*":
      return integer.multiplyInts(a, b);
    case "/":
      return divideFloats(integer.intToNumber(a), integer.intToNumber(b));
    case "//":
      return integer.floorDivideInts(a, b);
    case "%":
      return integer.moduloInts(a, b);
    case "<<":
      return integer.shiftLeft(a, b);
    case ">>":
      return integer.shiftRight(a, b);
    default:
      return integer.combineBits(op, a, b);
  }
}

function applyToFloats(op: ArithmeticOperator, a: Value, b: Value): Value | undefined {
  if (!(a instanceof FloatValue || b instanceof FloatValue)) return undefined;
  const x = a instanceof FloatValue ? a.value : isInt(a) ? integer.intToNumber(a) : undefined;
  const y = b instanceof FloatValue ? b.value : isInt(b) ? integer.intToNumber(b) : undefined;
  if (x === undefined || y === undefined) return undefined;
  switch (op) {
    case "+":
      return new FloatValue(x + y);
    case "-":
      return new FloatValue(x - y);
    case "*":
      return new FloatValue(x * y);
    case "/":
      return divideFloats(x, y);
    case "//":
      return new FloatValue(floorDivideFloats(x, y));
    case "%":
      return new FloatValue(moduloFloats(x, y));
  }
  return undefined;
}

function divideFloats(a: number, b: number): FloatValue {
  if (b === 0) throw new Fault("floating-point division by zero");
  return new FloatValue(a / b);
}

function applyToOthers(op: ArithmeticOperator, a: Value, b: Value, meter: Meter): Value | undefined {
  if (op === "+") return concatenate(a, b, meter);
  if (op === "*") {
    if (isInt(b)) return repeatSequence(a, b, meter);
    return isInt(a) ? repeatSequence(b, a, meter) : undefined;
  }
  if (op === "%") return typeof a === "string" ? formatPercent(a, b, meter) : undefined;
  if (a instanceof SetValue && b instanceof SetValue) return combineSets(op, a, b, meter);
  if (op === "|" && a instanceof DictValue && b instanceof DictValue) {
    const union = copyDict(a, meter);
    mergeInto(union, b, meter);
    return union;
  }
  return undefined;
}

function concatenate(a: Value, b: Value, meter: Meter): Value | undefined {
  if (typeof a === "string" && typeof b === "string") return addText(a, b, meter);
  if (a instanceof ListValue && b instanceof ListValue) return new ListValue(joinItems(a.items, b.items, meter));
  if (a instanceof TupleValue && b instanceof TupleValue) return new TupleValue(joinItems(a.items, b.items, meter));
  if (a instanceof BytesValue && b instanceof BytesValue) return joinBytes(a, b, meter);
  return undefined;
}

/** The set that `a op b` gives, undefined for an operator that sets do not have. */
export function combineSets(op: ArithmeticOperator, a: SetValue, b: SetValue, meter: Meter): SetValue | undefined {
  switch (op) {
    case "|":
      return unionSets(a, b, meter);
    case "&":
      return intersectSets(a, b, meter);
    case "-":
      return subtractSets(a, b, meter);
    case "^":
      return symmetricDifference(a, b, meter);
  }
  return undefined;
}

/** `op a`; `not` is the evaluator's. */
export function applyUnary(op: "+" | "-" | "~", a: Value): Value {
  if (isInt(a)) return op === "+" ? a : op === "-" ? integer.negateInt(a) : integer.invertInt(a);
  if (a instanceof FloatValue && op !== "~") return op === "+" ? a : new FloatValue(-a.value);
  throw new Fault(`unsupported operand type: ${op}${typeName(a)}`);
}

/** `element in container`. */
export function isMember(element: Value, container: Value, meter: Meter): boolean {
  if (container instanceof DictValue) return getEntry(container, element, meter) !== undefined;
  if (container instanceof SetValue) return container.elements.has(keyOf(element, meter));
  if (container instanceof ListValue || container instanceof TupleValue) {
    return container.items.some((item) => {
      meter.step();
      return areEqual(item, element, meter);
    });
  }
  if (typeof container === "string") {
    if (typeof element === "string") return container.includes(element);
    throw new Fault(`'in <string>' requires string as left operand, not ${typeName(element)}`);
  }
  if (container instanceof RangeValue) return isInRange(element, container, meter);
  if (container instanceof BytesValue) return isInBytes(element, container);
  throw new Fault(`unsupported operand types: ${typeName(element)} in ${typeName(container)}`);
}

function isInRange(element: Value, range: RangeValue, meter: Meter): boolean {
  if (!isInt(element) && !(element instanceof FloatValue)) {
    throw new Fault(`'in <range>' requires number as left operand, not ${typeName(element)}`);
  }
  if (range.length === 0) return false;
  const [first, last] = [range.start, range.at(range.length - 1)];
  if (compareValues(element, Math.min(first, last), meter) < 0) return false;
  if (compareValues(element, Math.max(first, last), meter) > 0) return false;
  const value = Number(element instanceof FloatValue ? element.value : element);
  return Number.isInteger(value) && (value - first) % range.step === 0;
}

function isInBytes(element: Value, bytes: BytesValue): boolean {
  if (element instanceof BytesValue) return findBytes(bytes.data, element.data);
  if (!isInt(element)) throw new Fault(`'in <bytes>' requires bytes or int as left operand, not ${typeName(element)}`);
  if (element < 0 || element > 255) throw new Fault(`'in <bytes>' requires an int in range(256), not ${element}`);
  return bytes.data.includes(Number(element));
}

function findBytes(data: Uint8Array, part: Uint8Array): boolean {
  for (let start = 0; start + part.length <= data.length; start++) {
    if (part.every((byte, at) => data[start + at] === byte)) return true;
  }
  return false;
}

function hintOf(op: ArithmeticOperator, a: Value, b: Value): string | undefined {
  const isMixedText = op === "+" && (typeof a === "string") !== (typeof b === "string");
  return isMixedText ? "make the other operand a string with str(...)" : undefined;
}
