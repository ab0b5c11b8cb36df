import type { Place, Source, Span } from "../source.ts";
import type { Expression, FunctionPart, LoadItem, LoadStatement, Statement, Target } from "../tree.ts";
import type { Value } from "../values/value.ts";
import { Failure, toFault } from "./failure.ts";
import type { Eval, Exec, Store } from "./frame.ts";
import type { Evaluation } from "./thread.ts";

/** A module while it runs. */
export interface ModuleState {
  readonly source: Source;
  /** By the index that the resolver gave; undefined until bound. */
  readonly globals: (Value | undefined)[];
  /** What the host and the universe give, by name. */
  readonly predeclared: ReadonlyMap<string, Value>;
}

/** What the parts of the compiler need of each other, handed down so that none imports another's caller. */
export interface CompilerParts {
  expression(c: FunctionContext, expression: Expression): Eval;
  block(c: FunctionContext, statements: readonly Statement[]): Exec;
  target(c: FunctionContext, target: Target): Store;
  /** Gives the function's value each time that its definition is reached. */
  functionValue(c: FunctionContext, part: FunctionPart, name: string): Eval;
  /** Runs the module of a load statement, unless it has run, and gives what it exports. */
  load(c: FunctionContext, statement: LoadStatement): (item: LoadItem) => Value;
}

/**
 * The function, or the module's own statements, that is being compiled. Trees become closures: each node is turned,
 * once, into a function of the frame that does what the node says.
 */
export class FunctionContext {
  constructor(
    /** As it stands in a call stack. */
    readonly name: string,
    readonly module: ModuleState,
    readonly thread: Evaluation,
    readonly parts: CompilerParts,
  ) {}

  expression(expression: Expression): Eval {
    return this.parts.expression(this, expression);
  }

  block(statements: readonly Statement[]): Exec {
    return this.parts.block(this, statements);
  }

  target(target: Target): Store {
    return this.parts.target(this, target);
  }

  load(statement: LoadStatement): (item: LoadItem) => Value {
    return this.parts.load(this, statement);
  }

  place(span: Span): Place {
    return { source: this.module.source, span };
  }

  /** What to throw for an error that arose at a span of this function. One that has a place keeps it. */
  locate(error: unknown, span: Span): Failure {
    if (error instanceof Failure) return error;
    const place = this.place(span);
    const failure = new Failure(toFault(error), place);
    failure.addFrame(this.name, place);
    return failure;
  }
}
