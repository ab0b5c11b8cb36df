import { type Hit, matchAt, type Span } from "./shape.ts";

const HEAD = /[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----/y;
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
  const head = matchAt(HEAD, text, end);
  if (!head)
    return tail < text.length && text.length - end < 50 && !text.includes("\n", end)
      ? { start, end: text.length }
      : null;
  const foot = text.indexOf(FOOT_WORD, head.end);
  if (foot !== -1 && foot - head.end <= LONGEST && (matchAt(BODY, text, head.end)?.end ?? 0) > foot) {
    return { start, end: matchAt(FOOT, text, foot)?.end ?? foot };
  }
  const lines = matchAt(LINES, text, head.end);
  // The head alone is a word like another.
  return lines && lines.end > head.end ? { start, end: lines.end } : null;
}
