import type { Argument, Expression, Parameter } from "../tree.ts";
import { ParserCore } from "./core.ts";

/** Parameters of functions and arguments of calls. Their legal order is the resolver's to check. */
export abstract class CallParser extends ParserCore {
  /** Up to, not including, the token that closes the list. */
  protected parseParameters(close: ")" | ":"): Parameter[] {
    const parameters: Parameter[] = [];
    while (!this.at(close) && !this.at("eof")) {
      parameters.push(this.#parseParameter());
      if (this.at(close) || !this.#acceptComma(close)) break;
      // A lambda's parameters stand in no brackets, where a trailing comma is not allowed.
      if (close === ":" && this.at(":")) this.failOnToken("a parameter");
    }
    return parameters;
  }

  #parseParameter(): Parameter {
    const start = this.start;
    if (this.accept("**")) {
      const name = this.parseIdentifier("a parameter's name");
      return { kind: "kwargs", name, start, end: name.end };
    }
    if (this.accept("*")) {
      const name = this.at("identifier") ? this.parseIdentifier() : undefined;
      return { kind: "args", name, start, end: this.previousEnd };
    }
    const name = this.parseIdentifier("a parameter's name");
    const value = this.accept("=") ? this.parseTest() : undefined;
    return { kind: "parameter", name, default: value, start, end: this.previousEnd };
  }

  /** With the parentheses. */
  protected parseArguments(): Argument[] {
    this.expect("(");
    const found: Argument[] = [];
    let height = 0;
    while (!this.at(")") && !this.at("eof")) {
      found.push(this.#parseArgument());
      height = Math.max(height, this.height);
      if (this.at(")") || !this.#acceptComma(")")) break;
    }
    this.height = height;
    this.expect(")");
    return found;
  }

  #parseArgument(): Argument {
    const start = this.start;
    if (this.accept("**")) return { kind: "kwargs", value: this.parseTest(), start, end: this.previousEnd };
    if (this.accept("*")) return { kind: "args", value: this.parseTest(), start, end: this.previousEnd };
    const value = this.parseTest();
    if (!this.at("=")) return { kind: "positional", value, start, end: this.previousEnd };
    // A name in parentheses is an expression, not a keyword.
    if (value.kind !== "identifier" || value.end !== this.previousEnd) this.#failOnKeyword(value);
    this.next();
    const name = value.kind === "identifier" ? value.name : "";
    const nameAt = { start: value.start, end: value.end };
    return { kind: "keyword", name, nameAt, value: this.parseTest(), start, end: this.previousEnd };
  }

  #failOnKeyword(value: Expression): void {
    const hint = "a keyword argument is written name=value, a comparison with ==";
    this.fail({ span: { start: value.start, end: this.previousEnd }, message: "a keyword must be a name", hint });
  }

  #acceptComma(close: ")" | ":"): boolean {
    if (this.accept(",")) return true;
    const hint = this.at(":") ? "Starlark has no type annotations" : undefined;
    this.failOnToken(`',' or '${close}'`, hint);
    return false;
  }
}
