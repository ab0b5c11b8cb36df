import { didYouMean } from "../suggest.ts";
import { setEntry } from "../values/dict.ts";
import { Fault } from "../values/fault.ts";
import { CallableValue, DictValue, type NamedArguments, type Thread, TupleValue, type Value } from "../values/value.ts";
import { Cell, type Exec, Frame, type Slot } from "./frame.ts";
import type { Evaluation } from "./thread.ts";

/** A function's parameters, in the order of their slots in the frame. */
export interface ParameterList {
  /** Those that take an argument by position come first, then the keyword-only ones. */
  readonly names: readonly string[];
  readonly positionalCount: number;
  /** The slot of `*args`. */
  readonly args: number | undefined;
  /** The slot of `**kwargs`. */
  readonly kwargs: number | undefined;
  /** By index in `names`, the slot of each. */
  readonly slots: readonly number[];
}

/** What all function values of one definition share. */
export interface FunctionCode {
  readonly name: string;
  readonly thread: Evaluation;
  readonly parameters: ParameterList;
  /** Every parameter takes one argument by position, and nothing else is to be done. */
  readonly isPlain: boolean;
  readonly frameSize: number;
  /** The slots of captured variables. */
  readonly cells: readonly number[];
  readonly body: Exec;
  /** A call of it is running. */
  isActive: boolean;
}

/** A function of the language. */
export class FunctionValue extends CallableValue {
  readonly typeName = "function";

  constructor(
    readonly code: FunctionCode,
    /** By index in the parameters' `names`; undefined for a required one. */
    private readonly defaults: readonly (Value | undefined)[],
    private readonly free: readonly Cell[],
  ) {
    super();
  }

  get name(): string {
    return this.code.name;
  }

  toText(): string {
    return `<function ${this.name}>`;
  }

  override *references(): Iterable<Value> {
    for (const value of this.defaults) if (value !== undefined) yield value;
    for (const { value } of this.free) if (value !== undefined) yield value;
  }

  invoke(_thread: Thread, args: readonly Value[], named: NamedArguments): Value {
    return this.call(args.slice(), named);
  }

  /** The same, with arguments that become the call's own. */
  call(args: Value[], named: NamedArguments): Value {
    const { code } = this;
    if (code.isActive) {
      throw new Fault(`function ${code.name} called recursively`, { hint: "Starlark has no recursion: use a loop" });
    }
    const isSimple = code.isPlain && named === null && args.length === code.parameters.positionalCount;
    const locals: Slot[] = isSimple ? args : this.#bind(args, named);
    while (locals.length < code.frameSize) locals.push(undefined);
    for (const slot of code.cells) locals[slot] = new Cell(locals[slot] as Value | undefined);
    const frame = new Frame(locals, this.free);
    code.thread.enter();
    code.isActive = true;
    code.body(frame);
    code.isActive = false;
    code.thread.leave();
    return frame.result;
  }

  #bind(args: readonly Value[], named: NamedArguments): Slot[] {
    const { name, parameters, thread } = this.code;
    const { names, positionalCount, slots } = parameters;
    const locals: Slot[] = new Array(slots.length).fill(undefined);
    const given = Math.min(args.length, positionalCount);
    for (let at = 0; at < given; at++) locals[slots[at] as number] = args[at];
    if (parameters.args !== undefined) locals[parameters.args] = new TupleValue(args.slice(given));
    else if (args.length > positionalCount) throw this.#tooMany(args.length);
    const rest = parameters.kwargs === undefined ? undefined : new DictValue();
    if (rest !== undefined) locals[parameters.kwargs as number] = rest;
    for (const [keyword, value] of named ?? []) {
      const at = names.indexOf(keyword);
      if (at < 0) {
        if (rest === undefined) throw unexpectedKeyword(name, keyword, names);
        setEntry(rest, keyword, value, thread.meter);
      } else if (locals[slots[at] as number] !== undefined) {
        throw new Fault(`function ${name} got multiple values for parameter ${keyword}`, { argument: keyword });
      } else locals[slots[at] as number] = value;
    }
    this.#fillDefaults(locals);
    return locals;
  }

  #fillDefaults(locals: Slot[]): void {
    const { names, slots } = this.code.parameters;
    const missing: string[] = [];
    for (let at = 0; at < names.length; at++) {
      const slot = slots[at] as number;
      if (locals[slot] !== undefined) continue;
      const value = this.defaults[at];
      if (value === undefined) missing.push(names[at] as string);
      else locals[slot] = value;
    }
    if (missing.length === 0) return;
    const what = missing.length === 1 ? "argument" : "arguments";
    throw new Fault(`function ${this.name} missing ${missing.length} ${what} (${missing.join(", ")})`);
  }

  #tooMany(count: number): Fault {
    const { positionalCount } = this.code.parameters;
    const most = positionalCount === 0 ? "no arguments" : `at most ${count1(positionalCount, "positional argument")}`;
    return new Fault(`function ${this.name} accepts ${most} (${count} given)`, { argument: positionalCount });
  }
}

const count1 = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

function unexpectedKeyword(name: string, keyword: string, names: readonly string[]): Fault {
  const details = { hint: didYouMean(keyword, names), argument: keyword };
  return new Fault(`function ${name} got an unexpected keyword argument ${keyword}`, details);
}
