import type { Problem } from "../diagnostics.ts";
import { classifyWord } from "../scan/tokens.ts";
import type { FunctionPart, LoadItem, Statement } from "../tree.ts";
import { visitBindings } from "./bindings.ts";
import type { Block } from "./blocks.ts";
import { ExpressionResolver } from "./expressions.ts";

interface Place {
  readonly isFunction: boolean;
  readonly isLoop: boolean;
}

const NAME = /^[\p{L}_][\p{L}\p{Nd}_]*$/u;

/** Finds what the names of statements mean, and says which statements stand where they may not. */
export class StatementResolver extends ExpressionResolver {
  readonly #report: (problem: Problem) => void;

  constructor(report: (problem: Problem) => void) {
    super();
    this.#report = report;
  }

  protected report(problem: Problem): void {
    this.#report(problem);
  }

  /** A module's own statements; what they bind is bound already. */
  resolveModule(body: readonly Statement[], block: Block): void {
    this.#resolveStatements(body, block, { isFunction: false, isLoop: false });
  }

  protected resolveBody(part: FunctionPart, block: Block): void {
    visitBindings(part.body, {
      onName: (name) => block.bindLocal(name.name, name),
      onLoad: ({ local }) => block.bindLocal(local.name, local),
    });
    this.#resolveStatements(part.body, block, { isFunction: true, isLoop: false });
  }

  #resolveStatements(statements: readonly Statement[], block: Block, place: Place): void {
    for (const statement of statements) this.#resolveStatement(statement, block, place);
  }

  #resolveStatement(statement: Statement, block: Block, place: Place): void {
    switch (statement.kind) {
      case "def":
        this.resolveName(statement.name, block);
        this.resolveFunction(statement, block);
        break;
      case "if":
        this.#requireFunction("an if statement", { start: statement.start, end: statement.start + 2 }, place);
        for (const { condition, body } of statement.branches) {
          this.resolveExpression(condition, block);
          this.#resolveStatements(body, block, place);
        }
        this.#resolveStatements(statement.orElse ?? [], block, place);
        break;
      case "for":
        this.#requireFunction("a for loop", { start: statement.start, end: statement.start + 3 }, place);
        this.resolveExpression(statement.iterable, block);
        this.resolveTarget(statement.target, block);
        this.#resolveStatements(statement.body, block, { ...place, isLoop: true });
        break;
      case "return":
        if (!place.isFunction) this.report({ span: statement, message: "a return statement must be in a function" });
        this.resolveOptional(statement.value, block);
        break;
      case "break":
      case "continue":
        if (!place.isLoop) this.report({ span: statement, message: `a ${statement.kind} statement must be in a loop` });
        break;
      case "assign":
      case "augmented-assign":
        this.resolveExpression(statement.value, block);
        this.resolveTarget(statement.target, block);
        break;
      case "expression":
        this.resolveExpression(statement.value, block);
        break;
      case "load":
        if (place.isFunction) this.report({ span: statement, message: "a load statement must be at top level" });
        for (const item of statement.items) this.#resolveLoadItem(item, block);
        break;
    }
  }

  #requireFunction(what: string, span: { start: number; end: number }, { isFunction }: Place): void {
    if (isFunction) return;
    const message = `${what} must be in a function`;
    this.report({
      span,
      message,
      hint: "at top level use a comprehension or a conditional expression, or call a function",
    });
  }

  #resolveLoadItem({ local, exported }: LoadItem, block: Block): void {
    const { value } = exported;
    if (!NAME.test(value) || classifyWord(value) !== "identifier") {
      this.report({ span: exported, message: "what is loaded must be a name" });
    } else if (value.startsWith("_")) {
      this.report({ span: exported, message: `${value} is not exported: names with a leading underscore never are` });
    }
    this.resolveName(local, block);
  }
}
