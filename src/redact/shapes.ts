import { assigned } from "./assignment.ts";
import { isStandIn, looksRandom } from "./guessable.ts";
import { findPrivateKey } from "./private_key.ts";
import {
  beginsToken,
  endOfMatch,
  endOfToken,
  type Hit,
  isMarked,
  markCharacters,
  type Shape,
  type Span,
} from "./shape.ts";

/** A token that is told by how it begins: one of the words, then what `rest` (sticky) takes at least. */
const prefixed = (kind: string, words: readonly string[], rest: RegExp, check?: (token: string) => boolean): Shape => ({
  kind,
  words,
  find({ text, start, end, tail }) {
    if (!beginsToken(text, start)) return null;
    if (start >= tail && end < text.length) return { start, end: text.length };
    const found = endOfMatch(rest, text, end);
    if (found === -1 || (check && !check(text.slice(start, found)))) return null;
    return { start, end: endOfToken(text, found) };
  },
});

/** `Bearer TOKEN`: the word stays. */
function findAuthorization({ text, start, end, tail }: Hit): Span | null {
  if (!beginsToken(text, start)) return null;
  const tokenEnd = endOfToken(text, end);
  if (tokenEnd === end) return null;
  const isSecret = end >= tail || (tokenEnd - end >= 8 && /[\d=]/.test(text.slice(end, tokenEnd)));
  return isSecret ? { start: end, end: tokenEnd } : null;
}

const LONGEST_USER = 256;
const ENDS_USER = markCharacters(/[\s"'`\\/@:<>?#]/);
const PASSWORD = /[^\s"'`\\/@<>]{1,256}/y;

function findUrlPassword({ text, end, tail }: Hit): Span | null {
  let at = end;
  while (at < end + LONGEST_USER && at < text.length && !isMarked(ENDS_USER, text, at)) at++;
  const start = text[at] === ":" ? at + 1 : -1;
  const passwordEnd = start === -1 ? -1 : endOfMatch(PASSWORD, text, start);
  if (passwordEnd === -1) return null;
  const isCut = tail < text.length && passwordEnd === text.length;
  if (text[passwordEnd] !== "@" && !isCut) return null;
  return isStandIn(text.slice(start, passwordEnd)) ? null : { start, end: passwordEnd };
}

/**
 * What counts as a secret beyond what the providers' rules know (provider_shapes.ts): things of no one provider, and
 * those that the rules leave out because a source file may well hold them.
 */
export const SHAPES: readonly Shape[] = [
  { kind: "private-key", words: ["-----BEGIN"], find: findPrivateKey },
  { kind: "url-password", words: ["://"], find: findUrlPassword },
  {
    kind: "authorization",
    words: ["Bearer ", "bearer ", "BEARER ", "Basic ", "basic ", "BASIC "],
    find: findAuthorization,
  },
  assigned(["password", "passwd", "passphrase", "secret", "credential"], (value) => looksRandom(value, 8)),
  assigned(["key", "token", "auth"], (value) => looksRandom(value, 16)),
  prefixed("jwt", ["eyJ"], /[\w-]{8,8192}\.eyJ[\w-]{8,8192}/y),
  // The rule knows only those that are short.
  prefixed("github", ["ghs_"], /\d{1,20}_[\w-]{8,512}\./y),
  prefixed("aws-key-id", ["AKIA", "ASIA", "ABIA", "ACCA"], /[A-Z2-7]{16}(?![A-Za-z0-9])/y),
  prefixed("google", ["AIza"], /[\w-]{35}/y),
  prefixed("google", ["GOCSPX-"], /[\w-]{28}/y),
  prefixed("google", ["ya29."], /[\w-]{20}/y),
  prefixed("api-key", ["sk-"], /[\w-]{20,512}/y, (token) => /\d/.test(token)),
];
