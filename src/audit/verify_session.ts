import type { SessionPaths } from "../core/paths.ts";
import { ok } from "../core/result.ts";
import { type Event, type EventOf, JOURNAL_SCHEMA } from "../events/event.ts";
import { readEvents } from "../events/read.ts";
import { type ChainVerdict, verifyJournal } from "../events/verify.ts";
import type { DatabaseName } from "../store/job.ts";
import { checkSeals, type SealedJournal, type SealVerdict } from "./check_seals.ts";
import {
  compareStore,
  locateStores,
  readStoredSession,
  type StoredSession,
  type StoreVerdict,
} from "./compare_store.ts";
import { JournalFiles } from "./journal_files.ts";
import type { AuditKey } from "./key.ts";
import { readSeals } from "./seal.ts";

/** Everything that an audit of one session found. */
export interface AuditVerdict {
  readonly chain: ChainVerdict;
  /** Null: not looked at. */
  readonly stores: readonly StoreVerdict[] | null;
  /** Null: no key was given. */
  readonly seals: SealVerdict | null;
  readonly notes: readonly string[];
  /** Nothing is wrong: the chain is whole, and what was compared goes with it. */
  readonly ok: boolean;
}

export interface AuditOptions {
  readonly paths: SessionPaths;
  /** Its orchestrator lives. */
  readonly running: boolean;
  readonly journalOnly: boolean;
  readonly key: AuditKey | null;
}

/** Checks a session's journal, what AgentFS holds of it, and its seals, reading the journal once. */
export async function verifySession({ paths, running, journalOnly, key }: AuditOptions): Promise<AuditVerdict> {
  const notes: string[] = [];
  const first = readFirst(paths.journal);
  const foldable = first !== null && isFoldable(first, notes);
  // Before the journal: what is recorded is in the journal already, and more may come meanwhile.
  const stored = journalOnly || !foldable ? null : await readStores(paths, first, notes);
  const folded = stored?.some(({ contents }) => contents !== null) ? new JournalFiles(upTo(stored)) : null;
  let unfoldable: string | null = null;
  const seals = key ? readSeals(paths) : ok([]);
  // The hash of each line that was sealed, as the journal has it now.
  const sealing = new Map<number, string | null>();
  for (const seal of seals.ok ? seals.value : []) if (seal) sealing.set(seal.seq, null);
  const chain = verifyJournal(paths.journal, (event) => {
    if (sealing.has(event.seq - 1)) sealing.set(event.seq - 1, event.prev);
    if (!folded || unfoldable !== null) return;
    try {
      folded.take(event);
    } catch (error) {
      unfoldable = `event ${event.seq} lacks what its type promises (${(error as Error).message})`;
    }
  });
  if (unfoldable !== null) notes.push(`AgentFS is not compared: ${unfoldable}`);
  if (chain.fault && stored) notes.push("AgentFS is not compared: the journal is no longer what was recorded");
  if (sealing.has(chain.events)) sealing.set(chain.events, chain.head);
  const { events } = chain;
  const stores =
    stored && unfoldable === null && !chain.fault
      ? stored.map((one) =>
          compareStore({
            paths,
            stored: one,
            expected: folded?.expect(one.database) ?? { files: new Map(), pending: events },
            events,
            torn: chain.tornBytes > 0,
            running,
          }),
        )
      : null;
  const journal: SealedJournal = { events, running, hashOf: (seq) => sealing.get(seq) ?? null };
  const sealed = key ? judgeSeals(paths, seals, journal, key) : null;
  const good = chain.fault === null && (stores ?? []).every(isAsItShould) && (sealed?.findings.length ?? 0) === 0;
  return { chain, stores, seals: sealed, notes, ok: good };
}

function judgeSeals(
  paths: SessionPaths,
  seals: ReturnType<typeof readSeals>,
  journal: SealedJournal,
  key: AuditKey,
): SealVerdict {
  if (seals.ok) return checkSeals(paths, { seals: seals.value, journal, key });
  return { seals: 0, sealedSeq: 0, sealedAt: null, findings: [seals.error], notes: [] };
}

const isAsItShould = ({ missing, different, surplus, findings }: StoreVerdict): boolean =>
  missing.length + different.length + surplus.length + findings.length === 0;

function readFirst(journal: string): Event | null {
  for (const event of readEvents(journal)) return event;
  return null;
}

function isFoldable(first: Event, notes: string[]): first is EventOf<"run.started"> {
  const say = (reason: string) => {
    notes.push(`AgentFS is not compared: ${reason}`);
    return false;
  };
  if (first.type !== "run.started") return say(`the journal begins with ${first.type}, not with the start of a run`);
  if (first.schema > JOURNAL_SCHEMA) return say(`a newer version wrote the journal (format ${first.schema})`);
  const whole = typeof first.session === "string" && first.settings !== undefined && first.plan !== undefined;
  return whole || say("its first event lacks the session, the plan or the settings of the run");
}

async function readStores(
  paths: SessionPaths,
  first: EventOf<"run.started">,
  notes: string[],
): Promise<readonly StoredSession[]> {
  const stored: StoredSession[] = [];
  for (const [database, path] of Object.entries(locateStores(paths, first)) as [DatabaseName, string | null][]) {
    if (path === null) notes.push("there is no action log: the run was started with --no-agentfs");
    else stored.push(await readStoredSession(database, path, first));
  }
  return stored;
}

/** A database that has files of the session but does not say how far it is must hold all of them. */
function upTo(stored: readonly StoredSession[]): Readonly<Record<DatabaseName, number>> {
  const seqOf = (name: DatabaseName): number => {
    const contents = stored.find(({ database }) => database === name)?.contents;
    if (!contents || typeof contents === "string") return 0;
    return contents.recordedSeq ?? (contents.files.length > 0 ? Number.POSITIVE_INFINITY : 0);
  };
  return { memory: seqOf("memory"), actions: seqOf("actions") };
}
