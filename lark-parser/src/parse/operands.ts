import type { Span } from "../source.ts";
import type { Expression, StringLiteral } from "../tree.ts";
import { BracketParser } from "./brackets.ts";

/** Names, literals, and what may follow an operand: calls, indexes, slices, attributes. */
export abstract class OperandParser extends BracketParser {
  /** An operand with all its suffixes. */
  protected parsePrimary(): Expression {
    const start = this.start;
    let object = this.#parseOperand();
    for (;;) {
      const height = this.height;
      const longer = this.#parseSuffix(object, start);
      if (longer === undefined) return object;
      object = longer;
      this.growTo(Math.max(height, this.height));
    }
  }

  #parseSuffix(object: Expression, start: number): Expression | undefined {
    const at = this.tokenSpan();
    if (this.at("(")) {
      const found = this.parseArguments();
      return { kind: "call", callee: object, at, arguments: found, start, end: this.previousEnd };
    }
    if (this.at("[")) return this.#parseIndexOrSlice(object, start);
    if (!this.accept(".")) return undefined;
    const name = this.parseIdentifier("an attribute's name");
    return { kind: "dot", object, name: name.name, at: { start: name.start, end: name.end }, start, end: name.end };
  }

  #parseIndexOrSlice(object: Expression, start: number): Expression {
    const at = this.expect("[");
    this.height = 0;
    const low = this.at(":") ? undefined : this.parseExpressions(true);
    if (low !== undefined && !this.at(":")) {
      this.expect("]", "':' or ']'");
      return { kind: "index", object, at, index: low, start, end: this.previousEnd };
    }
    let height = this.height;
    const high = this.#parseBound();
    height = Math.max(height, this.height);
    const step = this.#parseBound();
    this.height = Math.max(height, this.height);
    this.expect("]");
    return { kind: "slice", object, at, low, high, step, start, end: this.previousEnd };
  }

  /** What stands after a colon of a slice; nothing may. */
  #parseBound(): Expression | undefined {
    if (!this.accept(":") || this.at(":") || this.at("]")) return undefined;
    return this.parseTest();
  }

  #parseOperand(): Expression {
    this.height = 1;
    switch (this.peek()) {
      case "identifier":
        return this.parseIdentifier();
      case "int":
      case "float":
      case "bytes":
        return this.#parseLiteral(this.tokenSpan());
      case "string":
        return this.parseString();
      case "(":
        return this.parseParentheses();
      case "[":
        return this.parseList();
      case "{":
        return this.parseDict();
      default:
        this.failOnToken("an expression");
        return this.placeholder();
    }
  }

  /** A string that must be there. */
  protected parseString(wanted = "a string"): StringLiteral {
    const { value } = this.scanner;
    const raw = this.tokenText();
    const span = this.expect("string", wanted);
    return { kind: "string", value: typeof value === "string" ? value : "", raw, ...span };
  }

  #parseLiteral(span: Span): Expression {
    const { value, kind } = this.scanner;
    const raw = this.tokenText();
    this.next();
    if (value instanceof Uint8Array) return { kind: "bytes", value, raw, ...span };
    if (kind === "float") return { kind: "float", value: Number(value), raw, ...span };
    return { kind: "int", value: typeof value === "string" ? 0 : value, raw, ...span };
  }
}
