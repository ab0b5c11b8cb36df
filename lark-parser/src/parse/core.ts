import type { ScanFault } from "../scan/number.ts";
import { Scanner } from "../scan/scanner.ts";
import { describeToken, reservedWordHint, type TokenKind } from "../scan/tokens.ts";
import type { Span } from "../source.ts";
import type { Expression, Identifier } from "../tree.ts";
import { unresolvedVariable } from "../variable.ts";

/** How deep brackets, blocks and operators may nest; each level costs the reader's own stack several calls. */
const NESTING_MAX_DEPTH = 1000;

/** How high an expression's tree may grow; a chain like `1 + 1 + ...` or `f()()...` is as high as it is long. */
const EXPRESSION_MAX_HEIGHT = 5000;

/**
 * The current token and what all parts of the parser do with it. A problem is kept and ends the input, so that nobody
 * has to check for it: the tree is then thrown away.
 */
export abstract class ParserCore {
  protected readonly scanner: Scanner;
  /** Of the expression that was parsed last. */
  protected height = 0;
  #depth = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  /** One expression; no tuple without parentheses. */
  protected abstract parseTest(): Expression;

  /** One expression or several with commas, then a tuple. */
  protected abstract parseExpressions(isBracketed: boolean): Expression;

  /** The current token's kind. */
  protected peek(): TokenKind {
    return this.scanner.kind;
  }

  /** Whether the current token is of this kind. */
  protected at(kind: TokenKind): boolean {
    return this.scanner.kind === kind;
  }

  protected get start(): number {
    return this.scanner.start;
  }

  /** Where what has been read so far ends. */
  protected get previousEnd(): number {
    return this.scanner.previousEnd;
  }

  protected next(): void {
    this.scanner.next();
  }

  /** Steps over a token of this kind, if it is one. */
  protected accept(kind: TokenKind): boolean {
    if (this.scanner.kind !== kind) return false;
    this.scanner.next();
    return true;
  }

  /** Steps over a token that must be there, and says where it was. */
  protected expect(kind: TokenKind, wanted = `'${kind}'`): Span {
    const span = this.tokenSpan();
    if (!this.accept(kind)) this.failOnToken(wanted);
    return span;
  }

  protected tokenSpan(): Span {
    return { start: this.scanner.start, end: this.scanner.end };
  }

  protected tokenText(): string {
    return this.scanner.text.slice(this.scanner.start, this.scanner.end);
  }

  protected fail(fault: ScanFault): void {
    this.scanner.fail(fault);
  }

  /** The current token is not what must stand here. */
  protected failOnToken(wanted: string, hint?: string): void {
    if (this.scanner.fault !== undefined) return;
    const text = this.tokenText();
    if (this.at("reserved")) {
      const message = `'${text}' is a reserved word that Starlark does not have`;
      return void this.fail({ span: this.tokenSpan(), message, hint: reservedWordHint(text) });
    }
    const message = `expected ${wanted}, found ${describeToken(this.peek(), text)}`;
    this.fail({ span: this.tokenSpan(), message, hint });
  }

  protected parseIdentifier(wanted = "a name"): Identifier {
    const span = this.tokenSpan();
    const name = this.tokenText();
    this.expect("identifier", wanted);
    return { kind: "identifier", name, ...span, variable: unresolvedVariable };
  }

  /** Runs what may nest without bound one level deeper; past the limit `parse` is not run. */
  protected nest<T>(parse: () => T, placeholder: () => T): T {
    if (this.#depth >= NESTING_MAX_DEPTH) {
      const message = `nested too deeply: more than ${NESTING_MAX_DEPTH} levels`;
      this.fail({ span: this.tokenSpan(), message });
      return placeholder();
    }
    this.#depth++;
    const parsed = parse();
    this.#depth--;
    return parsed;
  }

  /** Sets the height of a node whose highest child is `childHeight`. */
  protected growTo(childHeight: number): void {
    this.height = childHeight + 1;
    if (this.height <= EXPRESSION_MAX_HEIGHT) return;
    const message = `expression too long: more than ${EXPRESSION_MAX_HEIGHT} operations on each other's results`;
    this.fail({ span: this.tokenSpan(), message, hint: "split it over several statements" });
  }

  /** What stands for an expression that is not there, once the input has ended in a fault. */
  protected placeholder(): Identifier {
    return { kind: "identifier", name: "", start: this.start, end: this.start, variable: unresolvedVariable };
  }
}
