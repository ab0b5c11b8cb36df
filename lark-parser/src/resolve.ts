import { type Diagnostic, makeDiagnostic, type Problem } from "./diagnostics.ts";
import { visitBindings } from "./resolve/bindings.ts";
import { Block, Frame, Predeclared } from "./resolve/blocks.ts";
import { StatementResolver } from "./resolve/statements.ts";
import type { Identifier, Module, Statement } from "./tree.ts";
import type { Variable } from "./variable.ts";

/** More are not told: nobody reads them, and each costs a search for similar names. */
const DIAGNOSTICS_MAX = 100;

export interface ResolveOptions {
  /** Names that the host gives. */
  readonly builtins: Iterable<string>;
  /** Names that every module has. */
  readonly universe?: Iterable<string>;
}

/**
 * Finds what every name of a module means and writes it into the tree: `variable` of identifiers, `scope` of functions
 * and of the module, `globals` of the module. Returns everything that is wrong, in the order of the source; the tree
 * is fit to run when that is nothing.
 */
export function resolve(tree: Module, { builtins, universe = [] }: ResolveOptions): Diagnostic[] {
  const problems: Problem[] = [];
  const report = (problem: Problem): void => {
    if (problems.length < DIAGNOSTICS_MAX) problems.push(problem);
  };
  const frame = new Frame(new Predeclared([...builtins, ...universe]));
  const block = new Block(frame);
  tree.scope = frame;
  tree.globals = bindModule(tree, block, report);
  new StatementResolver(report).resolveModule(tree.body, block);
  problems.sort((a, b) => a.span.start - b.span.start);
  return problems.map((problem) => makeDiagnostic(tree.source, problem));
}

/** Binds what a module's statements bind, each name once, and returns the globals. */
function bindModule(tree: Module, block: Block, report: (problem: Problem) => void): Variable[] {
  const globals: Variable[] = [];
  const refuseSecond = (name: Identifier): boolean => {
    const first = block.own(name.name);
    if (first === undefined) return false;
    const { line } = tree.source.position(first.at.start);
    const what = first.variable.kind === "global" ? "global" : "loaded name";
    report({ span: name, message: `cannot reassign ${what} ${name.name}, bound on line ${line}` });
    return true;
  };
  const addGlobal = (name: Identifier): void => {
    const variable: Variable = { name: name.name, kind: "global", index: globals.length };
    globals.push(variable);
    block.bind(name, variable);
  };
  const visitor = {
    onName: (name: Identifier): void => {
      if (!refuseSecond(name)) addGlobal(name);
    },
    onLoad: ({ local }: { readonly local: Identifier }): void => {
      if (!refuseSecond(local)) block.bindLocal(local.name, local);
    },
  };
  const isBlock = ({ kind }: Statement): boolean => kind === "if" || kind === "for";
  visitBindings(
    tree.body.filter((statement) => !isBlock(statement)),
    visitor,
  );
  // These are refused as a whole; what they bind is no further mistake.
  visitBindings(tree.body.filter(isBlock), {
    onName: (name) => block.own(name.name) ?? addGlobal(name),
    onLoad: ({ local }) => block.bindLocal(local.name, local),
  });
  return globals;
}
