import { Fault } from "../values/fault.ts";
import type { Limits } from "../values/meter.ts";
import { Meter } from "../values/meter.ts";
import {
  CallableValue,
  type CallSite,
  type NamedArguments,
  type Thread,
  typeName,
  type Value,
} from "../values/value.ts";

/** One evaluation, with everything that it loads. A fault ends it for good, so that nothing is tidied up after one. */
export class Evaluation implements Thread {
  readonly meter: Meter;
  site: CallSite | null = null;
  readonly #print: (text: string) => void;
  #depth = 0;

  constructor(limits: Limits, print: (text: string) => void) {
    this.meter = new Meter(limits);
    this.#print = print;
  }

  enter(): void {
    this.meter.step();
    if (++this.#depth > this.meter.limits.maxCallDepth) {
      throw new Fault(`calls are nested too deeply: the limit is ${this.meter.limits.maxCallDepth}`);
    }
  }

  leave(): void {
    this.#depth--;
  }

  call(callee: Value, args: readonly Value[], named: NamedArguments): Value {
    return toCallable(callee).invoke(this, args, named);
  }

  print(text: string): void {
    this.#print(text);
  }
}

/** A fault unless the value can be called. */
export function toCallable(value: Value): CallableValue {
  if (value instanceof CallableValue) return value;
  throw new Fault(`${typeName(value)} value is not callable`);
}
