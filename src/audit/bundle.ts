import { lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import { VERSION } from "../core/version.ts";
import { type EventOf, JOURNAL_SCHEMA } from "../events/event.ts";
import { type ChainVerdict, verifyJournal } from "../events/verify.ts";
import type { DatabaseName } from "../store/job.ts";
import type { StoreProblem } from "../store/problem.ts";
import { readRecordedSeq, readSessionFiles } from "../store/session_files.ts";
import { readSnapshot } from "../store/snapshot.ts";
import { applyToReport, createReportRecord, type ReportRecord, renderReport } from "../views/report.ts";
import { PLAIN } from "../views/style.ts";
import type { ArchiveEntry } from "./archive.ts";
import { isAbsent, locateStores } from "./compare_store.ts";
import { digest } from "./journal_files.ts";

/** `manifest.json` of an export. Scripts rely on these fields. */
export interface Manifest {
  readonly format: 1;
  readonly tool: string;
  readonly session: string;
  readonly state: string;
  /** The run was running: more was to come. */
  readonly part: boolean;
  readonly journal: Pick<ChainVerdict, "events" | "head" | "tornBytes" | "fault"> & { readonly intact: boolean };
  /** Up to which event each database was recorded; null: it holds nothing of the run, or there is none. */
  readonly recorded: Readonly<Record<DatabaseName, number | null>>;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** Everything that is known of one run, ready to be written as one file. */
export interface Bundle {
  readonly manifest: Manifest;
  /** The manifest is the first. */
  readonly entries: readonly ArchiveEntry[];
  /** When the run began: the date of all files within. */
  readonly startedAt: Date;
  readonly notes: readonly string[];
}

export type BundleProblem =
  | StoreProblem
  | { readonly kind: "journal-newer"; readonly path: string; readonly schema: number };

/** Gathers a run's journal, logs, report, seals and what AgentFS holds of it. A damaged journal goes in as it is. */
export async function gatherBundle(paths: SessionPaths, running: boolean): Promise<Result<Bundle, BundleProblem>> {
  const { chain, first, report } = readJournal(paths);
  if (first && first.schema > JOURNAL_SCHEMA) {
    return err({ kind: "journal-newer", path: paths.journal, schema: first.schema });
  }
  const stored = first ? await gatherStores(paths, first) : ok({ ...NOTHING_STORED, notes: [] });
  if (!stored.ok) return stored;
  const whole = statSync(paths.journal).size;
  const entries: ArchiveEntry[] = [
    { name: "journal.jsonl", content: { file: paths.journal, bytes: running ? chain.wholeBytes : whole } },
    ...listFile(paths.seals, "seals.jsonl"),
    ...listFile(paths.prompt, "prompt.md"),
    ...(report ? [{ name: "report.txt", content: writeReport(report, paths, stored.value.actionsPath, running) }] : []),
    ...listLogs(paths),
    ...stored.value.entries,
  ];
  const files = await Promise.all(entries.map(describeEntry));
  const { events, head, tornBytes, fault } = chain;
  const manifest: Manifest = {
    format: 1,
    tool: `codex-squad ${VERSION}`,
    session: paths.session,
    state: report?.run.end?.state ?? (running ? "running" : "crashed"),
    part: running,
    journal: { events, head, intact: fault === null, tornBytes, fault },
    recorded: stored.value.recorded,
    files,
  };
  const own = { name: "manifest.json", content: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) };
  const startedAt = new Date(first?.at ?? 0);
  return ok({
    manifest,
    entries: [own, ...entries].map((entry) => ({ ...entry, name: `${paths.session}/${entry.name}` })),
    startedAt: Number.isNaN(startedAt.getTime()) ? new Date(0) : startedAt,
    notes: stored.value.notes,
  });
}

interface ReadJournal {
  readonly chain: ChainVerdict;
  readonly first: EventOf<"run.started"> | null;
  /** Null where an event cannot be told of. */
  readonly report: ReportRecord | null;
}

function readJournal(paths: SessionPaths): ReadJournal {
  let first: ReadJournal["first"] = null;
  let report: ReportRecord | null = createReportRecord();
  const chain = verifyJournal(paths.journal, {
    visit: (event) => {
      if (event.seq === 1 && event.type === "run.started" && event.settings && event.plan) first = event;
      try {
        if (report) applyToReport(report, event);
      } catch {
        report = null;
      }
    },
  });
  return { chain, first, report };
}

interface GatheredStores {
  readonly entries: readonly ArchiveEntry[];
  readonly recorded: Record<DatabaseName, number | null>;
  readonly actionsPath: string | null;
  readonly notes: readonly string[];
}

const NOTHING_STORED = { entries: [], recorded: { memory: null, actions: null }, actionsPath: null };

async function gatherStores(
  paths: SessionPaths,
  first: EventOf<"run.started">,
): Promise<Result<GatheredStores, StoreProblem>> {
  const located = locateStores(paths, first);
  const entries: ArchiveEntry[] = [];
  const recorded: GatheredStores["recorded"] = { memory: null, actions: null };
  const notes: string[] = [];
  for (const [database, path] of Object.entries(located) as [DatabaseName, string | null][]) {
    if (path === null) continue;
    const read = await readSnapshot(path, (snapshot) => ({
      seq: readRecordedSeq(snapshot, first),
      files: readSessionFiles(snapshot, database, first, (file) => file),
    }));
    if (!read.ok) {
      if (!isAbsent(read.error)) return read;
      notes.push(`there is nothing in ${path}: what AgentFS held of the run is not in it`);
      continue;
    }
    recorded[database] = read.value.seq;
    for (const { path: stored, content, own } of read.value.files) {
      if (own) entries.push({ name: `agentfs${encodePath(stored)}`, content });
    }
  }
  return ok({ entries, recorded, actionsPath: located.actions, notes });
}

/** A database takes any name, `..` too; where the archive is unpacked, none may lead out of its folder. */
function encodePath(path: string): string {
  const encode = (part: string) =>
    /^(?!\.\.?$)[A-Za-z0-9._-]+$/.test(part) ? part : encodeURIComponent(part.toWellFormed()).replaceAll(".", "%2E");
  return path
    .split("/")
    .map((part) => (part === "" ? "" : encode(part)))
    .join("/");
}

function writeReport(report: ReportRecord, paths: SessionPaths, auditPath: string | null, alive: boolean): Buffer {
  const lines = renderReport(report, { paths, style: PLAIN, columns: null, auditPath, alive });
  return Buffer.from(`${lines.join("\n").trim()}\n`);
}

function listLogs({ logs }: SessionPaths): ArchiveEntry[] {
  let names: string[] = [];
  try {
    names = readdirSync(logs).filter((name) => name.endsWith(".log"));
  } catch {
    // They are made from the journal, and that is in it.
  }
  return names.sort().flatMap((name) => listFile(join(logs, name), `logs/${name}`));
}

/** A file as it is now; nothing for what is no file. */
function listFile(file: string, name: string): ArchiveEntry[] {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() ? [{ name, content: { file, bytes: stat.size } }] : [];
}

async function describeEntry({ name, content }: ArchiveEntry): Promise<Manifest["files"][number]> {
  if (Buffer.isBuffer(content)) return { path: name, ...digest(content) };
  const hasher = new Bun.CryptoHasher("sha256");
  for await (const chunk of Bun.file(content.file).slice(0, content.bytes).stream()) hasher.update(chunk);
  return { path: name, bytes: content.bytes, sha256: hasher.digest("hex") };
}
