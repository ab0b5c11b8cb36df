import { existsSync, renameSync, rmSync } from "node:fs";
import { findTableFault } from "./agentfs_file.ts";
import { findFileFault, isCutShort, sizeOf } from "./file_fault.ts";
import { hasDeadOwner, hasOwner, removeDeadOwners } from "./marks.ts";
import { fileStamp } from "./names.ts";
import type { StoreProblem } from "./problem.ts";
import { readSnapshot } from "./snapshot.ts";

export interface Look {
  /** Something went wrong with it: check all of it. */
  readonly suspect?: boolean;
  /** It has been AgentFS's before, as far as this process knows. */
  readonly known?: boolean;
}

/**
 * Looks at a database before the engine opens it: the engine aborts the process on a corrupt one, and would write its
 * tables into anybody's. Costs next to nothing after a clean end, a whole check after any other. Null: it may be opened,
 * or made where there is none.
 */
export async function findOpeningFault(path: string, look: Look = {}): Promise<StoreProblem | null> {
  const died = existsSync(path) && hasDeadOwner(path);
  const fault = findFileFault(path);
  if (fault?.kind === "store-missing" || fault?.kind === "store-empty") return null;
  // One of ours had it open and died; by its contents alone nobody can tell any more.
  if (fault?.kind === "store-unfit" && died) return { ...fault, kind: "store-damaged" };
  if (fault) return fault;
  const isOwned = hasOwner(path);
  const isSuspect = look.suspect || died || isCutShort(path) || (!isOwned && sizeOf(`${path}-wal`) > 0);
  // While an owner lives, the engine's lock keeps us out anyway.
  if (!isSuspect && (look.known || isOwned)) return null;
  const outcome = await readSnapshot(path, (database): StoreProblem | null => {
    if (isSuspect) {
      const rows = database.query("PRAGMA quick_check(1)").all() as { quick_check: string }[];
      const [row] = rows;
      if (rows.length !== 1 || row?.quick_check !== "ok") {
        return { kind: "store-damaged", path, message: row?.quick_check.split("\n")[0] ?? "no answer to quick_check" };
      }
    }
    const tables = findTableFault(database, path);
    return tables?.kind === "store-empty" ? null : tables;
  });
  if (!outcome.ok) return outcome.error;
  if (isSuspect && !outcome.value) removeDeadOwners(path);
  return outcome.value;
}

/** Moves a damaged database out of the way, with its WAL; gives its new name. */
export function setAside(path: string, nowMs: number): string {
  const aside = `${path}.corrupt-${fileStamp(new Date(nowMs).toISOString())}`;
  renameSync(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  rmSync(`${path}-shm`, { force: true });
  removeDeadOwners(path);
  return aside;
}
