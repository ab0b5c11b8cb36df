const KEYWORDS = [
  "and",
  "break",
  "continue",
  "def",
  "elif",
  "else",
  "for",
  "if",
  "in",
  "lambda",
  "load",
  "not",
  "or",
  "pass",
  "return",
] as const;

const PUNCTUATION = [
  ...["+", "-", "*", "/", "//", "%", "**", "~", "&", "|", "^", "<<", ">>"],
  ...[".", ",", "=", ";", ":", "(", ")", "[", "]", "{", "}", "<", ">", ">=", "<=", "==", "!="],
  ...["+=", "-=", "*=", "/=", "//=", "%=", "&=", "|=", "^=", "<<=", ">>="],
] as const;

type Keyword = (typeof KEYWORDS)[number];
type Punctuation = (typeof PUNCTUATION)[number];
type Layout = "newline" | "indent" | "outdent" | "eof";
export type LiteralKind = "int" | "float" | "string" | "bytes";

/** Keywords and punctuation are their own kind. */
export type TokenKind = Keyword | Punctuation | Layout | LiteralKind | "identifier" | "reserved";

export type LiteralValue = string | number | bigint | Uint8Array;

const keywordByText: ReadonlyMap<string, Keyword> = new Map(KEYWORDS.map((word) => [word, word]));

/** Words that Python has and Starlark refuses, each with what to do instead where there is something. */
const RESERVED: ReadonlyMap<string, string | undefined> = new Map<string, string | undefined>([
  ["as", undefined],
  ["assert", 'call fail("...") under an if, inside a function'],
  ["async", undefined],
  ["await", undefined],
  ["class", "Starlark has no classes; use a dict or a function"],
  ["del", "use the pop method of the list or dict"],
  ["except", "Starlark has no exceptions: an error ends the evaluation"],
  ["finally", "Starlark has no exceptions: an error ends the evaluation"],
  ["from", 'use load("file.lark", "name")'],
  ["global", "a function cannot assign to a global; return the value instead"],
  ["import", 'use load("file.lark", "name")'],
  ["is", "use == to compare"],
  ["nonlocal", "a nested function cannot assign to an outer variable; change a list or dict instead"],
  ["raise", 'call fail("...")'],
  ["try", "Starlark has no exceptions: an error ends the evaluation"],
  ["while", "use a for loop over a range"],
  ["with", undefined],
  ["yield", "return a list instead"],
]);

/** What an identifier's text is: a keyword, a word kept for the future, or a name. */
export function classifyWord(word: string): TokenKind {
  return keywordByText.get(word) ?? (RESERVED.has(word) ? "reserved" : "identifier");
}

/** What to write in place of a reserved word. */
export const reservedWordHint = (word: string): string | undefined => RESERVED.get(word);

/** By first character, longest first. */
const punctuationByFirst: ReadonlyMap<number, readonly Punctuation[]> = groupByFirst();

function groupByFirst(): Map<number, Punctuation[]> {
  const groups = new Map<number, Punctuation[]>();
  for (const sign of [...PUNCTUATION].sort((a, b) => b.length - a.length)) {
    const first = sign.charCodeAt(0);
    groups.set(first, [...(groups.get(first) ?? []), sign]);
  }
  return groups;
}

/** The longest punctuation at an offset. */
export function matchPunctuation(text: string, at: number): Punctuation | undefined {
  return punctuationByFirst.get(text.charCodeAt(at))?.find((sign) => text.startsWith(sign, at));
}

/** How a token is named in an error message. */
export function describeToken(kind: TokenKind, text: string): string {
  if (kind === "newline") return "the end of the line";
  if (kind === "eof") return "the end of the file";
  if (kind === "indent") return "an indent";
  if (kind === "outdent") return "the end of the block";
  if (kind === "string" || kind === "bytes") return `a ${kind} literal`;
  if (kind === "int" || kind === "float") return `the number ${shorten(text)}`;
  if (kind === "identifier") return `the name ${shorten(text)}`;
  return `'${shorten(text)}'`;
}

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
