import type { Identifier } from "../tree.ts";
import { Fault } from "../values/fault.ts";
import type { Value } from "../values/value.ts";
import type { FunctionContext } from "./compiler.ts";
import type { Failure } from "./failure.ts";
import type { Cell, Eval, Store } from "./frame.ts";

/** Reads a variable. */
export function compileRead(c: FunctionContext, identifier: Identifier): Eval {
  const { name, variable } = identifier;
  const { index } = variable;
  const { globals, predeclared } = c.module;
  const unbound = (what: string): Failure =>
    c.locate(new Fault(`${what} variable ${name} referenced before assignment`), identifier);
  switch (variable.kind) {
    case "local":
      return ({ locals }) => {
        const value = locals[index];
        if (value === undefined) throw unbound("local");
        return value as Value;
      };
    case "cell":
      return ({ locals }) => {
        const { value } = locals[index] as Cell;
        if (value === undefined) throw unbound("local");
        return value;
      };
    case "free":
      return ({ free }) => {
        const { value } = free[index] as Cell;
        if (value === undefined) throw unbound("local");
        return value;
      };
    case "global":
      return () => {
        const value = globals[index];
        if (value === undefined) throw unbound("global");
        return value;
      };
    case "builtin": {
      const value = predeclared.get(name) as Value;
      return () => value;
    }
  }
}

/** Binds a variable. What a function assigns to is its own, so that it is never free. */
export function compileBind(c: FunctionContext, { variable }: Identifier): Store {
  const { kind, index } = variable;
  const { globals } = c.module;
  switch (kind) {
    case "local":
      return ({ locals }, value) => {
        locals[index] = value;
      };
    case "cell":
      return ({ locals }, value) => {
        (locals[index] as Cell).value = value;
      };
    case "global":
      return (_frame, value) => {
        globals[index] = value;
      };
    default:
      throw new Error(`a ${kind} variable cannot be bound`);
  }
}
