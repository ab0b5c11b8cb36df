import type { SessionPaths } from "../core/paths.ts";
import type { EventOf } from "../events/event.ts";
import type { DatabaseName } from "../store/job.ts";
import { actionsPath, memoryPath } from "../store/locations.ts";
import type { StoreProblem } from "../store/problem.ts";
import { readRecorderPosition } from "../store/recorder.ts";
import { hasNamesakes, readRecordedSeq, readSessionFiles } from "../store/session_files.ts";
import { readSnapshot } from "../store/snapshot.ts";
import { type Digest, digest, type ExpectedFiles } from "./journal_files.ts";

/** One database beside the journal. Paths are those within it. */
export interface StoreVerdict {
  readonly database: DatabaseName;
  readonly path: string;
  /** Files that are byte for byte what the journal says. */
  readonly same: number;
  readonly missing: readonly string[];
  readonly different: readonly string[];
  readonly surplus: readonly string[];
  /** What is wrong with the database as a whole. */
  readonly findings: readonly string[];
  readonly notes: readonly string[];
}

/** What a database held of a session at one moment. */
export interface StoredSession {
  readonly database: DatabaseName;
  readonly path: string;
  /** Null: there is no such file. In words: it cannot be read. */
  readonly contents: StoredContents | string | null;
}

interface StoredContents {
  readonly recordedSeq: number | null;
  /** Sessions of the same name in other projects are recorded in the same database. */
  readonly namesakes: boolean;
  /** Other sessions may write to the same folder of the action log. */
  readonly shared: boolean;
  readonly files: readonly (Digest & { readonly path: string; readonly own: boolean })[];
}

type First = EventOf<"run.started">;

/** The databases that a session is recorded in; the action log is null where the run does without. */
export function locateStores(paths: SessionPaths, first: First): Readonly<Record<DatabaseName, string | null>> {
  const { settings } = first;
  return {
    memory: memoryPath(paths.projectRoot, settings.memoryDir),
    actions: settings.agentfs === false ? null : actionsPath(paths.projectRoot, settings),
  };
}

/** Takes a session's files out of one database, as hashes. Needs no lock; somebody may be writing. */
export async function readStoredSession(database: DatabaseName, path: string, first: First): Promise<StoredSession> {
  const { agentfsSession } = first.settings;
  const outcome = await readSnapshot(path, (snapshot): StoredContents => {
    const namesakes = hasNamesakes(snapshot, first);
    return {
      recordedSeq: readRecordedSeq(snapshot, first),
      namesakes,
      shared: namesakes || (agentfsSession != null && agentfsSession !== first.session),
      files: readSessionFiles(snapshot, database, first, ({ path, own, content }) => ({
        path,
        own,
        ...digest(content),
      })),
    };
  });
  if (outcome.ok) return { database, path, contents: outcome.value };
  return { database, path, contents: isAbsent(outcome.error) ? null : outcome.error.message };
}

/** No database, or a file that was made for one and has nothing in it yet. */
export const isAbsent = ({ kind }: StoreProblem): boolean => kind === "store-missing" || kind === "store-empty";

export interface Comparison {
  readonly paths: SessionPaths;
  readonly stored: StoredSession;
  readonly expected: ExpectedFiles;
  /** Events of the journal that are whole. */
  readonly events: number;
  /** Its last line is not. */
  readonly torn: boolean;
  readonly running: boolean;
}

/** What differs between a database and the journal, and what of that has a good reason. */
export function compareStore(comparison: Comparison): StoreVerdict {
  const { database, path, contents } = comparison.stored;
  const empty = { database, path, same: 0, missing: [], different: [], surplus: [], findings: [], notes: [] };
  if (typeof contents === "string") return { ...empty, findings: [`cannot be read: ${contents}`] };
  const nothing = contents === null || (contents.recordedSeq === null && !contents.files.some(({ own }) => own));
  if (nothing) return { ...empty, ...judgeAbsence(comparison, contents === null) };
  return compareFiles(comparison, contents);
}

/** Nothing of the session is there: a loss only where it is known to have been there. */
function judgeAbsence(
  { paths, expected, running, events }: Comparison,
  missing: boolean,
): Pick<StoreVerdict, "findings" | "notes"> {
  const due = expected.files.size + expected.pending > 0;
  if (!due) return { findings: [], notes: [] };
  const words = missing ? "there is no such database" : "holds nothing of this session";
  if (running) return { findings: [], notes: [`${words} yet: the run is still running`] };
  const recorded = readRecorderPosition(paths);
  if (recorded === 0) return { findings: [], notes: [`${words}: of ${events} events none was ever recorded here`] };
  return { findings: [`${words}, though ${recorded} events were recorded: it was removed or replaced`], notes: [] };
}

function compareFiles(comparison: Comparison, contents: StoredContents): StoreVerdict {
  const { stored, expected } = comparison;
  const left = new Map(expected.files);
  const sorted: Record<Standing, string[]> = { same: [], different: [], surplus: [], foreign: [] };
  const strangers = new Set(contents.files.filter(({ own }) => !own).map(({ path }) => nameTurn(path)));
  for (const file of contents.files) {
    const wanted = left.get(file.path);
    left.delete(file.path);
    const isSame = wanted !== undefined && wanted.bytes === file.bytes && wanted.sha256 === file.sha256;
    const own = file.own && !strangers.has(nameTurn(file.path));
    const standing = isSame
      ? "same"
      : judgeFile({ ...contents, own, path: file.path, database: stored.database, wanted });
    if (standing) sorted[standing].push(file.path);
  }
  const { different, surplus, foreign } = sorted;
  const { findings, notes } = judgeProgress(comparison, contents.recordedSeq);
  if (foreign.length > 0) notes.push(`${foreign.length} files are of another session of that name: passed over`);
  const verdict = { database: stored.database, path: stored.path, same: sorted.same.length, missing: [...left.keys()] };
  // What the unfinished line said is recorded, and nobody can read it there any more.
  if (isAheadByTheTornLine(comparison, contents.recordedSeq) && different.length + surplus.length > 0) {
    notes.push(`${different.length + surplus.length} files hold what the unfinished line said`);
    return { ...verdict, different: [], surplus: [], findings, notes };
  }
  return { ...verdict, different, surplus, findings, notes };
}

type Standing = "same" | "different" | "surplus" | "foreign";

interface Judged {
  readonly database: DatabaseName;
  readonly path: string;
  readonly own: boolean;
  readonly shared: boolean;
  readonly namesakes: boolean;
  readonly wanted: Digest | undefined;
}

/** What a file is that is not as the journal says; null for one that has nothing to do with the session. */
function judgeFile({ database, path, own, shared, namesakes, wanted }: Judged): Standing | null {
  if (database === "memory") {
    if (wanted) return "different";
    return own ? (namesakes ? "foreign" : "surplus") : null;
  }
  if (!shared) return wanted ? "different" : "surplus";
  if (namesakes) return wanted && !path.endsWith("/run.json") ? "different" : "foreign";
  return own ? (wanted ? "different" : "surplus") : "foreign";
}

const isAheadByTheTornLine = ({ torn, events }: Comparison, recordedSeq: number | null): boolean =>
  torn && recordedSeq === events + 1;

/** Whether the recorder is as far as the journal: behind it has reasons, ahead of it has none. */
function judgeProgress(comparison: Comparison, recordedSeq: number | null): { findings: string[]; notes: string[] } {
  const { expected, events, running } = comparison;
  const [findings, notes]: [string[], string[]] = [[], []];
  if (recordedSeq !== null && recordedSeq > events) {
    const ahead = `has recorded up to event ${recordedSeq}, and the journal ends with event ${events}`;
    if (isAheadByTheTornLine(comparison, recordedSeq)) notes.push(`${ahead}: the next line is unfinished`);
    else findings.push(`${ahead}: its end was cut off, or lost in a power cut`);
  }
  if (expected.pending > 0) {
    const why = running ? "the run is still running" : "its recorder has not caught up";
    notes.push(`${expected.pending} of the newest events are not recorded yet: ${why}`);
  }
  return { findings, notes };
}

/** The turn that a file of the action log is about: its two files begin with different times. */
const nameTurn = (path: string): string => path.replace(/\/(agents|events)\//, "/").replace(/[^/]*__|\.jsonl?$/g, "");
