import { relative } from "node:path";
import type { SessionPaths } from "../core/paths.ts";
import { count } from "../views/quantities.ts";
import { neutraliseLine } from "../views/terminal_text.ts";
import type { StoreVerdict } from "./compare_store.ts";
import type { AuditVerdict } from "./verify_session.ts";

/** Names of files shown for each kind of difference; `--json` has all. */
const MOST_NAMES = 20;

/** The verdict for a person: the chain first, then AgentFS, the seals, and what to do about what was found. */
export function renderVerdict(verdict: AuditVerdict, paths: SessionPaths): string[] {
  const { chain, stores, seals, notes } = verdict;
  const { fault, tornBytes, events, head } = chain;
  const lines: string[] = [];
  if (fault) lines.push(`${paths.journal}:${fault.line}: ${neutraliseLine(fault.message)}`);
  if (tornBytes > 0) {
    const size = count(tornBytes, "byte");
    lines.push(`note: line ${events + 1} is unfinished (${size} without a newline); the next start cuts it off`);
  }
  if (!fault) lines.push(`${paths.session}: intact, ${events} events`, `head ${head}`);
  lines.push(...notes.map((note) => `note: ${note}`));
  for (const store of stores ?? []) lines.push(...renderStore(store, paths));
  if (seals) {
    if (seals.sealedSeq > 0) lines.push(`sealed: events 1 to ${seals.sealedSeq}, at ${seals.sealedAt}`);
    lines.push(...seals.findings.map((finding) => `seal: ${neutraliseLine(finding)}`));
    lines.push(...seals.notes.map((note) => `note: ${neutraliseLine(note)}`));
  }
  return lines;
}

function renderStore(store: StoreVerdict, { projectRoot }: SessionPaths): string[] {
  const name = nameFile(store.path, projectRoot);
  const lists = [
    ["is missing", store.missing],
    ["differs from the journal", store.different],
    ["is in no journal", store.surplus],
  ] as const;
  const differences = lists.flatMap(([words, paths]) => {
    const shown = paths.slice(0, MOST_NAMES).map((path) => `${name}: ${neutraliseLine(path)} ${words}`);
    const more = paths.length - shown.length;
    return more > 0 ? [...shown, `${name}: and ${count(more, "more file")} of which each ${words}`] : shown;
  });
  const findings = store.findings.map((finding) => `${name}: ${neutraliseLine(finding)}`);
  const notes = store.notes.map((note) => `note: ${name}: ${neutraliseLine(note)}`);
  const agrees = store.same > 0 && differences.length + findings.length === 0;
  const good = agrees ? [`${name}: ${count(store.same, "file")}, as the journal says`] : [];
  return [...good, ...findings, ...differences, ...notes];
}

/** What to do about a database that does not go with the journal; null when nothing needs to be done. */
export function adviseRepair({ stores }: AuditVerdict, { session, projectRoot }: SessionPaths): string | null {
  const changed = stores?.find(
    ({ missing, different, surplus }) => missing.length + different.length + surplus.length > 0,
  );
  if (changed) {
    const file = nameFile(changed.path, projectRoot);
    return `the journal is the truth: keep ${file} elsewhere as evidence, then make it anew: codex-squad audit rebuild --all`;
  }
  const lost = stores?.some(({ same, findings, notes }) => same === 0 && findings.length + notes.length > 0);
  return lost ? `make it anew from the journal: codex-squad audit rebuild ${session}` : null;
}

function nameFile(path: string, projectRoot: string): string {
  const inProject = relative(projectRoot, path);
  return neutraliseLine(inProject.startsWith("..") ? path : inProject);
}
