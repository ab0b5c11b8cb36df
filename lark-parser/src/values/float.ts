import { Fault } from "./fault.ts";

/** The shortest text that gives the float back, always with a point or an exponent: `1.0`, `1e-05`, `+inf`, `nan`. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  const [mantissa = "", exponentText = ""] = value.toExponential().split("e");
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const digits = mantissa.replace(/[-.]/g, "");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 21 || (exponent >= SHORTEST_EXPONENT && exponent >= 0)) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits[0]}${fraction}${formatExponent(exponent)}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${sign}${whole}.${digits.slice(exponent + 1) || "0"}`;
}

/** From this power of ten on a float is written with an exponent. */
const SHORTEST_EXPONENT = 6;

/** `%f`: six decimals, a tie going to the even digit. */
export function formatFixed(value: number): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}.000000`;
  const sign = Object.is(value, -0) ? "-" : "";
  const longer = value.toFixed(7);
  // A tie is a multiple of 1/128 whose seventh decimal is the last one.
  if (longer.endsWith("5") && Number.isInteger(value * 128) && /[02468]5$/.test(longer)) return longer.slice(0, -1);
  return sign + value.toFixed(6);
}

/** `%e`: one digit, six decimals and an exponent of at least two digits, a tie going to the even digit. */
export function formatScientific(value: number): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  const sign = Object.is(value, -0) ? "-" : "";
  const [exact = "", exponent = ""] = value.toExponential(60).split("e");
  const isTie = /^-?\d\.\d{5}[02468]50*$/.test(exact);
  const [mantissa = "", rounded = ""] = value.toExponential(6).split("e");
  if (isTie) return `${exact.slice(0, exact.indexOf(".") + 7)}${formatExponent(Number(exponent))}`;
  return `${sign}${mantissa}${formatExponent(Number(rounded))}`;
}

function formatExponent(exponent: number): string {
  return `e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function formatSpecial(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "+inf" : "-inf";
}

/** `float(text)`. */
export function parseFloatText(text: string): number {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special) {
    if (special[2]?.toLowerCase() === "nan") return Number.NaN;
    return special[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) {
    throw new Fault(`invalid float literal: ${JSON.stringify(text)}`);
  }
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Fault(`floating-point number too large: ${text}`);
  return value;
}

/** The quotient rounded down to a whole number. */
export function floorDivideFloats(a: number, b: number): number {
  if (b === 0) throw new Fault("floored division by zero");
  return Math.floor(a / b);
}

/** The rest of the floored division; it has the divisor's sign. */
export function moduloFloats(a: number, b: number): number {
  if (b === 0) throw new Fault("floating-point modulo by zero");
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}

/** -1, 0 or 1 in the total order of numbers, where NaN equals itself and comes last. */
export function compareNumbers(a: number | bigint, b: number | bigint): -1 | 0 | 1 {
  if (a < b) return -1;
  if (a > b) return 1;
  // biome-ignore lint/suspicious/noDoubleEquals: a bigint and a number compare exactly with it.
  if (a == b) return 0;
  const [aIsNan, bIsNan] = [Number.isNaN(a), Number.isNaN(b)];
  return aIsNan === bIsNan ? 0 : aIsNan ? 1 : -1;
}
