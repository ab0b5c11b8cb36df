import { statSync } from "node:fs";
import type { Event } from "./event.ts";
import { CHAIN_START, hashLine, parseLine } from "./line.ts";
import { readRawLines } from "./read.ts";

/** What a check of the chain found. `head` is the SHA-256 of the last whole line (64 zeros for none). */
export interface ChainVerdict {
  readonly events: number;
  readonly head: string;
  readonly wholeBytes: number;
  /** Bytes after the last newline: a write that was cut off. Not a fault. */
  readonly tornBytes: number;
  /** The first bad line, counted from 1. */
  readonly fault: { readonly line: number; readonly message: string } | null;
}

/** Checks numbers and hashes of a journal line by line. Throws what `open` throws (ENOENT, EACCES). */
export function verifyJournal(path: string, visit?: (event: Event) => void): ChainVerdict {
  let events = 0;
  let head = CHAIN_START;
  let wholeBytes = 0;
  let fault: ChainVerdict["fault"] = null;
  for (const { line, endByte } of readRawLines(path)) {
    const event = parseLine(line);
    const message = event ? findFault(event, events + 1, head) : "is no event";
    if (message || !event) {
      fault = { line: events + 1, message: message ?? "is no event" };
      break;
    }
    visit?.(event);
    events += 1;
    wholeBytes = endByte;
    head = hashLine(line);
  }
  // A session has a journal from its first event on.
  if (!fault && events === 0) fault = { line: 1, message: "has no event: the journal was emptied" };
  const tornBytes = fault ? 0 : statSync(path).size - wholeBytes;
  return { events, head, wholeBytes, tornBytes, fault };
}

function findFault(event: Event, seq: number, prev: string): string | null {
  if (event.seq !== seq) return `has seq ${event.seq} where ${seq} belongs: a line was removed, added or moved`;
  if (event.prev !== prev) return `does not carry the hash of line ${seq - 1}: that line or this one was changed`;
  return null;
}
