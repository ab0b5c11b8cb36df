import { closeSync, constants, fdatasync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { type Clock, systemClock } from "../core/clock.ts";
import { crashHere, noteSynced } from "../core/crash_point.ts";
import { err, ok, type Result } from "../core/result.ts";
import { cutItem } from "./cut.ts";
import { type Event, type EventDraft, STREAMED } from "./event.ts";
import { CHAIN_START, formatLine, hashLine } from "./line.ts";
import { verifyJournal } from "./verify.ts";

/** Takes out of an event what must never be written. */
export type Redact = (draft: EventDraft) => EventDraft;

const keepAll: Redact = (draft) => draft;

/** Why the journal cannot be written or gone on with. */
export interface JournalProblem {
  readonly kind: "journal-unwritable" | "journal-full" | "journal-damaged";
  readonly path: string;
  readonly message: string;
}

/** How long a streamed item may stay unsynced. */
const SYNC_WITHIN_MS = 50;

/**
 * The append side of `.orchestrator/<session>/journal.jsonl`: one writer, the orchestrator. `append` has written the
 * line when it returns (readers see it); `durable` waits until all lines so far are on disk, one fdatasync for as many
 * as have come together. After a failed write the torn part is cut off and every later append fails as well.
 */
export class Journal {
  readonly path: string;
  #fd: number;
  #clock: Clock;
  #redact: Redact;
  #seq: number;
  #prev: string;
  #bytes: number;
  #syncedSeq: number;
  #syncing: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #problem: JournalProblem | null = null;

  constructor(open: {
    path: string;
    fd: number;
    seq: number;
    prev: string;
    bytes: number;
    clock: Clock;
    redact: Redact;
  }) {
    this.path = open.path;
    this.#fd = open.fd;
    this.#clock = open.clock;
    this.#redact = open.redact;
    this.#seq = open.seq;
    this.#syncedSeq = open.seq;
    this.#prev = open.prev;
    this.#bytes = open.bytes;
  }

  /** Number of the last event. */
  get seq(): number {
    return this.#seq;
  }

  /** SHA-256 of the last event's line: the chain's head. */
  get head(): string {
    return this.#prev;
  }

  /** The file's own number: another file in its place has another one. */
  get inode(): number {
    return fstatSync(this.#fd).ino;
  }

  /** What broke it; null while it works. */
  get problem(): JournalProblem | null {
    return this.#problem;
  }

  /**
   * Redacts, numbers, dates, chains and writes one event. Gives it back as it stands in the file: that is what the run
   * goes on with, so that live and replay are one.
   */
  append(draft: EventDraft): Result<Event, JournalProblem> {
    if (this.#problem) return err(this.#problem);
    // Before the cut: that could leave a part of a secret which nothing recognises.
    const redacted = this.#redact(draft);
    const stored = redacted.type === "turn.item" ? { ...redacted, item: cutItem(redacted.item) } : redacted;
    const envelope = { seq: this.#seq + 1, at: new Date(this.#clock.now()).toISOString(), prev: this.#prev };
    const line = Buffer.from(`${formatLine(envelope, stored)}\n`);
    try {
      for (let written = 0; written < line.length; ) written += writeSync(this.#fd, line, written);
    } catch (error) {
      return err(this.#fail(error));
    }
    this.#seq = envelope.seq;
    this.#bytes += line.length;
    this.#prev = hashLine(line.subarray(0, -1));
    this.#timer ??= setTimeout(() => void this.durable(), SYNC_WITHIN_MS);
    return ok({ ...stored, ...envelope } as Event);
  }

  /** Resolves when everything appended so far is on disk. */
  async durable(): Promise<Result<void, JournalProblem>> {
    const target = this.#seq;
    while (this.#syncedSeq < target && !this.#problem) {
      this.#syncing ??= this.#sync();
      await this.#syncing;
    }
    return this.#problem ? err(this.#problem) : ok(undefined);
  }

  async close(): Promise<void> {
    await this.durable();
    if (this.#timer) clearTimeout(this.#timer);
    closeSync(this.#fd);
  }

  async #sync(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const upTo = this.#seq;
    const bytes = this.#bytes;
    crashHere("journal.before-sync");
    const error = await new Promise<Error | null>((resolve) => fdatasync(this.#fd, resolve));
    this.#syncing = null;
    if (error) {
      this.#fail(error);
      return;
    }
    this.#syncedSeq = upTo;
    noteSynced("journal", bytes);
    crashHere("journal.after-sync");
  }

  #fail(error: unknown): JournalProblem {
    try {
      ftruncateSync(this.#fd, this.#bytes);
    } catch {
      // The next start cuts a torn tail off anyway.
    }
    this.#problem = describeProblem(this.path, error);
    return this.#problem;
  }
}

function describeProblem(path: string, error: unknown): JournalProblem {
  const { code, message } = error as NodeJS.ErrnoException;
  const full = code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
  return { kind: full ? "journal-full" : "journal-unwritable", path, message };
}

/** Starts a new journal; its folder exists already. Fails when there is one. */
export function createJournal(
  path: string,
  clock: Clock = systemClock,
  redact: Redact = keepAll,
): Result<Journal, JournalProblem> {
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_EXCL, 0o644);
    syncFolder(dirname(path));
    return ok(new Journal({ path, fd, seq: 0, prev: CHAIN_START, bytes: 0, clock, redact }));
  } catch (error) {
    return err(describeProblem(path, error));
  }
}

/**
 * Goes on with a journal: checks the chain, cuts a torn tail off (`tornBytes` says how much) and gives what it holds, but
 * for what was streamed, which decides nothing. A broken chain is refused: nobody should build on a history that was
 * changed.
 */
export function reopenJournal(
  path: string,
  clock: Clock = systemClock,
  redact: Redact = keepAll,
): Result<{ journal: Journal; events: Event[]; tornBytes: number }, JournalProblem> {
  try {
    const events: Event[] = [];
    const verdict = verifyJournal(path, { visit: (event) => events.push(event), without: STREAMED });
    if (verdict.fault) {
      const message = `line ${verdict.fault.line}: ${verdict.fault.message}`;
      return err({ kind: "journal-damaged", path, message });
    }
    const fd = openSync(path, constants.O_WRONLY | constants.O_APPEND);
    if (verdict.tornBytes > 0) ftruncateSync(fd, verdict.wholeBytes);
    const { head: prev, wholeBytes: bytes } = verdict;
    const journal = new Journal({ path, fd, seq: verdict.events, prev, bytes, clock, redact });
    return ok({ journal, events, tornBytes: verdict.tornBytes });
  } catch (error) {
    return err(describeProblem(path, error));
  }
}

/** A new file's name survives a power cut only when its folder is synced as well. */
function syncFolder(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
