/** What the resolver finds out about names, and hangs into the tree. */

/**
 * Where a variable lives. One object is shared by all identifiers of a function that mean the same variable.
 * - `local`: slot `index` of the function's own frame; `cell`: the same, but a nested function captures it, so the
 *   slot holds a cell that must exist from the start of the call (a captured parameter's value moves into its cell);
 * - `free`: `index` into the function's `scope.free`, whose cell the enclosing function hands over;
 * - `global`: `index` into the module's `globals`;
 * - `builtin`: given by the host or the universe, by name; `index` is -1.
 */
export interface Variable {
  readonly name: string;
  kind: "local" | "cell" | "free" | "global" | "builtin";
  readonly index: number;
}

/** A captured variable: `outer` is the enclosing function's own view of it, a `cell` or a `free`. */
export interface FreeVariable {
  readonly name: string;
  readonly outer: Variable;
}

/** What a call of a function needs: a frame of `locals` (its parameters first, in order) and the captured cells. */
export interface FunctionScope {
  readonly locals: Variable[];
  readonly free: FreeVariable[];
}

/** What an identifier means until the resolver has run. */
export const unresolvedVariable: Variable = { name: "", kind: "builtin", index: -1 };

/** What a function's scope is until the resolver has run. */
export const unresolvedScope: FunctionScope = { locals: [], free: [] };
