import { wantBool, wantInt, wantString } from "./argument.ts";
import { defineMethod, type Method } from "./builtin.ts";
import { Fault } from "./fault.ts";
import { ELEMENT_SIZE, type Meter } from "./meter.ts";
import { ListValue, type Value } from "./value.ts";

/** Unicode white space, without the mark that only looks like one. */
const SPACE = "[^\\S\\ufeff]|[\\x1c-\\x1f\\x85]";

/** Text cut at every run of white space; none of the pieces is empty. */
function splitWords(text: string, most: number, fromEnd: boolean): string[] {
  const words = [...text.matchAll(new RegExp(`(?:(?!${SPACE}).)+`, "gs"))];
  if (most < 0 || words.length <= most + 1) return words.map(([word]) => word);
  if (fromEnd) {
    const kept = words.slice(words.length - most);
    const rest = text.slice(0, kept[0]?.index ?? text.length);
    return [strip(rest, undefined, "both"), ...kept.map(([word]) => word)];
  }
  const kept = words.slice(0, most);
  const rest = text.slice(words[most]?.index);
  // Like the words, what is left has no space at its end.
  return [...kept.map(([word]) => word), strip(rest, undefined, "both")];
}

function splitAt(text: string, separator: string, most: number, fromEnd: boolean): string[] {
  if (!fromEnd) {
    const pieces = text.split(separator);
    if (most < 0 || pieces.length <= most + 1) return pieces;
    return [...pieces.slice(0, most), pieces.slice(most).join(separator)];
  }
  const pieces: string[] = [];
  let end = text.length;
  while (most < 0 || pieces.length < most) {
    const at = end < separator.length ? -1 : text.lastIndexOf(separator, end - separator.length);
    if (at < 0) break;
    pieces.push(text.slice(at + separator.length, end));
    end = at;
  }
  pieces.push(text.slice(0, end));
  return pieces.reverse();
}

/** split and rsplit. */
function defineSplit(name: string, fromEnd: boolean): Method<string> {
  return defineMethod<string>(
    { name, min: 0, max: 2 },
    (text, { meter }, separator: Value | undefined, limit: Value | undefined) => {
      const most = limit === undefined || limit === null ? -1 : wantInt(name, limit);
      if (separator === undefined || separator === null) return toList(splitWords(text, most, fromEnd), meter);
      if (wantString(name, separator) === "") throw new Fault(`${name}: empty separator`);
      return toList(splitAt(text, separator as string, most, fromEnd), meter);
    },
  );
}

const splitlines = defineMethod<string>(
  { name: "splitlines", min: 0, max: 1 },
  (text, { meter }, keepEnds: Value | undefined) => {
    const keep = keepEnds !== undefined && wantBool("splitlines", keepEnds);
    const lines = text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
    return toList(keep ? lines : lines.map((line) => line.replace(/[\r\n]+$/, "")), meter);
  },
);

/** The text without what stands at its ends: white space, or every character of `cutset`. */
function strip(text: string, cutset: string | undefined, side: "left" | "right" | "both"): string {
  const characters = cutset === undefined ? undefined : new Set(cutset);
  const isCut = (character: string) =>
    characters === undefined
      ? /^[\s\x1c-\x1f\x85]$/.test(character) && character !== "\ufeff"
      : characters.has(character);
  let start = 0;
  let end = text.length;
  if (side !== "right") {
    for (const character of text) {
      if (!isCut(character)) break;
      start += character.length;
    }
  }
  while (side !== "left" && end > start) {
    const isPair = end - 2 >= start && (text.codePointAt(end - 2) as number) > 0xffff;
    const from = isPair ? end - 2 : end - 1;
    if (!isCut(text.slice(from, end))) break;
    end = from;
  }
  return text.slice(start, end);
}

/** strip, lstrip and rstrip. */
function defineStrip(name: string, side: "left" | "right" | "both"): Method<string> {
  return defineMethod<string>({ name, min: 0, max: 1 }, (text, _thread, cutset: Value | undefined) =>
    strip(text, cutset === undefined || cutset === null ? undefined : wantString(name, cutset), side),
  );
}

function toList(pieces: string[], meter: Meter): ListValue {
  meter.addSteps(pieces.length);
  meter.allocate(pieces.length * ELEMENT_SIZE);
  return new ListValue(pieces);
}

export const STRING_SPLIT_METHODS: readonly Method<string>[] = [
  defineStrip("lstrip", "left"),
  defineSplit("rsplit", true),
  defineStrip("rstrip", "right"),
  defineSplit("split", false),
  splitlines,
  defineStrip("strip", "both"),
];
