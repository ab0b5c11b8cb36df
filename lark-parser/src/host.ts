import type { Place } from "./source.ts";
import { didYouMean } from "./suggest.ts";
import { Fault } from "./values/fault.ts";
import { CallableValue, type NamedArguments, type Thread, type Value } from "./values/value.ts";

/** A parameter of a host function; all can be given by position, in their order, and by name. */
export interface HostParameter {
  readonly name: string;
  readonly isRequired?: boolean;
}

/** One call of a host function. */
export interface HostCall {
  /** The arguments by parameter; what was left out is missing. */
  readonly values: ReadonlyMap<string, Value>;
  /** What is wrong with the arguments as such; always empty unless the function asked for it. */
  readonly faults: readonly Fault[];
  /** Where an argument stands, however it was given; the call itself for one that was left out. */
  place(parameter?: string): Place;
  readonly thread: Thread;
}

export interface HostFunctionOptions {
  readonly name: string;
  readonly parameters: readonly HostParameter[];
  /** Missing, unknown and repeated arguments are given to the function instead of ending the evaluation. */
  readonly takesFaults?: boolean;
}

/** A function that the host gives to programs. A Fault that its body throws is reported at the call. */
export class HostFunction extends CallableValue {
  readonly typeName = "builtin_function_or_method";
  readonly #options: HostFunctionOptions;
  readonly #body: (call: HostCall) => Value;

  constructor(options: HostFunctionOptions, body: (call: HostCall) => Value) {
    super();
    this.#options = options;
    this.#body = body;
  }

  get name(): string {
    return this.#options.name;
  }

  toText(): string {
    return `<built-in function ${this.name}>`;
  }

  invoke(thread: Thread, args: readonly Value[], named: NamedArguments): Value {
    const { site } = thread;
    if (site === null) throw new Error(`${this.name} was called from outside of an evaluation`);
    const values = new Map<string, Value>();
    const faults = this.#bind(values, args, named);
    const [first] = faults;
    if (first !== undefined && this.#options.takesFaults !== true) throw first;
    const place = (parameter?: string): Place => {
      const at = this.#options.parameters.findIndex(({ name }) => name === parameter);
      return at >= 0 && at < args.length ? site.place(at) : site.place(parameter);
    };
    return this.#body({ values, faults, place, thread });
  }

  #bind(values: Map<string, Value>, args: readonly Value[], named: NamedArguments): Fault[] {
    const { name, parameters } = this.#options;
    const faults: Fault[] = [];
    for (const [at, value] of args.entries()) {
      const parameter = parameters[at];
      if (parameter !== undefined) values.set(parameter.name, value);
      else faults.push(new Fault(`${name}: takes at most ${parameters.length} arguments`, { argument: at }));
    }
    const names = parameters.map((parameter) => parameter.name);
    for (const [keyword, value] of named ?? []) {
      const details = { argument: keyword, hint: didYouMean(keyword, names) ?? `it has: ${names.join(", ")}` };
      if (!names.includes(keyword)) faults.push(new Fault(`${name}: has no parameter ${keyword}`, details));
      else if (values.has(keyword)) {
        faults.push(new Fault(`${name}: got ${keyword} by position and by name`, { argument: keyword }));
      } else values.set(keyword, value);
    }
    for (const parameter of parameters) {
      if (parameter.isRequired !== true || values.has(parameter.name)) continue;
      faults.push(new Fault(`${name}: missing argument ${parameter.name}`));
    }
    return faults;
  }
}
