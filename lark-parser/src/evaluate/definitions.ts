import type { FunctionPart, Parameter } from "../tree.ts";
import type { Value } from "../values/value.ts";
import type { Variable } from "../variable.ts";
import { FunctionContext } from "./compiler.ts";
import type { Cell, Eval, Frame } from "./frame.ts";
import { type FunctionCode, FunctionValue, type ParameterList } from "./function.ts";

/** Makes the function's value each time its definition is reached: defaults are evaluated then, once. */
export function compileFunction(c: FunctionContext, part: FunctionPart, name: string): Eval {
  const { parameters, scope } = part;
  const list = listParameters(parameters);
  const inside = new FunctionContext(name, c.module, c.thread, c.parts);
  const code: FunctionCode = {
    name,
    thread: c.thread,
    parameters: list,
    isPlain: list.args === undefined && list.kwargs === undefined && list.positionalCount === list.names.length,
    frameSize: scope.locals.length,
    cells: cellsOf(scope.locals),
    body: inside.block(part.body),
    isActive: false,
  };
  const defaults = compileDefaults(c, parameters);
  const captures = scope.free.map(({ outer }) => compileCapture(outer));
  const take = (frame: Frame): Cell[] => captures.map((capture) => capture(frame));
  if (defaults.every((value) => value === undefined)) return (frame) => new FunctionValue(code, [], take(frame));
  return (frame) => {
    const values = defaults.map((value): Value | undefined => value?.(frame));
    return new FunctionValue(code, values, take(frame));
  };
}

/** The slots of captured variables. */
export function cellsOf(locals: readonly Variable[]): number[] {
  return locals.filter(({ kind }) => kind === "cell").map(({ index }) => index);
}

/** The bare star takes no slot; `*args` takes one where it stands. */
function listParameters(parameters: readonly Parameter[]): ParameterList {
  const names: string[] = [];
  const slots: number[] = [];
  let positionalCount: number | undefined;
  let args: number | undefined;
  let kwargs: number | undefined;
  for (const { kind, name } of parameters) {
    const slot = name?.variable.index;
    if (kind === "args") {
      positionalCount = names.length;
      args = slot;
    } else if (kind === "kwargs") kwargs = slot;
    else {
      names.push(name.name);
      slots.push(name.variable.index);
    }
  }
  return { names, slots, positionalCount: positionalCount ?? names.length, args, kwargs };
}

function compileDefaults(c: FunctionContext, parameters: readonly Parameter[]): (Eval | undefined)[] {
  return parameters.flatMap((parameter) => {
    if (parameter.kind !== "parameter") return [];
    return [parameter.default === undefined ? undefined : c.expression(parameter.default)];
  });
}

function compileCapture({ kind, index }: Variable): (frame: Frame) => Cell {
  if (kind === "free") return (frame) => frame.free[index] as Cell;
  return (frame) => frame.locals[index] as Cell;
}
