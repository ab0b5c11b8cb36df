import type { Span } from "../source.ts";
import type { FreeVariable, FunctionScope, Variable } from "../variable.ts";

interface Binding {
  readonly variable: Variable;
  /** Where the name was bound first. */
  readonly at: Span;
}

/** What one function, or the module's own statements, will need at run time. */
export class Frame implements FunctionScope {
  readonly locals: Variable[] = [];
  readonly free: FreeVariable[] = [];
  readonly #outside: Outside;
  readonly #found = new Map<string, Variable>();

  /** `outside` is the block that the function stands in, or, for a module, what its host gives. */
  constructor(outside: Outside) {
    this.#outside = outside;
  }

  addLocal(name: string): Variable {
    const variable: Variable = { name, kind: "local", index: this.locals.length };
    this.locals.push(variable);
    return variable;
  }

  /** A variable from outside, as this function sees it: another function's local becomes a cell and is captured. */
  findOutside(name: string): Variable | undefined {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const outer = this.#outside.find(name);
    if (outer === undefined) return undefined;
    const variable = outer.kind === "global" || outer.kind === "builtin" ? outer : this.#capture(outer);
    this.#found.set(name, variable);
    return variable;
  }

  #capture(outer: Variable): Variable {
    if (outer.kind === "local") outer.kind = "cell";
    this.free.push({ name: outer.name, outer });
    return { name: outer.name, kind: "free", index: this.free.length - 1 };
  }

  /** Every name that can be seen from outside this function. */
  outsideNames(): Iterable<string> {
    return this.#outside.names();
  }
}

/** Where a frame looks for what it does not bind itself. */
interface Outside {
  find(name: string): Variable | undefined;
  names(): Iterable<string>;
}

/** The names that the host and the universe give. */
export class Predeclared implements Outside {
  readonly #names: ReadonlySet<string>;

  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
  }

  find(name: string): Variable | undefined {
    return this.#names.has(name) ? { name, kind: "builtin", index: -1 } : undefined;
  }

  names(): Iterable<string> {
    return this.#names;
  }
}

/** A lexical block: a module, a function, or a comprehension inside one of them. All names are bound before any use. */
export class Block implements Outside {
  readonly frame: Frame;
  readonly #parent: Block | undefined;
  readonly #bindings = new Map<string, Binding>();

  /** `parent` is the block around a comprehension; a frame's outermost block has none. */
  constructor(frame: Frame, parent?: Block) {
    this.frame = frame;
    this.#parent = parent;
  }

  /** The binding that a name has in this very block. */
  own(name: string): Binding | undefined {
    return this.#bindings.get(name);
  }

  /** Binds a name to a slot of the frame; again and again is the same slot. */
  bindLocal(name: string, at: Span): void {
    if (!this.#bindings.has(name)) this.bind(at, this.frame.addLocal(name));
  }

  bind(at: Span, variable: Variable): void {
    this.#bindings.set(variable.name, { variable, at });
  }

  find(name: string): Variable | undefined {
    for (let block: Block = this; ; block = block.#parent) {
      const binding = block.#bindings.get(name);
      if (binding !== undefined) return binding.variable;
      if (block.#parent === undefined) return this.frame.findOutside(name);
    }
  }

  *names(): Generator<string> {
    yield* this.#bindings.keys();
    yield* this.#parent === undefined ? this.frame.outsideNames() : this.#parent.names();
  }
}
