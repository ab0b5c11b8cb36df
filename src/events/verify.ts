import { statSync } from "node:fs";
import { type ChainFault, diagnoseBreak } from "./chain_fault.ts";
import type { Event } from "./event.ts";
import { CHAIN_START, hashLine, parseLine } from "./line.ts";
import { readRawLines } from "./read.ts";

/** What a check of the chain found. `head` is the SHA-256 of the last good line (64 zeros for none). */
export interface ChainVerdict {
  /** Lines from the first on that are good. */
  readonly events: number;
  readonly head: string;
  readonly wholeBytes: number;
  /** Bytes after the last newline: a write that was cut off. Not a fault. */
  readonly tornBytes: number;
  readonly fault: ChainFault | null;
}

/** Checks numbers and hashes of a journal line by line. Throws what `open` throws (ENOENT, EACCES). */
export function verifyJournal(path: string, visit?: (event: Event) => void): ChainVerdict {
  let events = 0;
  let head = CHAIN_START;
  let headBefore = CHAIN_START;
  let wholeBytes = 0;
  for (const { line, endByte } of readRawLines(path)) {
    const event = parseLine(line);
    if (!event || event.seq !== events + 1 || event.prev !== head) {
      const fault = diagnoseBreak(path, events + 1);
      const lastGood = fault.line > events;
      return { events: fault.line - 1, head: lastGood ? head : headBefore, wholeBytes, tornBytes: 0, fault };
    }
    visit?.(event);
    events += 1;
    wholeBytes = endByte;
    headBefore = head;
    head = hashLine(line);
  }
  const tornBytes = statSync(path).size - wholeBytes;
  if (events > 0) return { events, head, wholeBytes, tornBytes, fault: null };
  // A session has a journal from its first event on.
  const message = tornBytes === 0 ? "has no event: the journal was emptied" : "is unfinished, and there is no other";
  return { events, head, wholeBytes, tornBytes: 0, fault: { line: 1, kind: "emptied", message } };
}
