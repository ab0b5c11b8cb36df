import type { ScanFault } from "../scan/number.ts";
import type { TokenKind } from "../scan/tokens.ts";
import type { Span } from "../source.ts";
import type { AugmentedOperator, Comment, Expression, IfBranch, LoadItem, Statement } from "../tree.ts";
import { unresolvedScope, unresolvedVariable } from "../variable.ts";
import { ExpressionParser } from "./expressions.ts";
import { toSimpleTarget } from "./targets.ts";

const AUGMENTED: ReadonlyMap<TokenKind, AugmentedOperator> = new Map<TokenKind, AugmentedOperator>([
  ["+=", "+"],
  ["-=", "-"],
  ["*=", "*"],
  ["/=", "/"],
  ["//=", "//"],
  ["%=", "%"],
  ["&=", "&"],
  ["|=", "|"],
  ["^=", "^"],
  ["<<=", "<<"],
  [">>=", ">>"],
]);

/** What a file's text holds; when there is a fault, the statements mean nothing. */
export interface ParsedFile {
  readonly body: readonly Statement[];
  readonly comments: readonly Comment[];
  readonly fault: ScanFault | undefined;
}

/** Statements and blocks. */
export class StatementParser extends ExpressionParser {
  /** Reads the whole text. */
  parseFile(): ParsedFile {
    const body: Statement[] = [];
    this.next();
    while (!this.at("eof")) this.#parseStatement(body);
    return { body, comments: this.scanner.comments, fault: this.scanner.fault };
  }

  /** A line may hold several. */
  #parseStatement(into: Statement[]): void {
    if (this.at("def")) into.push(this.#parseDef());
    else if (this.at("if")) into.push(this.#parseIf());
    else if (this.at("for")) into.push(this.#parseFor());
    else if (this.at("indent")) this.fail({ span: this.tokenSpan(), message: "unexpected indent" });
    else this.#parseLine(into);
  }

  #parseLine(into: Statement[]): void {
    do {
      into.push(this.#parseSimple());
    } while (this.accept(";") && !this.at("newline"));
    if (!this.accept("newline")) this.failOnToken("the end of the line", this.#findLineHint());
  }

  /** The usual reasons for which a line goes on where it should have ended. */
  #findLineHint(): string | undefined {
    if (this.at("string") || this.at("bytes")) return "Starlark joins strings with +, and has no f-strings";
    if (this.at("=")) return "Starlark assigns one target at a time";
    if (this.at("**")) return "Starlark has no operator for powers";
    return this.at(":") ? "Starlark has no type annotations" : undefined;
  }

  #parseSimple(): Statement {
    const span = this.tokenSpan();
    const kind = this.peek();
    switch (kind) {
      case "pass":
      case "break":
      case "continue":
        this.next();
        return { kind, ...span };
      case "return":
        return this.#parseReturn();
      case "load":
        return this.#parseLoad();
      default:
        return this.#parseAssignmentOrExpression();
    }
  }

  #parseReturn(): Statement {
    const { start } = this.expect("return");
    const isBare = this.at("newline") || this.at(";") || this.at("eof");
    const value = isBare ? undefined : this.parseExpressions(false);
    return { kind: "return", value, start, end: this.previousEnd };
  }

  #parseAssignmentOrExpression(): Statement {
    const { start } = this;
    const left = this.parseExpressions(false);
    const at = this.tokenSpan();
    if (this.accept("=")) {
      const target = this.checkTarget(left);
      const value = this.parseExpressions(false);
      return { kind: "assign", target, operator: at, value, start, end: this.previousEnd };
    }
    const operator = AUGMENTED.get(this.peek());
    if (operator === undefined) return { kind: "expression", value: left, start, end: this.previousEnd };
    return this.#parseAugmented({ left, operator, at, start });
  }

  #parseAugmented(head: { left: Expression; operator: AugmentedOperator; at: Span; start: number }): Statement {
    const { left, operator, at, start } = head;
    const found = toSimpleTarget(left);
    if (!found.ok) this.fail(found.fault);
    const target = found.ok ? found.target : this.placeholder();
    this.next();
    const value = this.parseExpressions(false);
    return { kind: "augmented-assign", target, operator, at, value, start, end: this.previousEnd };
  }

  #parseDef(): Statement {
    const { start } = this.expect("def");
    const name = this.parseIdentifier("the function's name");
    this.expect("(");
    const parameters = this.parseParameters(")");
    this.expect(")");
    const body = this.#parseBlock();
    return { kind: "def", name, parameters, body, scope: unresolvedScope, start, end: endOf(body, this.previousEnd) };
  }

  #parseIf(): Statement {
    const { start } = this;
    const branches: IfBranch[] = [];
    do {
      const branchStart = this.start;
      this.next();
      const condition = this.#parseBlockCondition();
      const body = this.#parseBlock();
      branches.push({ condition, body, start: branchStart, end: endOf(body, this.previousEnd) });
    } while (this.at("elif"));
    const orElse = this.accept("else") ? this.#parseBlock() : undefined;
    const end = endOf(orElse ?? branches.at(-1)?.body ?? [], this.previousEnd);
    return { kind: "if", branches, orElse, start, end };
  }

  #parseBlockCondition(): Expression {
    const condition = this.parseTest();
    if (this.at("=")) this.failOnToken("':'", "a comparison is written ==");
    return condition;
  }

  #parseFor(): Statement {
    const { start } = this.expect("for");
    const target = this.parseLoopVariables();
    this.expect("in");
    const iterable = this.parseExpressions(false);
    const body = this.#parseBlock();
    return { kind: "for", target, iterable, body, start, end: endOf(body, this.previousEnd) };
  }

  /** From the colon: the rest of the line, or the indented lines that follow. */
  #parseBlock(): Statement[] {
    this.expect(":");
    const body: Statement[] = [];
    if (!this.accept("newline")) {
      const isCompound = this.at("def") || this.at("if") || this.at("for");
      if (isCompound) this.failOnToken("a simple statement", "start the block on a new line");
      else this.#parseLine(body);
      return body;
    }
    this.expect("indent", "an indented block");
    return this.nest(
      () => this.#parseIndented(body),
      () => body,
    );
  }

  #parseIndented(body: Statement[]): Statement[] {
    while (!this.at("outdent") && !this.at("eof")) this.#parseStatement(body);
    this.accept("outdent");
    return body;
  }

  #parseLoad(): Statement {
    const { start } = this.expect("load");
    this.expect("(");
    const module = this.parseString("the name of a module, as a string");
    const items: LoadItem[] = [];
    while (this.accept(",") && !this.at(")")) items.push(this.#parseLoadItem());
    if (items.length === 0) this.failOnToken("',' and a name to load");
    this.expect(")", "',' or ')'");
    return { kind: "load", module, items, start, end: this.previousEnd };
  }

  #parseLoadItem(): LoadItem {
    const { start } = this;
    if (this.at("identifier")) {
      const local = this.parseIdentifier();
      this.expect("=", "'=': load takes names as strings, or local = \"name\"");
      return { local, exported: this.parseString("a name, as a string"), start, end: this.previousEnd };
    }
    const exported = this.parseString("a name, as a string");
    const local = { kind: "identifier", name: exported.value, variable: unresolvedVariable } as const;
    return { local: { ...local, start: start + 1, end: exported.end - 1 }, exported, start, end: exported.end };
  }
}

const endOf = (body: readonly Statement[], otherwise: number): number => body.at(-1)?.end ?? otherwise;
