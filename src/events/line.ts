import type { Envelope, Event, EventDraft } from "./event.ts";

/** `prev` of the first line. */
export const CHAIN_START = "0".repeat(64);

export const NEWLINE = 0x0a;

/** SHA-256 (hex) of a line's bytes without its newline: what the next line carries as `prev`. */
export function hashLine(line: Uint8Array | string): string {
  return Bun.SHA256.hash(line, "hex");
}

/** One journal line without its newline. */
export function formatLine(envelope: Envelope, draft: EventDraft): string {
  return JSON.stringify({ seq: envelope.seq, at: envelope.at, ...draft, prev: envelope.prev });
}

/** Null for what is no event: the caller knows whether that is a torn tail or damage. */
export function parseLine(line: Uint8Array): Event | null {
  try {
    const value: unknown = JSON.parse(decoder.decode(line));
    return isEvent(value) ? value : null;
  } catch {
    return null;
  }
}

/** What `formatLine` puts before everything else. */
const HEAD = /^\{"seq":\d+,"at":"([^"]{24})","type":"([a-z.]+)"/;
const HEAD_BYTES = 100;

/** Time and type of a line as the journal writes them, without parsing it; null for any other line. */
export function peekLine(line: Buffer): { readonly at: string; readonly type: string } | null {
  const [, at, type] = HEAD.exec(line.toString("latin1", 0, HEAD_BYTES)) ?? [];
  return at === undefined || type === undefined ? null : { at, type };
}

const NUMBER = /^\{"seq":(\d+),/;
const TAIL = /,"prev":"([0-9a-f]{64})"\}$/;
const TAIL_BYTES = 75;

/** What ties a line to the one before it, as the journal writes it, without parsing it; null for any other line. */
export function peekChain(line: Buffer): { readonly seq: number; readonly prev: string } | null {
  const [, seq] = NUMBER.exec(line.toString("latin1", 0, 24)) ?? [];
  const [, prev] = TAIL.exec(line.toString("latin1", Math.max(0, line.length - TAIL_BYTES))) ?? [];
  return seq === undefined || prev === undefined ? null : { seq: Number(seq), prev };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function isEvent(value: unknown): value is Event {
  if (typeof value !== "object" || value === null) return false;
  const { seq, at, type, prev } = value as Partial<Record<keyof Event, unknown>>;
  return typeof seq === "number" && typeof at === "string" && typeof type === "string" && typeof prev === "string";
}
