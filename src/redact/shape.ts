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

/** Matches at exactly this place; the secret is the group `secret` (of a pattern with `d`), or all of it. */
export function matchAt(pattern: RegExp, text: string, at: number): Span | null {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (!match) return null;
  const [start, end] = match.indices?.groups?.secret ?? [at, at + match[0].length];
  return { start, end };
}

const TOKEN_CHARACTER = /[\w+/=.~-]/;
/** What keys and tokens are made of; a full stop at the end is the sentence's. */
const TOKEN = /(?:[\w+/=~-]|\.(?=[\w+/=~.-]))*/y;

/** From here to where the token ends. */
export function endOfToken(text: string, from: number): number {
  TOKEN.lastIndex = from;
  TOKEN.exec(text);
  return Math.max(from, TOKEN.lastIndex);
}

/** Where the last token of a text begins. */
export function findLastToken(text: string): number {
  let start = text.length;
  while (start > 0 && TOKEN_CHARACTER.test(text[start - 1] as string)) start--;
  return start;
}

/** Whether a token can begin here: not in the middle of another one, but after an escaped line end (`\n`). */
export function beginsToken(text: string, at: number): boolean {
  if (at === 0 || !/[\w-]/.test(text[at - 1] as string)) return true;
  return at > 1 && text[at - 2] === "\\" && /[nrt]/.test(text[at - 1] as string);
}
