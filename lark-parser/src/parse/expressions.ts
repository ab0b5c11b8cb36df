import type { TokenKind } from "../scan/tokens.ts";
import type { BinaryOperator, Expression, UnaryOperator } from "../tree.ts";
import { unresolvedScope } from "../variable.ts";
import { OperandParser } from "./operands.ts";

const NOT_LEVEL = 3;
const COMPARISON_LEVEL = 4;
const UNARY_LEVEL = 11;

/** How tightly each binary operator binds. The token `not` stands for `not in`. */
const LEVELS: ReadonlyMap<TokenKind, number> = new Map<TokenKind, number>([
  ["or", 1],
  ["and", 2],
  ...(["==", "!=", "<", ">", "<=", ">=", "in", "not"] as const).map((sign) => [sign, COMPARISON_LEVEL] as const),
  ["|", 5],
  ["^", 6],
  ["&", 7],
  ["<<", 8],
  [">>", 8],
  ["+", 9],
  ["-", 9],
  ["*", 10],
  ["/", 10],
  ["//", 10],
  ["%", 10],
]);

const UNARY: ReadonlySet<TokenKind> = new Set<TokenKind>(["+", "-", "~"]);

/** After these no expression follows a comma: it is a trailing one. */
const ENDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ...([")", "]", "}", ":", ";", "=", "in", "newline", "eof"] as const),
  ...(["+=", "-=", "*=", "/=", "//=", "%=", "&=", "|=", "^=", "<<=", ">>="] as const),
]);

/** Operators, conditionals, lambdas and tuples. */
export abstract class ExpressionParser extends OperandParser {
  protected parseExpressions(isBracketed: boolean): Expression {
    const start = this.start;
    const first = this.parseTest();
    if (!this.at(",")) return first;
    const elements = [first];
    let height = this.height;
    while (this.at(",")) {
      const comma = this.tokenSpan();
      this.next();
      if (ENDS.has(this.peek())) {
        if (!isBracketed) this.#failOnTrailingComma(comma);
        break;
      }
      elements.push(this.parseTest());
      height = Math.max(height, this.height);
    }
    this.growTo(height);
    return { kind: "tuple", elements, start, end: this.previousEnd };
  }

  #failOnTrailingComma(span: { start: number; end: number }): void {
    const hint = "put parentheses around the tuple, or take the comma away";
    this.fail({ span, message: "a tuple with a trailing comma needs parentheses", hint });
  }

  protected parseTest(): Expression {
    return this.nest<Expression>(
      () => (this.at("lambda") ? this.#parseLambda(() => this.parseTest()) : this.#parseConditional()),
      () => this.placeholder(),
    );
  }

  protected parseCondition(): Expression {
    return this.nest<Expression>(
      () => (this.at("lambda") ? this.#parseLambda(() => this.parseCondition()) : this.parseOperation()),
      () => this.placeholder(),
    );
  }

  protected parseOperation(): Expression {
    return this.#parseBinary(1);
  }

  #parseConditional(): Expression {
    const start = this.start;
    const then = this.parseOperation();
    if (!this.accept("if")) return then;
    let height = this.height;
    const condition = this.parseOperation();
    height = Math.max(height, this.height);
    if (!this.accept("else")) this.failOnToken("'else'", "a conditional expression is written: a if condition else b");
    const orElse = this.parseTest();
    this.growTo(Math.max(height, this.height));
    return { kind: "conditional", condition, then, orElse, start, end: this.previousEnd };
  }

  #parseLambda(parseBody: () => Expression): Expression {
    const { start } = this.expect("lambda");
    const parameters = this.parseParameters(":");
    this.expect(":");
    const value = parseBody();
    this.growTo(this.height);
    const end = this.previousEnd;
    const body = [{ kind: "return", value, start: value.start, end } as const];
    return { kind: "lambda", parameters, body, scope: unresolvedScope, start, end };
  }

  /** Operators that bind at least as tightly as `level`, all of them to the left. */
  #parseBinary(level: number): Expression {
    const start = this.start;
    let left = this.#parseUnary(level);
    for (;;) {
      const found = LEVELS.get(this.peek()) ?? 0;
      if (found === 0 || found < level) return left;
      const height = this.height;
      const { operator, at } = this.#readOperator();
      const right = this.#parseBinary(found + 1);
      this.growTo(Math.max(height, this.height));
      left = { kind: "binary", operator, at, left, right, start, end: this.previousEnd };
      if (found === COMPARISON_LEVEL && LEVELS.get(this.peek()) === COMPARISON_LEVEL) this.#failOnChain(operator);
    }
  }

  #readOperator(): { operator: BinaryOperator; at: { start: number; end: number } } {
    const { start } = this;
    const kind = this.peek();
    this.next();
    if (kind === "not") this.expect("in");
    const operator = kind === "not" ? "not in" : (kind as BinaryOperator);
    return { operator, at: { start, end: this.previousEnd } };
  }

  #failOnChain(operator: BinaryOperator): void {
    const message = `comparisons do not chain: ${operator} and ${this.tokenText()} need parentheses`;
    this.fail({ span: this.tokenSpan(), message, hint: "write: a < b and b < c" });
  }

  #parseUnary(level: number): Expression {
    const isNot = this.at("not") && level <= NOT_LEVEL;
    if (!isNot && !UNARY.has(this.peek())) return this.parsePrimary();
    const { start } = this;
    const operator = this.peek() as UnaryOperator;
    this.next();
    const operand = this.nest<Expression>(
      () => (isNot ? this.#parseBinary(NOT_LEVEL) : this.#parseUnary(UNARY_LEVEL)),
      () => this.placeholder(),
    );
    this.growTo(this.height);
    return { kind: "unary", operator, operand, start, end: this.previousEnd };
  }
}
