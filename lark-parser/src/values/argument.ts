import { Fault } from "./fault.ts";
import { typeName, type Value } from "./value.ts";

/** The string that an argument has to be. */
export function wantString(name: string, value: Value): string {
  if (typeof value === "string") return value;
  throw new Fault(`${name}: got ${typeName(value)}, want string`);
}

/** The int that an argument has to be; one beyond every length is cut to a number that is, too. */
export function wantInt(name: string, value: Value): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return value < 0n ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  throw new Fault(`${name}: got ${typeName(value)}, want int`);
}

/** The bool that an argument has to be. */
export function wantBool(name: string, value: Value): boolean {
  if (typeof value === "boolean") return value;
  throw new Fault(`${name}: got ${typeName(value)}, want bool`);
}
