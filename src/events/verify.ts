import { statSync } from "node:fs";
import { type ChainFault, diagnoseBreak } from "./diagnose_damage.ts";
import type { Event, EventType } from "./event.ts";
import { CHAIN_START, hashLine, parseLine, peekChain, peekLine } from "./line.ts";
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

/** Who looks at the events of a journal while it is checked. */
export interface Visitor {
  readonly visit: (event: Event) => void;
  /** Types that it does not want to see. */
  readonly without?: ReadonlySet<EventType>;
}

/**
 * Checks numbers and hashes of a journal line by line. A line that nobody visits is not parsed, for its hash says all;
 * only when something is wrong a second look parses all of them, to say what. Throws what `open` throws (ENOENT, EACCES).
 */
export function verifyJournal(path: string, visitor?: Visitor): ChainVerdict {
  const wanted: Walk = {
    wants: visitor ? (line) => !visitor.without?.has(peekLine(line)?.type as EventType) : () => false,
    visit: (event) => visitor?.visit(event),
  };
  const walked = walk(path, wanted);
  if (walked.good) return finish(path, walked);
  const whole = walk(path, { wants: () => true, visit: () => {} });
  if (whole.good) return finish(path, whole);
  const fault = diagnoseBreak(path, whole.events + 1);
  const lastGood = fault.line > whole.events;
  const head = lastGood ? whole.head : whole.headBefore;
  return { events: fault.line - 1, head, wholeBytes: whole.wholeBytes, tornBytes: 0, fault };
}

interface Walk {
  /** The line has to be parsed. */
  readonly wants: (line: Buffer) => boolean;
  readonly visit: (event: Event) => void;
}

interface Walked extends Pick<ChainVerdict, "events" | "head" | "wholeBytes"> {
  /** False: the line after the last good one does not go on from it. */
  readonly good: boolean;
  readonly headBefore: string;
}

function walk(path: string, { wants, visit }: Walk): Walked {
  let events = 0;
  let head = CHAIN_START;
  let headBefore = CHAIN_START;
  let wholeBytes = 0;
  let unparsed = 0;
  for (const { line, endByte } of readRawLines(path)) {
    const isWanted = wants(line);
    const event = isWanted ? parseLine(line) : null;
    const link = isWanted ? event : peekChain(line);
    if (!link || link.seq !== events + 1 || link.prev !== head)
      return { good: false, events, head, headBefore, wholeBytes };
    if (event) visit(event);
    unparsed = isWanted ? 0 : line.length + 1;
    events += 1;
    wholeBytes = endByte;
    headBefore = head;
    head = hashLine(line);
  }
  // No line carries the hash of the last one: it has to be an event at least.
  const good = unparsed === 0 || readLast(path, wholeBytes - unparsed) !== null;
  return { good, events, head, headBefore, wholeBytes };
}

function readLast(path: string, fromByte: number): Event | null {
  for (const { line } of readRawLines(path, fromByte)) return parseLine(line);
  return null;
}

function finish(path: string, { events, head, wholeBytes }: Walked): ChainVerdict {
  const tornBytes = statSync(path).size - wholeBytes;
  if (events > 0) return { events, head, wholeBytes, tornBytes, fault: null };
  // A session has a journal from its first event on.
  const message = tornBytes === 0 ? "has no event: the journal was emptied" : "is unfinished, and there is no other";
  return { events, head, wholeBytes, tornBytes: 0, fault: { line: 1, kind: "emptied", message } };
}
