import { closeSync, existsSync, fstatSync, openSync, readSync, watch } from "node:fs";
import { dirname } from "node:path";
import type { Event, EventOf, EventType } from "./event.ts";
import { NEWLINE, parseLine, peekLine } from "./line.ts";

/** An event and where its line ends, newline included: the place to go on from. */
export interface Followed {
  readonly event: Event;
  readonly endByte: number;
}

const CHUNK_BYTES = 1 << 20;
/** The first chunk of a whole journal: who only wants its first event has not read a megabyte for it. */
const FIRST_CHUNK_BYTES = 1 << 14;
/** Only a safety net, for file systems that report no changes; everything else comes by inotify or FSEvents. */
const FALLBACK_MS = 2000;
/** Bun drops a change that comes within a millisecond of the one before: what has just changed is looked at again. */
const SETTLE_MS = 3;

interface RawLine {
  readonly line: Buffer;
  /** Where it ends, newline included. */
  readonly endByte: number;
}

interface Chunk {
  readonly bytes: number;
  /** Memory of at least this size. */
  readonly take: (size: number) => Buffer;
}

/** Whole lines of an open file from a byte on: one chunk of them, none when there is no whole line yet. */
function readLines(
  fd: number,
  fromByte: number,
  chunk: Chunk = { bytes: CHUNK_BYTES, take: Buffer.allocUnsafe },
): RawLine[] {
  // No larger than what is there: a pane reads one event at a time, and buffers count as its memory.
  const left = fstatSync(fd).size - fromByte;
  for (let size = Math.min(chunk.bytes, left); size > 0; size = Math.min(size * 2, left)) {
    const buffer = chunk.take(size);
    const length = readSync(fd, buffer, 0, size, fromByte);
    const lastNewline = buffer.subarray(0, length).lastIndexOf(NEWLINE);
    if (lastNewline === -1) {
      if (length < size || size === left) return [];
      continue;
    }
    const lines: RawLine[] = [];
    for (let start = 0; start <= lastNewline; ) {
      const end = buffer.indexOf(NEWLINE, start);
      lines.push({ line: buffer.subarray(start, end), endByte: fromByte + end + 1 });
      start = end + 1;
    }
    return lines;
  }
  return [];
}

/**
 * Every whole line of a file from a byte on, with the byte it ends at. A line is there until the next one is asked for:
 * fresh memory for each chunk would cost more than reading it. Throws what `open` throws (ENOENT, EACCES).
 */
export function* readRawLines(path: string, fromByte = 0): Generator<RawLine> {
  const fd = openSync(path, "r");
  try {
    let held = Buffer.alloc(0);
    const take = (size: number) => {
      if (held.length < size) held = Buffer.allocUnsafe(size);
      return held;
    };
    let offset = fromByte;
    for (let bytes = FIRST_CHUNK_BYTES; ; bytes = Math.min(bytes * 8, CHUNK_BYTES)) {
      const lines = readLines(fd, offset, { bytes, take });
      const last = lines.at(-1);
      if (!last) return;
      yield* lines;
      offset = last.endByte;
    }
  } finally {
    closeSync(fd);
  }
}

/**
 * All events of a journal that are whole; a torn last line and lines that are no events are passed over. `without`:
 * events of these types are not even parsed, but for the last one of the journal, which says how far it goes.
 */
export function* readEvents(path: string, { without }: { without?: ReadonlySet<EventType> } = {}): Generator<Event> {
  let leftOutAtByte: number | null = null;
  for (const { line, endByte } of readRawLines(path)) {
    const isLeftOut = without?.has(peekLine(line)?.type as EventType) ?? false;
    leftOutAtByte = isLeftOut ? endByte - line.length - 1 : null;
    const event = isLeftOut ? null : parseLine(line);
    if (event) yield event;
  }
  if (leftOutAtByte === null) return;
  for (const { line } of readRawLines(path, leftOutAtByte)) {
    const event = parseLine(line);
    if (event) yield event;
  }
}

/** The events of these types alone; lines of others are not parsed. */
export function* readEventsOf<T extends EventType>(path: string, types: readonly T[]): Generator<EventOf<T>> {
  const wanted: ReadonlySet<string> = new Set(types);
  for (const { line } of readRawLines(path)) {
    if (!wanted.has(peekLine(line)?.type ?? "")) continue;
    const event = parseLine(line);
    if (event) yield event as EventOf<T>;
  }
}

/**
 * All events from `fromByte` on, and then those that are appended, in batches, within a millisecond or so of the write.
 * Waits for a journal that is not there yet. Ends when `signal` aborts, never by itself: the caller knows what ends it.
 */
export async function* followEvents(
  path: string,
  { signal, fromByte = 0 }: { readonly signal?: AbortSignal; readonly fromByte?: number } = {},
): AsyncGenerator<readonly Followed[]> {
  let offset = fromByte;
  let fd: number | null = null;
  let wake = () => {};
  let changed = false;
  let settled = false;
  const notice = () => {
    changed = true;
    settled = false;
    wake();
  };
  let watched = null as { readonly target: string; close(): void } | null;
  const fallback = setInterval(notice, FALLBACK_MS);
  signal?.addEventListener("abort", notice);
  try {
    while (!signal?.aborted) {
      const target = nearestExisting(path);
      if (watched?.target !== target) {
        watched?.close();
        const watcher = watch(target, notice);
        watcher.on("error", notice);
        watched = { target, close: () => watcher.close() };
      }
      changed = false;
      if (fd === null && existsSync(path)) fd = openSync(path, "r");
      const batch: Followed[] = [];
      if (fd !== null && fstatSync(fd).size > offset) {
        for (const { line, endByte } of readLines(fd, offset)) {
          const event = parseLine(line);
          if (event) batch.push({ event, endByte });
          offset = endByte;
        }
      }
      if (batch.length > 0) {
        settled = false;
        yield batch;
      } else if (!changed && !signal?.aborted) {
        const again = settled ? null : setTimeout(() => wake(), SETTLE_MS);
        settled = true;
        await new Promise<void>((resolve) => (wake = resolve));
        if (again) clearTimeout(again);
      }
    }
  } finally {
    clearInterval(fallback);
    signal?.removeEventListener("abort", notice);
    watched?.close();
    if (fd !== null) closeSync(fd);
  }
}

/** The path itself or the closest folder above it that exists: what to watch for it. */
function nearestExisting(path: string): string {
  let target = path;
  while (!existsSync(target) && dirname(target) !== target) target = dirname(target);
  return target;
}
