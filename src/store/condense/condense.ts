import type { Database } from "bun:sqlite";
import { err, ok, type Result } from "../../core/result.ts";
import { type Lock, lockFile } from "../../process/lock.ts";
import { iterateNewest, readAgentFs, readText } from "../agentfs_file.ts";
import { ARTIFACTS_FOLDER, type Artifact, parseArtifact } from "../artifact.ts";
import { findOpeningFault } from "../check.ts";
import { findFileFault } from "../file_fault.ts";
import { describeStoreError, type StoreProblem } from "../problem.ts";
import { type ArtifactGroup, type ArtifactHead, type GroupingRule, groupArtifacts, SUMMARY_TYPE } from "./group.ts";
import { makeSummary, writeExtracts } from "./summary.ts";
import { SummaryWriter } from "./writer.ts";

/** Makes a group's text in another way than by extraction. */
export type Summarise = (group: ArtifactGroup, contents: readonly string[]) => Promise<Result<string, NoSummary>>;

export interface NoSummary {
  /** One line. */
  readonly message: string;
  /** It would be the same for every other group: none is tried any more. */
  readonly stops: boolean;
}

export interface CondenseOrder {
  /** The memory database. */
  readonly path: string;
  readonly rule: GroupingRule;
  /** Only say what would be done. */
  readonly dryRun: boolean;
  /** Null: by extraction. */
  readonly summarise: Summarise | null;
  /** Called after each summary that is in the database. */
  readonly onWritten?: (summary: Artifact) => void;
  /** How long somebody else may keep the database from us. */
  readonly patienceMs?: number;
}

/** What became of each group. */
export interface Condensation {
  /** With the summary that was written for it, or would be. */
  readonly condensed: readonly { readonly group: ArtifactGroup; readonly summary: Artifact }[];
  readonly failed: readonly FailedGroup[];
}

export interface FailedGroup {
  readonly group: ArtifactGroup;
  readonly because: string;
  /** False: an earlier failure had shown that it would be in vain. */
  readonly tried: boolean;
}

/** Longest part of one artifact that is handed to `summarise`, and of all of a group, in UTF-16 units. */
const CONTENT_LIMIT = 8 * 1024;
const CONTENTS_LIMIT = 128 * 1024;

/**
 * Merges old artifacts of one kind into summaries that point to them; the artifacts stay. Reads from a snapshot, then
 * writes each summary in a transaction of its own under short leases: it may run beside a run, and be killed and run again.
 */
export async function condense(order: CondenseOrder): Promise<Result<Condensation, StoreProblem>> {
  const { path, dryRun, summarise } = order;
  const fault = findFileFault(path);
  if (fault?.kind === "store-missing" || fault?.kind === "store-empty") return ok({ condensed: [], failed: [] });
  if (fault) return err(fault);
  // Two at once would make two summaries of the same artifacts where their rules differ.
  const lock = dryRun ? null : claim(path);
  if (lock && !lock.ok) return lock;
  try {
    // The engine aborts the process on a corrupt file, so all of it is looked at before the engine has it.
    const damage = dryRun ? null : await findOpeningFault(path, { suspect: true });
    if (damage) return err(damage);
    const draft = await readAgentFs(path, (database) => draftSummaries(database, order.rule, summarise !== null));
    if (!draft.ok) return draft;
    if (dryRun) return ok({ condensed: draft.value.map(({ group, text }) => makeEntry(group, text)), failed: [] });
    return await writeDrafts(draft.value, order);
  } finally {
    if (lock?.ok) lock.value.release();
  }
}

/** A group with its text by extraction, or with the contents that a text is to be made of. */
interface Draft {
  readonly group: ArtifactGroup;
  readonly text: string;
  readonly contents: readonly string[];
}

function draftSummaries(database: Database, rule: GroupingRule, wantsContents: boolean): Draft[] {
  const heads: ArtifactHead[] = [];
  const condensed = new Set<string>();
  for (const file of iterateNewest(database, ARTIFACTS_FOLDER)) {
    const artifact = parseArtifact(readText(database, file));
    if (!artifact) continue;
    const { id, agent, type, session, tags, createdAt } = artifact;
    heads.push({ id, agent, type, session, tags, createdAt, ino: file.ino });
    if (type === SUMMARY_TYPE) for (const related of artifact.relatedArtifacts) condensed.add(related);
  }
  const read = (ino: number) => parseArtifact(readText(database, { ino, path: "" }))?.content ?? "";
  return groupArtifacts(heads, condensed, rule).map((group) => ({
    group,
    text: wantsContents ? "" : writeExtracts(group, read),
    contents: wantsContents ? readContents(group, read) : [],
  }));
}

/** The newest of a group, as many as have room, newest first. */
function readContents({ members }: ArtifactGroup, read: (ino: number) => string): string[] {
  const contents: string[] = [];
  let length = 0;
  for (const { ino } of members.toReversed()) {
    const content = read(ino);
    const kept = content.length > CONTENT_LIMIT ? `${content.slice(0, CONTENT_LIMIT).toWellFormed()}\n[...]` : content;
    length += kept.length;
    if (length > CONTENTS_LIMIT) break;
    contents.push(kept);
  }
  return contents;
}

const makeEntry = (group: ArtifactGroup, text: string) => ({ group, summary: makeSummary(group, text) });

async function writeDrafts(
  drafts: readonly Draft[],
  { path, summarise, onWritten, patienceMs }: CondenseOrder,
): Promise<Result<Condensation, StoreProblem>> {
  const condensed: ReturnType<typeof makeEntry>[] = [];
  const failed: FailedGroup[] = [];
  const writer = new SummaryWriter(path, patienceMs);
  let stopped: string | null = null;
  try {
    for (const { group, text, contents } of drafts) {
      if (stopped !== null) {
        failed.push({ group, because: stopped, tried: false });
        continue;
      }
      const made = summarise ? await summarise(group, contents) : ok(text);
      if (!made.ok) {
        const { message, stops } = made.error;
        failed.push({ group, because: message, tried: true });
        if (stops) stopped = message;
        continue;
      }
      const entry = makeEntry(group, made.value);
      const written = await writer.write(entry.summary);
      if (!written.ok) return written;
      condensed.push(entry);
      onWritten?.(entry.summary);
      // The next one may take minutes to be made.
      if (summarise) await writer.release();
    }
  } finally {
    await writer.release();
  }
  return ok({ condensed, failed });
}

function claim(path: string): Result<Lock, StoreProblem> {
  try {
    const lock = lockFile(`${path}-condense`);
    return lock.ok ? lock : err({ kind: "locked", path, message: "it is being condensed already" });
  } catch (error) {
    return err(describeStoreError(path, error));
  }
}
