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
import { readSeals, type Seal } from "./seal.ts";

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
  const compares = !journalOnly && first !== null && isFoldable(first, notes);
  // Before the journal: what is recorded is in the journal already, and more may come meanwhile.
  const stored = compares ? await readStores(paths, first, notes) : null;
  const seals = key ? readSeals(paths) : ok([]);
  const { chain, folded, hashOf } = readJournal(paths.journal, stored, seals.ok ? seals.value : []);
  const { events, fault, tornBytes } = chain;
  const stores: StoreVerdict[] = [];
  if (stored && fault) notes.push("AgentFS is not compared: the journal is no longer what was recorded");
  else if (typeof folded === "string") notes.push(`AgentFS is not compared: ${folded}`);
  else {
    const context = { paths, events, running, torn: tornBytes > 0 };
    for (const one of stored ?? []) {
      const expected = folded?.expect(one.database) ?? { files: new Map(), pending: events };
      stores.push(compareStore({ ...context, stored: one, expected }));
    }
  }
  const sealed = key ? judgeSeals(paths, seals, { events, running, hashOf }, key) : null;
  const good = fault === null && stores.every(isAsItShould) && (sealed?.findings.length ?? 0) === 0;
  return { chain, stores: stores.length > 0 ? stores : null, seals: sealed, notes, ok: good };
}

interface ReadJournal {
  readonly chain: ChainVerdict;
  /** What the databases must hold; null where there is none to compare, in words where the events do not tell. */
  readonly folded: JournalFiles | string | null;
  /** The hash of a line that was sealed, as the journal has it now. */
  readonly hashOf: (seq: number) => string | null;
}

function readJournal(
  journal: string,
  stored: readonly StoredSession[] | null,
  seals: readonly (Seal | null)[],
): ReadJournal {
  let folded: ReadJournal["folded"] = stored?.some(({ contents }) => contents !== null)
    ? new JournalFiles(upTo(stored))
    : null;
  const hashes = new Map<number, string | null>();
  for (const seal of seals) if (seal) hashes.set(seal.seq, null);
  const chain = verifyJournal(journal, {
    visit: (event) => {
      if (hashes.has(event.seq - 1)) hashes.set(event.seq - 1, event.prev);
      if (folded === null || typeof folded === "string") return;
      try {
        folded.take(event);
      } catch (error) {
        folded = `event ${event.seq} lacks what its type promises (${(error as Error).message})`;
      }
    },
  });
  if (hashes.has(chain.events)) hashes.set(chain.events, chain.head);
  return { chain, folded, hashOf: (seq) => hashes.get(seq) ?? null };
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
