import { type Diagnostic, makeDiagnostic } from "./diagnostics.ts";
import { Failure } from "./evaluate/failure.ts";
import { type Loader, ModuleRunner, type SourceLimits, Unrunnable } from "./evaluate/modules.ts";
import { Evaluation } from "./evaluate/thread.ts";
import { visitBindings } from "./resolve/bindings.ts";
import { type Place, Source, type Span } from "./source.ts";
import type { Identifier, Module } from "./tree.ts";
import { UNIVERSE } from "./universe.ts";
import { DEFAULT_LIMITS, type Limits } from "./values/meter.ts";
import type { Value } from "./values/value.ts";

export interface EvaluateOptions {
  /** As it stands in diagnostics, and as loaders see it. */
  readonly filename: string;
  /** What the host gives besides the universe, by name. */
  readonly builtins?: Readonly<Record<string, Value>>;
  /** Finds files for `load`; without it nothing can be loaded. */
  readonly load?: Loader;
  readonly limits?: Partial<Limits & SourceLimits>;
  /** Where `print` goes; nowhere without it. */
  readonly print?: (text: string) => void;
}

export type Evaluated =
  | {
      readonly ok: true;
      /** Every global that was bound, in the order of the source; those with a leading underscore as well. */
      readonly globals: ReadonlyMap<string, Value>;
      /** Where a global is first bound. */
      placeOf(name: string): Place;
    }
  | { readonly ok: false; readonly diagnostics: readonly [Diagnostic, ...Diagnostic[]] };

const SOURCE_LIMITS: SourceLimits = { maxSourceSize: 2 ** 24, maxLoadDepth: 32 };

/**
 * Runs a module. Static errors, all of them, are told before anything runs; of the errors of a run there is one. The
 * values are frozen when it ends. Nothing but a bug of the host's functions is ever thrown.
 */
export function evaluate(text: string, options: EvaluateOptions): Evaluated {
  const { filename, builtins = {}, load, print = () => {} } = options;
  const limits = { ...DEFAULT_LIMITS, ...SOURCE_LIMITS, ...options.limits };
  const predeclared = new Map([...UNIVERSE, ...Object.entries(builtins)]);
  const runner = new ModuleRunner({ thread: new Evaluation(limits, print), predeclared, load, limits });
  try {
    const { tree, globals } = runner.run(filename, text);
    return { ok: true, globals, placeOf: (name) => ({ source: tree.source, span: findBinding(tree, name) }) };
  } catch (error) {
    // A program can be deep enough for the compiler to run out of stack before any of it runs.
    if (error instanceof RangeError) return { ok: false, diagnostics: [tooDeep(filename, text)] };
    return { ok: false, diagnostics: explain(error) };
  }
}

function tooDeep(filename: string, text: string): Diagnostic {
  const message = "nested too deeply to be run";
  return makeDiagnostic(new Source(filename, text), { span: { start: 0, end: 0 }, message });
}

function explain(error: unknown): [Diagnostic, ...Diagnostic[]] {
  if (error instanceof Failure) return [error.toDiagnostic()];
  const [first, ...rest] = error instanceof Unrunnable ? error.diagnostics : [];
  if (first === undefined) throw error;
  return [first, ...rest];
}

function findBinding(tree: Module, name: string): Span {
  let found: Identifier | undefined;
  const visit = (identifier: Identifier): void => {
    if (identifier.name === name) found ??= identifier;
  };
  visitBindings(tree.body, { onName: visit, onLoad: ({ local }) => visit(local) });
  return found ?? { start: 0, end: 0 };
}
