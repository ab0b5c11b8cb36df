import type { Event } from "./event.ts";
import { CHAIN_START, hashLine, parseLine } from "./line.ts";
import { readRawLines } from "./read.ts";

/** What was done to a journal, as far as its lines can tell. */
export type FaultKind = "changed" | "removed" | "inserted" | "swapped" | "moved" | "unreadable" | "emptied";

/** The first bad line of a journal, counted from 1. */
export interface ChainFault {
  readonly line: number;
  readonly kind: FaultKind;
  readonly message: string;
}

/** The first line that does not go on from the one before it, and what stands around it. */
interface Break {
  readonly number: number;
  readonly event: Event | null;
  readonly line: Uint8Array;
  /** SHA-256 of the line before. */
  readonly head: string;
  /** SHA-256 of the one before that; null where there is none. */
  readonly beforeHead: string | null;
  readonly next: { readonly event: Event | null; readonly line: Uint8Array } | null;
  /** Where the line stands that belongs here; null when it is nowhere below. */
  readonly rightful: number | null;
}

/**
 * Names what is wrong with a journal whose line `number` does not go on from the one before: a second look, at its
 * neighbours and at what follows. The bad line may be the one before: a change shows by the hash that the next carries.
 */
export function diagnoseBreak(path: string, number: number): ChainFault {
  const found = readBreak(path, number);
  if (!found) return { line: number, kind: "unreadable", message: "cannot be read any more: the journal is changing" };
  const { event, rightful, head, beforeHead } = found;
  const lineBefore = number - 1;
  if (rightful !== null) return nameStranger(found, rightful);
  if (!event) return { line: number, kind: "unreadable", message: describeNonsense(found.line) };
  if (event.seq === number) return nameChange(found, event);
  if (event.prev === head) {
    const message = `was changed: it has seq ${event.seq} where ${number} belongs, but goes on from line ${lineBefore}`;
    return { line: number, kind: "changed", message };
  }
  if (event.seq > number) {
    const missing =
      event.seq === number + 1
        ? `a line was removed, seq ${number}`
        : `lines were removed, seq ${number} to ${event.seq - 1}`;
    return { line: number, kind: "removed", message: `has seq ${event.seq} where ${number} belongs: ${missing}` };
  }
  if (event.seq === lineBefore && event.prev === beforeHead) {
    const message = `was inserted: line ${number} is the one that goes on from line ${lineBefore - 1}`;
    return { line: lineBefore, kind: "inserted", message };
  }
  const message = `has seq ${event.seq} where ${number} belongs: it was inserted or moved here`;
  return { line: number, kind: "inserted", message };
}

/** What belongs here stands further down. */
function nameStranger({ number, event, next }: Break, rightful: number): ChainFault {
  const changedPlaces =
    event?.seq === rightful && (rightful > number + 1 || event.prev === (next && hashLine(next.line)));
  if (changedPlaces) return { line: number, kind: "swapped", message: `was swapped with line ${rightful}` };
  if (event && event.seq > number) {
    return { line: number, kind: "moved", message: `stands too early: what belongs here is at line ${rightful}` };
  }
  const strangers = rightful === number + 1 ? "was inserted" : `was inserted, as were all up to line ${rightful - 1}`;
  const message = `${strangers}: line ${rightful} is the one that ${number === 1 ? "begins" : `goes on from line ${number - 1}`}`;
  return { line: number, kind: "inserted", message };
}

/** The number is right and the hash is not: either this line was changed, or the one before. */
function nameChange({ number, line, next }: Break, event: Event): ChainFault {
  const lineBefore = number - 1;
  const trusted = next?.event ? next.event.prev === hashLine(line) : null;
  if (number === 1) {
    const message = `carries the hash ${event.prev.slice(0, 12)}... where a journal begins with zeros: it was changed, or what stood before it was removed`;
    return { line: 1, kind: "changed", message };
  }
  if (trusted === false) {
    const message = `was changed: it does not carry the hash of line ${lineBefore}, nor does line ${number + 1} carry its own`;
    return { line: number, kind: "changed", message };
  }
  const doubt = trusted === null ? `, or the hash was changed that line ${number} carries` : "";
  const message = `was changed: its hash is not the one that line ${number} carries${doubt}`;
  return { line: lineBefore, kind: "changed", message };
}

function describeNonsense(line: Uint8Array): string {
  if (line.length === 0) return "is empty: no event has an empty line";
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(line);
    JSON.parse(text);
    return "is JSON but no event: it lacks seq, at, type or prev";
  } catch (error) {
    return error instanceof SyntaxError ? "is no JSON: it was changed" : "has bytes that are no UTF-8: it was changed";
  }
}

function readBreak(path: string, number: number): Break | null {
  let [head, beforeHead, seen] = [CHAIN_START, null as string | null, 0];
  let own: { readonly event: Event | null; readonly line: Uint8Array } | null = null;
  let next: Break["next"] = null;
  for (const { line } of readRawLines(path)) {
    seen += 1;
    if (seen < number) {
      beforeHead = head;
      head = hashLine(line);
      continue;
    }
    const event = parseLine(line);
    // A line is there until the next one is read: those that are looked at again later are copied.
    if (seen === number) own = { event, line: Uint8Array.from(line) };
    else {
      if (seen === number + 1) next = { event, line: Uint8Array.from(line) };
      if (own && event?.seq === number && event.prev === head) {
        return { ...own, number, head, beforeHead, next, rightful: seen };
      }
    }
  }
  return own && { ...own, number, head, beforeHead, next, rightful: null };
}
