import type { Span } from "../source.ts";
import type { Argument, CallExpression, Expression } from "../tree.ts";
import { findMethod, getAttribute } from "../values/attributes.ts";
import { keysOf } from "../values/dict.ts";
import { Fault } from "../values/fault.ts";
import { ELEMENT_SIZE, type Meter } from "../values/meter.ts";
import { findElements } from "../values/sequence.ts";
import { type CallSite, DictValue, type NamedArguments, typeName, type Value } from "../values/value.ts";
import type { FunctionContext } from "./compiler.ts";
import { Failure, toFault } from "./failure.ts";
import type { Eval, Frame } from "./frame.ts";
import { FunctionValue } from "./function.ts";
import { toCallable } from "./thread.ts";

/** What a call hands over. */
interface ArgumentEvals {
  readonly positional: (frame: Frame) => Value[];
  /** Evaluates the rest: those by name, then `*args`, which go into `args`, then `**kwargs`. Null when there is none. */
  readonly complete: ((frame: Frame, args: Value[]) => NamedArguments) | null;
}

/** `callee(arguments)`: the callee is evaluated first, then the arguments in their order. */
export function compileCall(c: FunctionContext, node: CallExpression): Eval {
  const { callee } = node;
  const { thread } = c;
  const { positional, complete } = compileArguments(c, node.arguments);
  const site = makeSite(c, node);
  const invoke = (value: Value, args: Value[], names: NamedArguments): Value => {
    try {
      if (value instanceof FunctionValue) return value.call(args, names);
      const callable = toCallable(value);
      thread.site = site;
      return callable.invoke(thread, args, names);
    } catch (error) {
      throw leaveCall(c, error, { site, at: node.at, value });
    }
  };
  if (callee.kind === "dot") return compileMethodCall({ c, node, invoke, positional, complete, site });
  const target = c.expression(callee);
  if (complete === null) return (frame) => invoke(target(frame), positional(frame), null);
  return (frame) => {
    const value = target(frame);
    const args = positional(frame);
    return invoke(value, args, complete(frame, args));
  };
}

interface MethodCall extends ArgumentEvals {
  readonly c: FunctionContext;
  readonly node: CallExpression;
  readonly site: CallSite;
  readonly invoke: (value: Value, args: Value[], names: NamedArguments) => Value;
}

/** `object.name(arguments)`: a method of a built-in type is not made a value first. */
function compileMethodCall({ c, node, invoke, positional, complete, site }: MethodCall): Eval {
  const { callee } = node;
  if (callee.kind !== "dot") throw new Error("not a method call");
  const { name, at } = callee;
  const { thread } = c;
  const object = c.expression(callee.object);
  return (frame) => {
    const receiver = object(frame);
    const method = findMethod(receiver, name);
    if (method === undefined) {
      const value = readAttribute(c, receiver, name, at);
      const args = positional(frame);
      return invoke(value, args, complete === null ? null : complete(frame, args));
    }
    const args = positional(frame);
    const names = complete === null ? null : complete(frame, args);
    thread.site = site;
    try {
      return method.run(receiver, args, names, thread);
    } catch (error) {
      throw leaveCall(c, error, { site, at: node.at, value: method });
    }
  };
}

/** `value.name`. */
export function readAttribute(c: FunctionContext, value: Value, name: string, at: Span): Value {
  try {
    return getAttribute(value, name);
  } catch (error) {
    throw c.locate(error, at);
  }
}

/** A failure on its way out of a call. One that has no place yet is the built-in function's, or the binding's. */
function leaveCall(
  c: FunctionContext,
  error: unknown,
  { site, at, value }: { site: CallSite; at: Span; value: Value | { readonly name: string } },
): Failure {
  const isBuiltin = !(value instanceof FunctionValue) && typeof value === "object" && value !== null && "name" in value;
  const failure = error instanceof Failure ? error : placeFault(toFault(error), site);
  if (isBuiltin && failure === error) failure.addBuiltinFrame(value.name);
  failure.addFrame(c.name, c.place(at));
  return failure;
}

const placeFault = (fault: Fault, site: CallSite): Failure => new Failure(fault, site.place(fault.argument));

function makeSite(c: FunctionContext, node: CallExpression): CallSite {
  return {
    place: (argument) => c.place(argument === undefined ? calleeSpan(node) : findArgument(node, argument)),
  };
}

/** From the name that is called to its opening parenthesis: the line of the call is the parenthesis' own. */
function calleeSpan({ callee, at }: CallExpression): Span {
  const start = callee.kind === "dot" ? callee.at.start : callee.kind === "identifier" ? callee.start : at.start;
  return { start, end: at.end };
}

function findArgument(node: CallExpression, wanted: string | number): Span {
  const { arguments: all } = node;
  const isSpread = (kind: Argument["kind"]): boolean => all.some((argument) => argument.kind === kind);
  const found =
    typeof wanted === "number"
      ? all.filter(({ kind }) => kind === "positional")[wanted]
      : all.find((argument) => argument.kind === "keyword" && argument.name === wanted);
  if (found !== undefined)
    return found.kind === "keyword" ? { start: found.nameAt.start, end: found.value.end } : found;
  const kind = typeof wanted === "number" ? "args" : "kwargs";
  const spread = isSpread(kind) ? all.find((argument) => argument.kind === kind) : undefined;
  return spread ?? calleeSpan(node);
}

function compileArguments(c: FunctionContext, all: readonly Argument[]): ArgumentEvals {
  const positional = all.filter(({ kind }) => kind === "positional").map(({ value }) => c.expression(value));
  return { positional: collect(positional), complete: compileRest(c, all) };
}

/** Unrolled for the usual counts. */
function collect(evals: readonly Eval[]): (frame: Frame) => Value[] {
  const [first, second, third] = evals;
  if (first === undefined) return () => [];
  if (second === undefined) return (frame) => [first(frame)];
  if (third === undefined) return (frame) => [first(frame), second(frame)];
  return (frame) => {
    const values: Value[] = [];
    for (const evaluate of evals) values.push(evaluate(frame));
    return values;
  };
}

function compileRest(c: FunctionContext, all: readonly Argument[]): ArgumentEvals["complete"] {
  const keywords = all.flatMap((argument): [string, Eval][] =>
    argument.kind === "keyword" ? [[argument.name, c.expression(argument.value)]] : [],
  );
  const args = all.find(({ kind }) => kind === "args");
  const kwargs = all.find(({ kind }) => kind === "kwargs");
  if (keywords.length === 0 && args === undefined && kwargs === undefined) return null;
  const addArgs = args && compileSpread(c, args.value, addElements);
  const addKwargs = kwargs && compileSpread(c, kwargs.value, addEntries);
  return (frame, positional) => {
    const named = new Map<string, Value>();
    for (const [name, evaluate] of keywords) named.set(name, evaluate(frame));
    addArgs?.(frame, positional);
    addKwargs?.(frame, named);
    return named.size === 0 ? null : named;
  };
}

function compileSpread<T>(
  c: FunctionContext,
  expression: Expression,
  add: (into: T, more: Value, meter: Meter) => Fault | undefined,
): (frame: Frame, into: T) => void {
  const evaluate = c.expression(expression);
  const { meter } = c.thread;
  return (frame, into) => {
    const fault = add(into, evaluate(frame), meter);
    if (fault !== undefined) throw c.locate(fault, expression);
  };
}

function addElements(args: Value[], more: Value, meter: Meter): Fault | undefined {
  const elements = findElements(more, meter);
  if (elements === undefined) return new Fault(`argument after * must be iterable, not ${typeName(more)}`);
  meter.addSteps(elements.length);
  meter.grow(elements.length * ELEMENT_SIZE);
  for (let at = 0; at < elements.length; at++) args.push(elements.at(at) as Value);
  return undefined;
}

function addEntries(named: Map<string, Value>, more: Value, meter: Meter): Fault | undefined {
  if (!(more instanceof DictValue)) return new Fault(`argument after ** must be a dict, not ${typeName(more)}`);
  const keys = keysOf(more, meter);
  const values = [...more.entries.values()];
  for (const [at, key] of keys.entries()) {
    if (typeof key !== "string") return new Fault(`keywords must be strings, not ${typeName(key)}`);
    if (named.has(key)) return new Fault(`got multiple values for keyword argument ${key}`);
    named.set(key, values[at] as Value);
  }
  return undefined;
}
