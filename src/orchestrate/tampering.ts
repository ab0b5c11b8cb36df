import { statSync } from "node:fs";
import type { Journal } from "../events/journal.ts";
import { type ChainVerdict, verifyJournal } from "../events/verify.ts";

/**
 * Where a sandbox is off, an agent can write the journal. Gives in words what was done to it, or null when the file
 * holds exactly what this process has written.
 */
export function findTampering(journal: Journal): string | null {
  let verdict: ChainVerdict;
  try {
    if (statSync(journal.path).ino !== journal.inode) return `${journal.path} was replaced by another file`;
    verdict = verifyJournal(journal.path);
  } catch {
    return `${journal.path} was removed`;
  }
  if (verdict.fault) return `${journal.path}:${verdict.fault.line} ${verdict.fault.message}`;
  if (verdict.events !== journal.seq || verdict.tornBytes > 0)
    return `${journal.path} holds lines that this run did not write`;
  return null;
}
