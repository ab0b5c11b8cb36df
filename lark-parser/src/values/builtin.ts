import { didYouMean } from "../suggest.ts";
import { Fault } from "./fault.ts";
import { CallableValue, type NamedArguments, type Thread, typeName, type Value } from "./value.ts";

/** What a built-in function or method takes. */
export interface Signature {
  readonly name: string;
  readonly min: number;
  /** How many may be given by position. */
  readonly max: number;
  /** By index, the parameters that may be given by name; null for those that may not. */
  readonly names?: readonly (string | null)[];
}

/**
 * What a method does. Arguments that were left out are undefined: a body declares exactly the ones that `Signature`
 * makes optional so.
 */
export type MethodBody<T> = (receiver: T, thread: Thread, a: Value, b: Value, c: Value) => Value;

/** What a method does that takes any number of arguments. */
export type VariadicBody<T> = (receiver: T, args: readonly Value[], named: NamedArguments, thread: Thread) => Value;

/** A method of a built-in type; of a function without a receiver when T is null. */
export interface Method<T> {
  readonly name: string;
  run(receiver: T, args: readonly Value[], named: NamedArguments, thread: Thread): Value;
}

/** A method with a fixed list of parameters. */
export function defineMethod<T>(signature: Signature, body: MethodBody<T>): Method<T> {
  const { name, min, max } = signature;
  return {
    name,
    run(receiver, args, named, thread) {
      const { length } = args;
      if (length < min || length > max || named !== null) {
        const [a, b, c] = bindArguments(signature, args, named);
        return body(receiver, thread, a as Value, b as Value, c as Value);
      }
      return body(receiver, thread, args[0] as Value, args[1] as Value, args[2] as Value);
    },
  };
}

/** A method that looks after its arguments itself. */
export function defineVariadic<T>(name: string, body: VariadicBody<T>): Method<T> {
  return { name, run: body };
}

function bindArguments(signature: Signature, args: readonly Value[], named: NamedArguments): (Value | undefined)[] {
  const { name, min, max, names = [] } = signature;
  if (args.length > max)
    throw new Fault(`${name}: got ${countArguments(args.length)}, want ${describeCount(min, max)}`);
  const bound: (Value | undefined)[] = [...args];
  for (const [keyword, value] of named ?? []) {
    const index = names.indexOf(keyword);
    if (index < 0)
      throw unexpectedKeyword(
        name,
        keyword,
        names.flatMap((known) => known ?? []),
      );
    if (bound[index] !== undefined) throw new Fault(`${name}: got multiple values for parameter "${keyword}"`);
    bound[index] = value;
  }
  for (let index = 0; index < min; index++) {
    if (bound[index] === undefined) {
      throw new Fault(`${name}: got ${countArguments(args.length)}, want ${describeCount(min, max)}`);
    }
  }
  return bound;
}

const countArguments = (count: number): string => `${count} argument${count === 1 ? "" : "s"}`;
const describeCount = (min: number, max: number): string => (min === max ? `${min}` : args(min, max));
const args = (min: number, max: number): string =>
  max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;

function unexpectedKeyword(name: string, keyword: string, names: readonly string[]): Fault {
  const hint = names.length === 0 ? `${name} takes its arguments by position only` : didYouMean(keyword, names);
  return new Fault(`${name}: unexpected keyword argument "${keyword}"`, { hint, argument: keyword });
}

/** Takes the known ones out of a variadic function's named arguments; any other is a fault. */
export function takeNamed(name: string, named: NamedArguments, names: readonly string[]): (Value | undefined)[] {
  for (const keyword of named?.keys() ?? []) {
    if (!names.includes(keyword)) throw unexpectedKeyword(name, keyword, names);
  }
  return names.map((keyword) => named?.get(keyword));
}

/** A fault unless no argument was given by name. */
export function refuseNamed(name: string, named: NamedArguments): void {
  takeNamed(name, named, []);
}

/** A built-in function of the universe. */
export class BuiltinFunction extends CallableValue {
  readonly typeName = "builtin_function_or_method";

  constructor(private readonly method: Method<null>) {
    super();
  }

  get name(): string {
    return this.method.name;
  }

  toText(): string {
    return `<built-in function ${this.name}>`;
  }

  invoke(thread: Thread, args: readonly Value[], named: NamedArguments): Value {
    return this.method.run(null, args, named, thread);
  }
}

/** A method together with the value that it was taken from. */
export class BoundMethod extends CallableValue {
  readonly typeName = "builtin_function_or_method";

  constructor(
    readonly receiver: Value,
    private readonly method: Method<Value>,
  ) {
    super();
  }

  get name(): string {
    return this.method.name;
  }

  toText(): string {
    return `<built-in method ${this.name} of ${typeName(this.receiver)} value>`;
  }

  override references(): Iterable<Value> {
    return [this.receiver];
  }

  invoke(thread: Thread, args: readonly Value[], named: NamedArguments): Value {
    return this.method.run(this.receiver, args, named, thread);
  }
}
