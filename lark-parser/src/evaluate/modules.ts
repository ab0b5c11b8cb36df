import { type Diagnostic, makeDiagnostic } from "../diagnostics.ts";
import { parse } from "../parse.ts";
import { resolve } from "../resolve.ts";
import { Source } from "../source.ts";
import { didYouMean } from "../suggest.ts";
import type { LoadItem, LoadStatement, Module } from "../tree.ts";
import { Fault } from "../values/fault.ts";
import { freezeValues } from "../values/freeze.ts";
import type { Value } from "../values/value.ts";
import { type CompilerParts, FunctionContext, type ModuleState } from "./compiler.ts";
import { cellsOf, compileFunction } from "./definitions.ts";
import { compileExpression } from "./expressions.ts";
import { Failure } from "./failure.ts";
import { Cell, Frame, type Slot } from "./frame.ts";
import { compileBlock } from "./statements.ts";
import { compileTarget } from "./targets.ts";
import type { Evaluation } from "./thread.ts";

/** What a loader answers: a file's text under the name that it is known by, or why there is none. */
export type LoadResult =
  | { readonly ok: true; readonly filename: string; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly hint?: string };

/** Finds the file that `load(module, ...)` in the file `from` means. Two names of one file must give one `filename`. */
export type Loader = (request: { readonly module: string; readonly from: string }) => LoadResult;

/** How large a program may be. */
export interface SourceLimits {
  /** Of one file, in UTF-16 units. */
  readonly maxSourceSize: number;
  /** How many loads may be under way, one in the other. */
  readonly maxLoadDepth: number;
}

/** A module that has run. */
export interface LoadedModule {
  readonly tree: Module;
  /** In the order of the source; without those that were never bound. */
  readonly globals: ReadonlyMap<string, Value>;
}

export interface ModuleRunnerOptions {
  readonly thread: Evaluation;
  readonly predeclared: ReadonlyMap<string, Value>;
  readonly load: Loader | undefined;
  readonly limits: SourceLimits;
}

/** Static errors of a module: none of it has run. */
export class Unrunnable extends Error {
  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super("the module cannot run");
  }
}

/** Runs the modules of one evaluation, each once. */
export class ModuleRunner {
  readonly #options: ModuleRunnerOptions;
  readonly #done = new Map<string, LoadedModule>();
  readonly #underWay: string[] = [];
  readonly #parts: CompilerParts = {
    expression: compileExpression,
    block: compileBlock,
    target: compileTarget,
    functionValue: compileFunction,
    load: (c, statement) => this.#load(c, statement),
  };

  constructor(options: ModuleRunnerOptions) {
    this.#options = options;
  }

  /** Runs a file; throws Unrunnable or Failure. */
  run(filename: string, text: string): LoadedModule {
    const tree = this.#prepare(filename, text);
    const globals: ModuleState["globals"] = new Array(tree.globals.length).fill(undefined);
    const state: ModuleState = { source: tree.source, globals, predeclared: this.#options.predeclared };
    const c = new FunctionContext("<toplevel>", state, this.#options.thread, this.#parts);
    const body = compileBlock(c, tree.body);
    const locals: Slot[] = new Array(tree.scope.locals.length).fill(undefined);
    for (const slot of cellsOf(tree.scope.locals)) locals[slot] = new Cell(undefined);
    this.#underWay.push(filename);
    body(new Frame(locals, []));
    this.#underWay.pop();
    const bound = tree.globals.flatMap(({ name }, index): [string, Value][] => {
      const value = globals[index];
      return value === undefined ? [] : [[name, value]];
    });
    freezeValues(bound.map(([, value]) => value));
    return { tree, globals: new Map(bound) };
  }

  #prepare(filename: string, text: string): Module {
    const { maxSourceSize } = this.#options.limits;
    if (text.length > maxSourceSize) {
      const message = `file too large: ${text.length} characters, and the limit is ${maxSourceSize}`;
      throw new Unrunnable([makeDiagnostic(new Source(filename, ""), { span: { start: 0, end: 0 }, message })]);
    }
    const parsed = parse(text, { filename });
    if (!parsed.ok) throw new Unrunnable(parsed.diagnostics);
    const diagnostics = resolve(parsed.tree, { builtins: this.#options.predeclared.keys() });
    if (diagnostics.length > 0) throw new Unrunnable(diagnostics);
    return parsed.tree;
  }

  #load(c: FunctionContext, statement: LoadStatement): (item: LoadItem) => Value {
    const module = this.#loadOnce(c, statement);
    return ({ exported }) => {
      const value = module.globals.get(exported.value);
      if (value !== undefined) return value;
      const names = [...module.globals.keys()].filter((name) => !name.startsWith("_"));
      const hint = didYouMean(exported.value, names);
      throw c.locate(new Fault(`${statement.module.value} has no ${exported.value}`, { hint }), exported);
    };
  }

  #loadOnce(c: FunctionContext, { module: name }: LoadStatement): LoadedModule {
    const { load, limits } = this.#options;
    const refuse = (message: string, hint?: string): Failure => c.locate(new Fault(message, { hint }), name);
    if (load === undefined) throw refuse("there is nothing to load from here");
    const found = load({ module: name.value, from: c.module.source.filename });
    if (!found.ok) throw refuse(found.message, found.hint);
    const known = this.#done.get(found.filename);
    if (known !== undefined) return known;
    const first = this.#underWay.indexOf(found.filename);
    if (first >= 0) throw refuse(`cycle of loads: ${[...this.#underWay.slice(first), found.filename].join(" -> ")}`);
    if (this.#underWay.length > limits.maxLoadDepth) {
      throw refuse(`loads are nested too deeply: the limit is ${limits.maxLoadDepth}`);
    }
    try {
      const loaded = this.run(found.filename, found.text);
      this.#done.set(found.filename, loaded);
      return loaded;
    } catch (error) {
      if (error instanceof Failure) error.addFrame(c.name, c.place(name));
      throw error;
    }
  }
}
