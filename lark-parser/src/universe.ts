import { CONVERSIONS } from "./universe/conversions.ts";
import { INSPECTION } from "./universe/inspection.ts";
import { SEQUENCES } from "./universe/sequences.ts";
import { BuiltinFunction } from "./values/builtin.ts";
import type { Value } from "./values/value.ts";

/** Every name that a program finds without binding it. The values are immutable and shared by all evaluations. */
export const UNIVERSE: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["None", null],
  ["True", true],
  ["False", false],
  ...[...CONVERSIONS, ...INSPECTION, ...SEQUENCES].map((method): [string, Value] => [
    method.name,
    new BuiltinFunction(method),
  ]),
]);
