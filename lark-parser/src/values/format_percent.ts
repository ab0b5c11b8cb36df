import { Fault } from "./fault.ts";
import { formatFixed, formatFloat, formatScientific } from "./float.ts";
import { type Integer, intToNumber, truncateToInt } from "./integer.ts";
import type { Meter } from "./meter.ts";
import { toRepr, toText } from "./repr.ts";
import { FloatValue, TupleValue, typeName, type Value } from "./value.ts";

/** `format % args`: only a tuple spreads over several conversions. */
export function formatPercent(format: string, args: Value, meter: Meter): string {
  const operands = args instanceof TupleValue ? args.items : [args];
  const parts: string[] = [];
  let used = 0;
  let at = 0;
  let size = 0;
  const add = (part: string) => {
    size += part.length;
    parts.push(part);
  };
  for (let percent = format.indexOf("%"); percent >= 0; percent = format.indexOf("%", at)) {
    add(format.slice(at, percent));
    const conversion = format.charAt(percent + 1);
    at = percent + 2;
    if (conversion === "%") add("%");
    else if (conversion === "") throw new Fault("incomplete format: a percent sign at the end", PERCENT_HINT);
    else {
      const operand = operands[used++];
      if (operand === undefined) throw new Fault(`not enough arguments for format string: ${operands.length} given`);
      add(convert(conversion, operand, meter));
    }
    meter.step();
  }
  add(format.slice(at));
  if (used < operands.length) {
    throw new Fault(`too many arguments for format string: ${operands.length} given, ${used} used`);
  }
  meter.allocate(size);
  return parts.join("");
}

const PERCENT_HINT = { hint: "%% stands for a percent sign" };

function convert(conversion: string, operand: Value, meter: Meter): string {
  switch (conversion) {
    case "s":
      return toText(operand, meter);
    case "r":
      return toRepr(operand, meter);
    case "d":
      return intOperand(conversion, operand).toString();
    case "o":
      return intOperand(conversion, operand).toString(8);
    case "x":
      return intOperand(conversion, operand).toString(16);
    case "X":
      return intOperand(conversion, operand).toString(16).toUpperCase();
    case "e":
    case "E":
      return matchCase(conversion, formatScientific(floatOperand(conversion, operand)));
    case "f":
    case "F":
      return formatFixed(floatOperand(conversion, operand));
    case "g":
    case "G":
      return matchCase(conversion, formatFloat(floatOperand(conversion, operand)));
  }
  throw new Fault(`unknown conversion %${conversion}`, PERCENT_HINT);
}

function intOperand(conversion: string, operand: Value): Integer {
  if (typeof operand === "number" || typeof operand === "bigint") return operand;
  if (operand instanceof FloatValue) return truncateToInt(operand.value);
  throw new Fault(`%${conversion} format requires integer: got ${typeName(operand)}`);
}

function floatOperand(conversion: string, operand: Value): number {
  if (typeof operand === "number" || typeof operand === "bigint") return intToNumber(operand);
  if (operand instanceof FloatValue) return operand.value;
  throw new Fault(`%${conversion} format requires float: got ${typeName(operand)}`);
}

const matchCase = (conversion: string, text: string): string => (conversion >= "a" ? text : text.replace("e", "E"));
