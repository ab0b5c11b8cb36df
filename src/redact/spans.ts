import type { Span } from "./shape.ts";

/** A secret's place in a text, and what it is called there. */
export interface Found extends Span {
  readonly kind: string;
}

/** In order, what overlaps made one: it is called as its longest part, of two alike as the later. */
export function joinSpans(found: readonly Found[]): Found[] {
  const joined: Found[] = [];
  let longest = 0;
  for (const span of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = joined.at(-1);
    const length = span.end - span.start;
    if (!last || span.start >= last.end) {
      joined.push(span);
      longest = length;
      continue;
    }
    const kind = length >= longest ? span.kind : last.kind;
    longest = Math.max(longest, length);
    joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, span.end), kind };
  }
  return joined;
}

/** The text with a mark in place of each span. */
export function replaceSpans(text: string, spans: readonly Found[]): string {
  let replaced = "";
  let at = 0;
  for (const { start, end, kind } of spans) {
    replaced += `${text.slice(at, start)}${markOf(kind)}`;
    at = end;
  }
  return replaced + text.slice(at);
}

/** What stands in a secret's place: nothing that JSON or a shell would take for its own, and no secret itself. */
export const markOf = (kind: string): string => `[redacted:${kind}]`;

/** Whether something was taken out of a text. */
export const hasMark = (text: string): boolean => text.includes("[redacted:");
