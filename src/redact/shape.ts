/** Where a text holds a secret. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place where one of a shape's words stands. */
export interface Hit extends Span {
  readonly text: string;
  /**
   * Where the last token begins of a text that may end within a secret: what begins from there on and is not whole
   * counts as well. The text's end for a text that is whole.
   */
  readonly tail: number;
}

/** Something that a secret can be told by without knowing it. */
export interface Shape {
  /** What stands in the text in its place: `[redacted:KIND]`. Letters, digits, `-` and `_`. */
  readonly kind: string;
  /** Where none of these stands, there is none. ASCII; case counts. */
  readonly words: readonly string[];
  /**
   * The secret at one of the words. It is asked for each of them, so that it may look at a bounded part of the text
   * only, but for what it then takes.
   */
  readonly find: (hit: Hit) => Span | null;
}

/** Where a sticky pattern that matches at this place ends; -1 where it does not. Makes nothing, for it is asked often. */
export function endOfMatch(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** A table of the ASCII characters that a pattern takes: 1 for those, and nothing beyond the table. */
export const markCharacters = (pattern: RegExp): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));

/** Whether the character here is one of these; what is not ASCII never is, nor what lies outside of the text. */
export function isMarked(marks: Uint8Array, text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 && marks[code] === 1;
}

/** The first place from here on that holds none of these, after so many at most. */
export function skipMarked(marks: Uint8Array, text: string, from: number, most: number): number {
  let at = from;
  while (at < from + most && isMarked(marks, text, at)) at++;
  return at;
}

const WITHIN_TOKEN = markCharacters(/[\w-]/);
const IN_TOKEN = markCharacters(/[\w+/=.~-]/);
/** What keys and tokens are made of; a full stop at the end is the sentence's. */
const TOKEN = /(?:[\w+/=~-]|\.(?=[\w+/=~.-]))*/y;

/** From here to where the token ends. */
export function endOfToken(text: string, from: number): number {
  return endOfMatch(TOKEN, text, from);
}

/** Where the last token of a text begins. */
export function findLastToken(text: string): number {
  let start = text.length;
  while (start > 0 && isMarked(IN_TOKEN, text, start - 1)) start--;
  return start;
}

/** Whether a token can begin here: not in the middle of another one, but after an escaped line end (`\n`). */
export function beginsToken(text: string, at: number): boolean {
  if (at === 0 || !isMarked(WITHIN_TOKEN, text, at - 1)) return true;
  return at > 1 && text[at - 2] === "\\" && /[nrt]/.test(text[at - 1] as string);
}
