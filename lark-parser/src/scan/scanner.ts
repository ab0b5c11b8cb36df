import type { Comment } from "../tree.ts";
import { type ScanFault, scanNumber } from "./number.ts";
import { matchStringPrefix, scanString } from "./string.ts";
import { classifyWord, type LiteralValue, matchPunctuation, type TokenKind } from "./tokens.ts";

const TAB = 9;
const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const HASH = 35;
const BACKSLASH = 92;

const WORD = /[\p{L}_][\p{L}\p{Nd}_]*/uy;

/**
 * Splits a source into tokens, one `next` at a time; the fields describe the current one. The first fault is kept and
 * ends the input: from then on every token is `eof`, so that whoever reads comes to its end by itself.
 */
export class Scanner {
  readonly text: string;
  readonly comments: Comment[] = [];
  kind: TokenKind = "newline";
  start = 0;
  end = 0;
  /** Where the token before this one ended. */
  previousEnd = 0;
  /** Of a literal. */
  value: LiteralValue = "";
  fault: ScanFault | undefined;

  #at: number;
  #openBrackets = 0;
  #isLineStart = true;
  #indents = [0];
  /** Blocks that end before the next token. */
  #endingBlocks = 0;

  constructor(text: string) {
    this.text = text;
    this.#at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  }

  /** Keeps the first fault and ends the input. */
  fail(fault: ScanFault): void {
    this.fault ??= fault;
    this.kind = "eof";
  }

  /** Steps to the next token. */
  next(): void {
    if (this.fault !== undefined) return;
    this.previousEnd = this.end;
    if (this.#endingBlocks === 0 && this.#isLineStart && this.#openBrackets === 0 && this.#startLine()) return;
    if (this.#endingBlocks > 0) {
      this.#endingBlocks--;
      this.#setToken("outdent", this.#at, this.#at);
      return;
    }
    if (this.#skipSpace()) this.#scanToken();
  }

  /** Measures a line's indentation. True when it is a token by itself, or wrong. */
  #startLine(): boolean {
    this.#isLineStart = false;
    const { lineStart, tab } = this.#findCode();
    const isEnd = this.#at >= this.text.length;
    if (tab !== undefined && !isEnd) {
      this.fail({ span: { start: tab, end: tab + 1 }, message: "indentation must be spaces, not tabs" });
      return true;
    }
    const width = isEnd ? 0 : this.#at - lineStart;
    const current = this.#indents.at(-1) ?? 0;
    if (width > current) {
      this.#indents.push(width);
      this.#setToken("indent", lineStart, this.#at);
      return true;
    }
    while (width < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop();
      this.#endingBlocks++;
    }
    if (width === (this.#indents.at(-1) ?? 0)) return false;
    const message = "unindent does not match any outer indentation level";
    this.fail({ span: { start: lineStart, end: this.#at }, message });
    return true;
  }

  /** Steps over blank lines and lines with nothing but a comment, to the first code of the next line. */
  #findCode(): { lineStart: number; tab: number | undefined } {
    for (;;) {
      const lineStart = this.#at;
      let tab: number | undefined;
      let code = this.text.charCodeAt(this.#at);
      while (code === SPACE || code === TAB) {
        if (code === TAB) tab ??= this.#at;
        code = this.text.charCodeAt(++this.#at);
      }
      if (code === HASH) this.#skipComment(true);
      else if (code !== LINE_FEED && code !== RETURN) return { lineStart, tab };
      if (this.#at >= this.text.length) return { lineStart, tab };
      this.#skipLineEnd();
    }
  }

  /** Steps to the next token of the line. False when the scanner stands on a token already, or met a fault. */
  #skipSpace(): boolean {
    for (;;) {
      const code = this.text.charCodeAt(this.#at);
      if (code === SPACE || code === TAB) this.#at++;
      else if (code === HASH) this.#skipComment(false);
      else if (code === BACKSLASH) {
        const at = this.#at++;
        if (!this.#skipLineEnd()) {
          this.fail({ span: { start: at, end: at + 1 }, message: "stray backslash" });
          return false;
        }
      } else if ((code === LINE_FEED || code === RETURN) && this.#openBrackets > 0) this.#skipLineEnd();
      else return true;
    }
  }

  #scanToken(): void {
    const { text } = this;
    const start = this.#at;
    const code = text.charCodeAt(start);
    if (start >= text.length) this.#scanEnd();
    else if (code === LINE_FEED || code === RETURN) {
      this.#skipLineEnd();
      this.#isLineStart = true;
      this.#setToken("newline", start, start);
    } else if (isDigit(code) || (code === 46 && isDigit(text.charCodeAt(start + 1)))) this.#scanNumber(start);
    else if (isWordStart(code)) this.#scanWordOrString(start);
    else if (code === 34 || code === 39) this.#scanString(start, 0);
    else this.#scanPunctuation(start);
  }

  #scanEnd(): void {
    const end = this.text.length;
    if (this.kind !== "newline" && this.kind !== "outdent" && this.kind !== "eof" && this.#openBrackets === 0) {
      this.#isLineStart = true;
      this.#setToken("newline", end, end);
    } else this.#setToken("eof", end, end);
  }

  #scanNumber(start: number): void {
    const found = scanNumber(this.text, start);
    if (!found.ok) return void this.fail(found.fault);
    this.value = found.value;
    this.#setToken(found.kind, start, found.end);
  }

  #scanString(start: number, prefixLength: number): void {
    const found = scanString(this.text, start, prefixLength);
    if (!found.ok) return void this.fail(found.fault);
    this.value = found.value;
    this.#setToken(found.kind, start, found.end);
  }

  #scanWordOrString(start: number): void {
    const code = this.text.charCodeAt(start);
    const prefixLength = code === 98 || code === 114 ? matchStringPrefix(this.text, start) : undefined;
    if (prefixLength !== undefined) return void this.#scanString(start, prefixLength);
    let end = start;
    while (isAsciiWord(this.text.charCodeAt(end))) end++;
    if (this.text.charCodeAt(end) > 127) {
      WORD.lastIndex = start;
      end = start + (WORD.exec(this.text)?.[0].length ?? 0);
    }
    if (end === start) return void this.#failOnCharacter(start);
    this.#setToken(classifyWord(this.text.slice(start, end)), start, end);
  }

  #scanPunctuation(start: number): void {
    const sign = matchPunctuation(this.text, start);
    if (sign === undefined) return void this.#failOnCharacter(start);
    if (sign === "(" || sign === "[" || sign === "{") this.#openBrackets++;
    // One too many is the parser's to report.
    if ((sign === ")" || sign === "]" || sign === "}") && this.#openBrackets > 0) this.#openBrackets--;
    this.#setToken(sign, start, start + sign.length);
  }

  #failOnCharacter(start: number): void {
    const code = this.text.codePointAt(start) ?? 0;
    const character = String.fromCodePoint(code);
    const isVisible = /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character);
    const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    this.fail({
      span: { start, end: start + character.length },
      message: `unexpected character ${isVisible ? `'${character}'` : name}`,
      hint: character === "!" ? "negation is written: not x" : undefined,
    });
  }

  #skipComment(ownLine: boolean): void {
    const start = this.#at;
    while (this.#at < this.text.length && !isLineEnd(this.text.charCodeAt(this.#at))) this.#at++;
    const text = this.text.slice(start, this.#at);
    const isOwn = ownLine || this.#isAfterLineStart(start);
    this.comments.push({ text, start, end: this.#at, ownLine: isOwn });
  }

  #isAfterLineStart(at: number): boolean {
    let before = at - 1;
    while (this.text.charCodeAt(before) === SPACE || this.text.charCodeAt(before) === TAB) before--;
    return before < 0 || isLineEnd(this.text.charCodeAt(before));
  }

  #skipLineEnd(): boolean {
    const code = this.text.charCodeAt(this.#at);
    if (!isLineEnd(code)) return false;
    this.#at += code === RETURN && this.text.charCodeAt(this.#at + 1) === LINE_FEED ? 2 : 1;
    return true;
  }

  #setToken(kind: TokenKind, start: number, end: number): void {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.#at = Math.max(this.#at, end);
  }
}

const isLineEnd = (code: number): boolean => code === LINE_FEED || code === RETURN;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isWordStart = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code > 127;
const isAsciiWord = (code: number): boolean => code <= 127 && (isWordStart(code) || isDigit(code));
