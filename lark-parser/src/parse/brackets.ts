import type { Clause, DictEntry, Expression, Target } from "../tree.ts";
import { CallParser } from "./calls.ts";
import { toTarget } from "./targets.ts";

/** Parentheses, lists, dicts and comprehensions. */
export abstract class BracketParser extends CallParser {
  protected abstract parsePrimary(): Expression;

  /** An expression without a bare conditional or lambda. */
  protected abstract parseOperation(): Expression;

  /** The condition of a comprehension: a lambda or an operation. */
  protected abstract parseCondition(): Expression;

  /** What a `for` assigns to. Not a whole expression, where `in` would be an operator. */
  protected parseLoopVariables(): Target {
    const start = this.start;
    const first = this.parsePrimary();
    if (!this.at(",")) return this.checkTarget(first);
    const elements = [first];
    while (this.accept(",")) elements.push(this.parsePrimary());
    return this.checkTarget({ kind: "tuple", elements, start, end: this.previousEnd });
  }

  protected checkTarget(expression: Expression): Target {
    const found = toTarget(expression);
    if (found.ok) return found.target;
    this.fail(found.fault);
    return this.placeholder();
  }

  /** A single expression in parentheses is that expression. */
  protected parseParentheses(): Expression {
    const { start } = this.expect("(");
    if (this.accept(")")) return { kind: "tuple", elements: [], start, end: this.previousEnd };
    const first = this.parseTest();
    if (!this.at(",")) {
      if (this.at("for")) this.failOnToken("')'", "a comprehension stands in [] or {}");
      this.expect(")", "',' or ')'");
      return first;
    }
    const elements = this.#parseElements(first, ")");
    return { kind: "tuple", elements, start, end: this.previousEnd };
  }

  protected parseList(): Expression {
    const { start } = this.expect("[");
    if (this.accept("]")) return { kind: "list", elements: [], start, end: this.previousEnd };
    const first = this.parseTest();
    if (!this.at("for")) {
      const elements = this.#parseElements(first, "]");
      return { kind: "list", elements, start, end: this.previousEnd };
    }
    const clauses = this.#parseClauses();
    this.expect("]", "'for', 'if' or ']'");
    return { kind: "list-comprehension", body: first, clauses, start, end: this.previousEnd };
  }

  protected parseDict(): Expression {
    const { start } = this.expect("{");
    if (this.accept("}")) return { kind: "dict", entries: [], start, end: this.previousEnd };
    const first = this.#parseEntry();
    if (this.at("for")) {
      const clauses = this.#parseClauses();
      this.expect("}", "'for', 'if' or '}'");
      return { kind: "dict-comprehension", body: first, clauses, start, end: this.previousEnd };
    }
    const entries = [first];
    let height = this.height;
    while (this.accept(",") && !this.at("}")) {
      entries.push(this.#parseEntry());
      height = Math.max(height, this.height);
    }
    this.expect("}", "',' or '}'");
    this.growTo(height);
    return { kind: "dict", entries, start, end: this.previousEnd };
  }

  /** The elements after the first, and the closing bracket. */
  #parseElements(first: Expression, close: ")" | "]"): Expression[] {
    const elements = [first];
    let height = this.height;
    while (this.accept(",") && !this.at(close)) {
      elements.push(this.parseTest());
      height = Math.max(height, this.height);
    }
    this.expect(close, `',' or '${close}'`);
    this.growTo(height);
    return elements;
  }

  #parseEntry(): DictEntry {
    const start = this.start;
    const key = this.parseTest();
    const height = this.height;
    const isSet = this.at(",") || this.at("}");
    if (!this.accept(":")) this.failOnToken("':'", isSet ? "Starlark has no set literals: call set([...])" : undefined);
    const value = this.parseTest();
    this.height = Math.max(height, this.height);
    return { key, value, start, end: this.previousEnd };
  }

  /** From a `for` to the bracket that closes the comprehension. */
  #parseClauses(): Clause[] {
    const clauses: Clause[] = [];
    let height = this.height;
    while (this.at("for") || this.at("if")) {
      clauses.push(this.#parseClause());
      height = Math.max(height, this.height);
    }
    this.growTo(height);
    return clauses;
  }

  #parseClause(): Clause {
    const start = this.start;
    if (this.accept("if")) {
      return { kind: "if-clause", condition: this.parseCondition(), start, end: this.previousEnd };
    }
    this.expect("for");
    const target = this.parseLoopVariables();
    this.expect("in");
    return { kind: "for-clause", target, iterable: this.parseOperation(), start, end: this.previousEnd };
  }
}
