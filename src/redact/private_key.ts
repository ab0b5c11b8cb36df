import { endOfMatch, type Hit, type Span } from "./shape.ts";

const HEAD = /[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
const LONGEST_HEAD = 50;
const FOOT_WORD = "-----END";
const FOOT = /-----END[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
/** The largest keys there are (RSA of 16384 bits) take some 13 KB, with line ends and indentation. */
const LONGEST = 16 * 1024;

/** Whatever may stand in a key's lines: escaped (`\n`), indented, quoted, with the lines that say how it is encrypted. */
const BODY = /(?:[A-Za-z0-9+/=\s:,.>|-]+|\\{1,4}[nrt])*/y;
/** Where the foot is missing: lines of base64 alone, since it may be prose that goes on there. */
const LINES =
  /(?:(?:[\s>|-]|\\{1,4}[nrt])*(?:[A-Z][A-Za-z-]{2,20}: [^\s"'\\]{1,100}|[A-Za-z0-9+/=]{16,}))*(?:(?:\s|\\{1,4}[nrt])*[A-Za-z0-9+/=]{1,15}$)?/y;

/** A private key from its head to its foot; where the foot is missing, as far as its lines go. */
export function findPrivateKey({ text, start, end, tail }: Hit): Span | null {
  const headEnd = endOfMatch(HEAD, text, end);
  if (headEnd === -1) return beginsHead(text, end, tail) ? { start, end: text.length } : null;
  const foot = text.indexOf(FOOT_WORD, headEnd);
  if (foot !== -1 && foot - headEnd <= LONGEST && endOfMatch(BODY, text, headEnd) > foot) {
    const footEnd = endOfMatch(FOOT, text, foot);
    return { start, end: footEnd === -1 ? foot : footEnd };
  }
  const linesEnd = endOfMatch(LINES, text, headEnd);
  // The head alone is a word like another.
  return linesEnd > headEnd ? { start, end: linesEnd } : null;
}

/** Whether a text that was cut ends within a head. */
const beginsHead = (text: string, at: number, tail: number): boolean =>
  tail < text.length && text.length - at < LONGEST_HEAD && !text.includes("\n", at);
