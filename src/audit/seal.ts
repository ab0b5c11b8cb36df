import { createHmac, timingSafeEqual } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { AuditKey } from "./key.ts";

/**
 * One line of `.orchestrator/<session>/seals.jsonl`, written at the end of each start: that the journal's line `seq` has
 * the SHA-256 `head`, vouched for with a key. The chain itself anybody can make anew; this nobody without the key.
 */
export interface Seal {
  readonly session: string;
  readonly seq: number;
  readonly head: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** HMAC-SHA256 (hex) of `formatSealed`. */
  readonly hmac: string;
}

/** What the HMAC is over: five lines, so that `printf` and `openssl dgst -hmac` make it as well. */
export const formatSealed = ({ session, seq, head, at }: Omit<Seal, "hmac">): string =>
  ["codex-squad seal 1", session, seq, head, at, ""].join("\n");

const sign = (sealed: Omit<Seal, "hmac">, key: AuditKey): string =>
  createHmac("sha256", key.bytes).update(formatSealed(sealed)).digest("hex");

/** Whether a seal was made with this key, and not changed since. */
export function isSealedWith(seal: Seal, key: AuditKey): boolean {
  const [own, theirs] = [Buffer.from(sign(seal, key)), Buffer.from(seal.hmac)];
  return own.length === theirs.length && timingSafeEqual(own, theirs);
}

/** The end of a journal as the one knows it who wrote it, whatever the file holds now. */
export interface JournalEnd {
  readonly seq: number;
  readonly head: string;
  readonly atMs: number;
}

/** Seals the end of a start. Gives in words why it is not sealed; null when it is on disk, or nobody asked for it. */
export function sealEnd(paths: SessionPaths, end: JournalEnd, key: AuditKey | null): string | null {
  if (key) return writeSeal(paths, end, key);
  return existsSync(paths.seals) ? "earlier ends of this run are, and this one had no --audit-key" : null;
}

function writeSeal({ session, seals }: SessionPaths, { seq, head, atMs }: JournalEnd, key: AuditKey): string | null {
  const sealed = { session, seq, head, at: new Date(atMs).toISOString() };
  const seal: Seal = { ...sealed, hmac: sign(sealed, key) };
  try {
    const torn = readSealText(seals);
    const fd = openSync(seals, "a", 0o644);
    try {
      const line = Buffer.from(`${torn === "" || torn.endsWith("\n") ? "" : "\n"}${JSON.stringify(seal)}\n`);
      for (let written = 0; written < line.length; ) written += writeSync(fd, line, written);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return null;
  } catch (error) {
    return `${seals}: ${(error as Error).message}`;
  }
}

/** The lines of a session's seals, null for one that is none; no line where it was never sealed. In words: unreadable. */
export function readSeals({ seals }: SessionPaths): Result<readonly (Seal | null)[], string> {
  try {
    const lines = readSealText(seals).split("\n");
    return ok(lines.filter((line) => line !== "").map(parseSeal));
  } catch (error) {
    return err(`${seals} cannot be read: ${(error as Error).message}`);
  }
}

function readSealText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

function parseSeal(line: string): Seal | null {
  try {
    const { session, seq, head, at, hmac } = JSON.parse(line) as Partial<Record<keyof Seal, unknown>>;
    const texts = [session, head, at, hmac].every((value) => typeof value === "string");
    return texts && Number.isInteger(seq) ? ({ session, seq, head, at, hmac } as Seal) : null;
  } catch {
    return null;
  }
}
