import { isStandIn } from "./guessable.ts";
import { endOfToken, type Hit, isMarked, markCharacters, type Shape, type Span, skipMarked } from "./shape.ts";

/*
 * `NAME=VALUE`, `"name": "value"`, `--name value`. Such names stand in every other line of a program, nearly always without
 * a secret behind them: that is why this is written out, with no pattern and nothing made before there is a value.
 */

const LONGEST_NAME = 30;
const LONGEST_GAP = 3;
/** Bounds what a look costs that finds nothing. */
const LONGEST_LOOK = 512;

const IN_NAME = markCharacters(/[\w.-]/);
const IN_FLAG = markCharacters(/[\w-]/);
const BLANK = markCharacters(/[ \t]/);
const BACKSLASH = markCharacters(/\\/);
const QUOTE = markCharacters(/["'`]/);
const BRACKET = markCharacters(/\]/);
/** No quotes and backslashes: what stands around it may be JSON. */
const ENDS_BARE = markCharacters(/[\s"'`\\,;&|<>(){}[\]]/);
const ENDS_QUOTED = markCharacters(/["'`\\\n]/);

/** The value behind one of these names, when it looks like what the name says. */
export const assigned = (names: readonly string[], isSecret: (value: string) => boolean): Shape => ({
  kind: "assigned",
  words: names.flatMap((name) => [name, name.toUpperCase(), `${name[0]?.toUpperCase()}${name.slice(1)}`]),
  find: (hit) => findAssigned(hit, isSecret),
});

function findAssigned({ text, start, end, tail }: Hit, isSecret: (value: string) => boolean): Span | null {
  const valueStart = findValue(text, start, end);
  if (valueStart === -1) return null;
  const ends = isMarked(QUOTE, text, valueStart - 1) ? ENDS_QUOTED : ENDS_BARE;
  let valueEnd = valueStart;
  const last = Math.min(text.length, valueStart + LONGEST_LOOK);
  while (valueEnd < last && !isMarked(ends, text, valueEnd)) valueEnd++;
  const isCut = tail < text.length && valueEnd === text.length;
  if (valueEnd === valueStart || text[valueEnd] === "(") return null;
  const value = text.slice(valueStart, valueEnd);
  if ((!isCut && !isSecret(value)) || isStandIn(value)) return null;
  return { start: valueStart, end: isCut ? valueEnd : endOfToken(text, valueEnd) };
}

/** Where the value begins after a name that has begun; -1 where none does. */
function findValue(text: string, start: number, end: number): number {
  const nameEnd = skipMarked(IN_NAME, text, end, LONGEST_NAME);
  const quoteEnd = skipQuote(text, nameEnd);
  const afterName = quoteEnd === nameEnd ? skipMarked(BRACKET, text, nameEnd, 1) : quoteEnd;
  const at = skipMarked(BLANK, text, afterName, LONGEST_GAP);
  const sign = measureSign(text, at);
  if (sign > 0) return skipQuote(text, skipMarked(BLANK, text, at + sign, LONGEST_GAP));
  return at > nameEnd && afterName === nameEnd && isFlag(text, start) ? skipQuote(text, at) : -1;
}

/** `=`, `:`, `=>` or `:=`. */
function measureSign(text: string, at: number): number {
  const [first, second] = [text[at], text[at + 1]];
  if (first !== "=" && first !== ":") return 0;
  return (first === "=" && second === ">") || (first === ":" && second === "=") ? 2 : 1;
}

/** A quote, escaped up to twice (`\\\"` within JSON within JSON). */
function skipQuote(text: string, at: number): number {
  const quote = skipMarked(BACKSLASH, text, at, 4);
  return isMarked(QUOTE, text, quote) ? quote + 1 : at;
}

function isFlag(text: string, nameStart: number): boolean {
  let at = nameStart;
  while (at > 0 && at > nameStart - LONGEST_NAME && isMarked(IN_FLAG, text, at - 1)) at--;
  return text.startsWith("--", at);
}
