import type { SessionPaths } from "../core/paths.ts";
import type { AuditKey } from "./key.ts";
import { isSealedWith, type Seal } from "./seal.ts";

/** What the seals of a session say about its journal. */
export interface SealVerdict {
  readonly seals: number;
  /** Up to this event, it included, the journal is what was sealed; 0 for nothing. */
  readonly sealedSeq: number;
  /** When that seal was made. */
  readonly sealedAt: string | null;
  readonly findings: readonly string[];
  readonly notes: readonly string[];
}

export interface SealedJournal {
  readonly events: number;
  /** SHA-256 of a line of the journal; null for one that it does not have. */
  readonly hashOf: (seq: number) => string | null;
  readonly running: boolean;
}

/**
 * Checks every seal of a session with the key. A journal that was cut off or written anew can be whole as a chain; it
 * does not go with its seals. Who takes away the end of both has the run as it was sealed before: only a head that is
 * kept elsewhere tells that.
 */
export function checkSeals(
  paths: SessionPaths,
  {
    seals,
    journal,
    key,
  }: { readonly seals: readonly (Seal | null)[]; readonly journal: SealedJournal; readonly key: AuditKey },
): SealVerdict {
  const findings: string[] = [];
  const notes: string[] = [];
  const place = (index: number) => `${paths.seals}:${index + 1}`;
  const known = seals.map((seal) => seal !== null && seal.session === paths.session && isSealedWith(seal, key));
  const lastKnown = known.lastIndexOf(true);
  const good: Seal[] = [];
  for (const [index, seal] of seals.entries()) {
    if (!seal || !known[index]) {
      const message = `${place(index)} ${seal ? "was not made with this key, or was changed" : "is no seal"}`;
      if (lastKnown === -1 || index > lastKnown) findings.push(message);
      else notes.push(`${message}; a later one covers what it covered`);
      continue;
    }
    const hash = journal.hashOf(seal.seq);
    if (hash === seal.head) good.push(seal);
    else if (hash === null) findings.push(describeCut(seal.seq, journal.events, seal.at));
    else findings.push(`line ${seal.seq} is not the one that was sealed at ${seal.at}: the journal was written anew`);
  }
  if (seals.length === 0 && !journal.running) {
    findings.push("there is no seal: no end of this run was sealed, or the seals were removed");
  }
  const last = good.toSorted((a, b) => a.seq - b.seq).at(-1);
  const sealedSeq = last?.seq ?? 0;
  const unsealed = journal.events - sealedSeq;
  if (unsealed > 0 && findings.length === 0) {
    const message = `events ${sealedSeq + 1} to ${journal.events} are not sealed`;
    if (journal.running) notes.push(`${message} yet: the run is still running`);
    else findings.push(`${message}: the run ended there without its key, or they were added`);
  }
  return { seals: seals.length, sealedSeq, sealedAt: last?.at ?? null, findings, notes };
}

function describeCut(sealedSeq: number, events: number, at: string): string {
  return `the journal was sealed with ${sealedSeq} events at ${at} and has ${events}: its end was cut off`;
}
