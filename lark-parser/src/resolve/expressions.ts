import type { Problem } from "../diagnostics.ts";
import { didYouMean } from "../suggest.ts";
import type { Clause, Comprehension, Expression, FunctionPart, Identifier, Target } from "../tree.ts";
import { visitTarget } from "./bindings.ts";
import { Block, Frame } from "./blocks.ts";
import { checkArguments, checkParameters } from "./check_calls.ts";

/** A search for similar names looks at every name in scope. */
const SUGGESTIONS_MAX = 100;

/** Finds what the names of expressions mean, and says which mean nothing. */
export abstract class ExpressionResolver {
  readonly #undefinedNames = new Set<string>();

  protected abstract report(problem: Problem): void;

  /** The body of a function, whose parameters are bound already. */
  protected abstract resolveBody(part: FunctionPart, block: Block): void;

  protected resolveExpression(expression: Expression, block: Block): void {
    switch (expression.kind) {
      case "identifier":
        this.resolveName(expression, block);
        break;
      case "list":
      case "tuple":
        for (const element of expression.elements) this.resolveExpression(element, block);
        break;
      case "dict":
        for (const { key, value } of expression.entries) {
          this.resolveExpression(key, block);
          this.resolveExpression(value, block);
        }
        break;
      case "list-comprehension":
      case "dict-comprehension":
        this.#resolveComprehension(expression, block);
        break;
      case "conditional":
        this.resolveExpression(expression.condition, block);
        this.resolveExpression(expression.then, block);
        this.resolveExpression(expression.orElse, block);
        break;
      case "unary":
        this.resolveExpression(expression.operand, block);
        break;
      case "binary":
        this.resolveExpression(expression.left, block);
        this.resolveExpression(expression.right, block);
        break;
      case "lambda":
        this.resolveFunction(expression, block);
        break;
      case "call":
        this.resolveExpression(expression.callee, block);
        checkArguments(expression.arguments, (problem) => this.report(problem));
        for (const { value } of expression.arguments) this.resolveExpression(value, block);
        break;
      case "index":
        this.resolveExpression(expression.object, block);
        this.resolveExpression(expression.index, block);
        break;
      case "slice":
        this.resolveExpression(expression.object, block);
        for (const bound of [expression.low, expression.high, expression.step]) this.resolveOptional(bound, block);
        break;
      case "dot":
        this.resolveExpression(expression.object, block);
        break;
    }
  }

  protected resolveOptional(expression: Expression | undefined, block: Block): void {
    if (expression !== undefined) this.resolveExpression(expression, block);
  }

  protected resolveTarget(target: Target, block: Block): void {
    if (target.kind !== "sequence-target") this.resolveExpression(target, block);
    else for (const element of target.elements) this.resolveTarget(element, block);
  }

  protected resolveName(identifier: Identifier, block: Block): void {
    const { name } = identifier;
    const variable = block.find(name);
    if (variable !== undefined) {
      identifier.variable = variable;
      return;
    }
    if (this.#undefinedNames.has(name)) return;
    this.#undefinedNames.add(name);
    const hint = this.#undefinedNames.size > SUGGESTIONS_MAX ? undefined : didYouMean(name, block.names());
    this.report({ span: identifier, message: `undefined: ${name}`, hint });
  }

  /** Defaults belong to the block around the function. */
  protected resolveFunction(part: FunctionPart, block: Block): void {
    checkParameters(part.parameters, (problem) => this.report(problem));
    for (const parameter of part.parameters) {
      if (parameter.kind === "parameter") this.resolveOptional(parameter.default, block);
    }
    const frame = new Frame(block);
    const inside = new Block(frame);
    for (const { name } of part.parameters) {
      if (name === undefined) continue;
      inside.bindLocal(name.name, name);
      this.resolveName(name, inside);
    }
    part.scope = frame;
    this.resolveBody(part, inside);
  }

  #resolveComprehension(comprehension: Comprehension, block: Block): void {
    const { clauses } = comprehension;
    const first = clauses[0];
    if (first?.kind === "for-clause") this.resolveExpression(first.iterable, block);
    const inside = new Block(block.frame, block);
    for (const clause of clauses) {
      if (clause.kind !== "for-clause") continue;
      visitTarget(clause.target, { onName: (name) => inside.bindLocal(name.name, name) });
    }
    for (const clause of clauses) this.#resolveClause(clause, clause === first, inside);
    if (comprehension.kind === "list-comprehension") this.resolveExpression(comprehension.body, inside);
    else {
      this.resolveExpression(comprehension.body.key, inside);
      this.resolveExpression(comprehension.body.value, inside);
    }
  }

  #resolveClause(clause: Clause, isFirst: boolean, block: Block): void {
    if (clause.kind === "if-clause") this.resolveExpression(clause.condition, block);
    else {
      if (!isFirst) this.resolveExpression(clause.iterable, block);
      this.resolveTarget(clause.target, block);
    }
  }
}
