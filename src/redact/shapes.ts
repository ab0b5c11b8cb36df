import { isStandIn, looksRandom } from "./guessable.ts";
import { findPrivateKey } from "./private_key.ts";
import { beginsToken, endOfToken, type Hit, matchAt, type Shape, type Span } from "./shape.ts";

/** A token that is told by how it begins: one of the words, then what `rest` (sticky) takes at least. */
const prefixed = (kind: string, words: readonly string[], rest: RegExp, check?: (token: string) => boolean): Shape => ({
  kind,
  words,
  find({ text, start, end, tail }) {
    if (!beginsToken(text, start)) return null;
    if (start >= tail && end < text.length) return { start, end: text.length };
    const found = matchAt(rest, text, end);
    return found && (!check || check(text.slice(start, found.end)))
      ? { start, end: endOfToken(text, found.end) }
      : null;
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

/** After a name: the rest of it, a quote, the sign, a quote. Never longer than some 60 characters. */
const ASSIGNS =
  /[\w.-]{0,30}(?:(?:\\{0,4}["'`]|\])?[ \t]{0,3}(?:=>|:=|[=:])[ \t]{0,3}|(?<=--[\w-]{1,40})[ \t]{1,3})(?<quote>\\{0,4}["'`])?/y;
/** No quotes and backslashes: what stands around it may be JSON. The length bounds what a failed look costs. */
const BARE = /[^\s"'`\\,;&|<>(){}[\]]{1,512}/y;
const QUOTED = /[^"'`\\\n]{1,512}/y;

/** `NAME=VALUE`, `"name": "value"`, `--name value`: the value, when it looks like what the name says. */
const assigned = (names: readonly string[], isSecret: (value: string) => boolean): Shape => ({
  kind: "assigned",
  words: names.flatMap((name) => [name, name.toUpperCase(), `${name[0]?.toUpperCase()}${name.slice(1)}`]),
  find({ text, end, tail }) {
    ASSIGNS.lastIndex = end;
    const sign = ASSIGNS.exec(text);
    if (!sign) return null;
    const value = matchAt(sign.groups?.quote ? QUOTED : BARE, text, end + sign[0].length);
    if (!value) return null;
    const found = text.slice(value.start, value.end);
    if (isStandIn(found)) return null;
    if (tail < text.length && value.end === text.length) return value;
    if (text[value.end] === "(" || !isSecret(found)) return null;
    return { start: value.start, end: endOfToken(text, value.end) };
  },
});

const USER_AND_PASSWORD = /[^\s"'`\\/@:<>?#]{0,256}:(?<secret>[^\s"'`\\/@<>]{1,256})@/dy;
const USER_AND_MORE = /[^\s"'`\\/@:<>?#]{0,256}:(?<secret>[^\s"'`\\/@<>]{1,256})$/dy;

function findUrlPassword({ text, end, tail }: Hit): Span | null {
  const isCut = tail < text.length;
  const found = matchAt(USER_AND_PASSWORD, text, end) ?? (isCut ? matchAt(USER_AND_MORE, text, end) : null);
  return found && isStandIn(text.slice(found.start, found.end)) ? null : found;
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
