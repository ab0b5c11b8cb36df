import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import type { AuditKey } from "../audit/key.ts";
import { sealEnd } from "../audit/seal.ts";
import type { Backend, BackendContext, BackendProblem } from "../backends/backend.ts";
import { openBackend } from "../backends/registry.ts";
import { socketPath, writeOwner } from "../control/owner.ts";
import { openControl } from "../control/server.ts";
import { systemClock } from "../core/clock.ts";
import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Usage } from "../core/usage.ts";
import type { EndState, Event, EventDraft } from "../events/event.ts";
import { createJournal, type Journal } from "../events/journal.ts";
import { redactDraft } from "../events/redact_draft.ts";
import { newestSession } from "../events/sessions.ts";
import { identify } from "../process/identity.ts";
import { removeHalfRecords } from "../process/record.ts";
import { startWarden } from "../process/warden_client.ts";
import { openRedactor } from "../redact/open_redactor.ts";
import type { Redactor } from "../redact/redactor.ts";
import { apply } from "../scheduler/apply.ts";
import { type Run, startRun } from "../scheduler/run.ts";
import { emptyState, type RunState } from "../scheduler/state.ts";
import { next } from "../squad/story.ts";
import type { StoreProblem } from "../store/problem.ts";
import { type Recorder, startRecorder } from "../store/recorder_client.ts";
import { TASK_LIMIT } from "../turns/prompt/shared.ts";
import { writePrompt } from "../turns/prompt/write_prompt.ts";
import { type AddressProblem, completeAddress, withAddress } from "./base_url.ts";
import { beginRun } from "./begin_run.ts";
import { excludeFromGit, findExcludes } from "./git_exclude.ts";
import { makeObserver } from "./observe_files.ts";
import { type OpenSession, openSession, type SessionProblem, type Start } from "./open_session.ts";
import { reapDeadRuns } from "./reap_runs.ts";
import { describeFolderError, prepareRunData, RUNS_PATTERN, type RunData } from "./run_data.ts";
import { RunLogs } from "./run_logs.ts";
import { findTampering } from "./tampering.ts";
import { tellRedactions } from "./tell_redactions.ts";
import { makeTurnRunner } from "./turn_runner.ts";

export interface Orchestration {
  readonly projectRoot: string;
  readonly start: Start;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Seals the end of this start. */
  readonly auditKey?: AuditKey | null;
  /** Sees what a resumed run has behind it, before anything new. */
  readonly replay: (event: Event) => void;
  /** Sees every new event once it is written. */
  readonly watch: (event: Event) => void;
  /** Called once, before the first turn starts, with the means to interrupt. */
  readonly onRunning: (run: Pick<Run, "interrupt">) => void;
}

/** How a run ended. */
export interface Ending {
  readonly paths: SessionPaths;
  readonly state: EndState;
  readonly exitCode: number;
  readonly reason: string;
  readonly usage: Usage;
  /** What AgentFS does not hold yet, in words. */
  readonly unrecorded: string | null;
  /** What somebody else did to the journal, in words. */
  readonly tampered: string | null;
  /** Why its end is not sealed that should be, in words. */
  readonly unsealed: string | null;
}

export type OrchestrationProblem =
  | SessionProblem
  | AddressProblem
  | BackendProblem
  | StoreProblem
  | { readonly kind: "nothing-to-resume"; readonly session: string };

/**
 * The headless orchestrator: opens everything that a run needs, lets the story run to its end, closes everything in the
 * opposite order. On return nothing of the run is running any more.
 */
export async function orchestrate(job: Orchestration): Promise<Result<Ending, OrchestrationProblem>> {
  await using cleanup = new AsyncDisposableStack();
  const { projectRoot, start } = job;
  const redactor = await openRedactor(start.kind === "new" ? withAddress(job.env, start.settings) : job.env);
  const redact = (draft: EventDraft) => redactDraft(draft, redactor);
  const opened = openSession(projectRoot, start, redact);
  if (!opened.ok) return opened;
  const { journal: reopened, lock, paths, history } = opened.value;
  cleanup.defer(() => lock.release());
  if (reopened) cleanup.defer(() => reopened.close());
  await reapDeadRuns(projectRoot);

  const state = emptyState();
  for (const event of history) {
    apply(state, event);
    job.replay(event);
  }
  if (state.ended === "finished") return catchUp(opened.value, state);
  const settings = completeAddress(opened.value.settings, { session: paths.session, env: job.env });
  if (!settings.ok) return settings;
  const session: OpenSession = { ...opened.value, settings: settings.value };

  const notes: string[] = session.tornBytes > 0 ? [`cut ${session.tornBytes} bytes of an unfinished last line`] : [];
  const hide = hideFromGit(projectRoot, (note) => notes.push(note));
  // The session's folder is made, whatever becomes of the rest.
  hide([RUNS_PATTERN]);
  const data = await prepareRunData(projectRoot, session.settings);
  if (!data.ok) return data;
  notes.push(...data.value.notes);
  hide(data.value.gitPatterns);
  const marker = randomBytes(12).toString("hex");
  const backend = await openBackend(
    session.settings.backend,
    backendContext({ ...job, session, marker, data: data.value }),
  );
  if (!backend.ok) return backend;
  cleanup.defer(() => backend.value.close());

  const created = reopened ? ok(reopened) : createJournal(paths.journal, systemClock, redact);
  if (!created.ok) return created;
  const journal = created.value;
  if (!reopened) cleanup.defer(() => journal.close());
  return await runSession({
    ...job,
    session,
    state,
    journal,
    redactor,
    backend: backend.value,
    marker,
    data: data.value,
    notes,
    hide,
    cleanup,
  });
}

/** A run that is finished has nothing to resume but what its recorder, or its logs, could not write then. */
async function catchUp(
  { paths, journal }: OpenSession,
  state: RunState,
): Promise<Result<Ending, OrchestrationProblem>> {
  const seq = journal?.seq ?? 0;
  // Only the newest run has its logs shown.
  if (newestSession(paths.projectRoot)?.session === paths.session) new RunLogs(paths, () => {}).close(true);
  const recorder = startRecorder({ paths, afterSeq: 0 });
  const recorded = await recorder.caughtUp(seq);
  await recorder.stop();
  if (recorded.ok) return err({ kind: "nothing-to-resume", session: paths.session });
  const reason = state.endReason;
  const unrecorded = recorded.error.message;
  return ok({
    paths,
    state: "finished",
    exitCode: 0,
    reason,
    usage: state.usage,
    unrecorded,
    tampered: null,
    unsealed: null,
  });
}

interface Opened extends Orchestration {
  readonly session: OpenSession;
  readonly marker: string;
  readonly data: RunData;
}

function backendContext({ projectRoot, session, marker, data, env }: Opened): BackendContext {
  const { paths, settings } = session;
  return {
    session: paths.session,
    projectRoot,
    processesFolder: paths.processes,
    runMarker: marker,
    protectedPaths: data.protectedPaths,
    codexPath: settings.codexPath,
    baseUrl: settings.baseUrl,
    scenario: settings.scenario,
    trust: settings.trust,
    env,
  };
}

interface Ready extends Opened {
  readonly state: RunState;
  readonly journal: Journal;
  readonly redactor: Redactor;
  readonly backend: Backend;
  /** What the person is told as soon as there is a run to note it in. */
  readonly notes: string[];
  readonly hide: (names: readonly string[]) => void;
  readonly cleanup: AsyncDisposableStack;
}

async function runSession(ready: Ready): Promise<Result<Ending, OrchestrationProblem>> {
  const { session, state, journal, redactor, backend, marker, notes, hide, cleanup, projectRoot } = ready;
  const { paths } = session;
  const self = identify(process.pid);
  const socket = socketPath(paths, ready.env);
  try {
    writeOwner(paths, { pid: process.pid, startTime: self?.startTime ?? "", marker, socket });
  } catch (error) {
    return err(describeFolderError(paths.folder, error));
  }
  const afterSeq = journal.seq;
  const begun = await beginRun({ ...ready, settings: session.settings, session: paths.session });
  if (!begun.ok) return begun;

  notes.push(...keepLongPrompt(paths, state.prompt));
  const warden = startWarden({ processesFolder: paths.processes, marker });
  cleanup.defer(() => warden.stop());
  const logs = new RunLogs(paths, (opened) => {
    notes.push(...opened.takeNotices());
    hide(opened.links);
  });
  if (ready.start.kind === "new") logs.open();
  else logs.openLater();
  const recorder = startRecorder({ paths, afterSeq, onNotice: (note) => notes.push(note) });
  cleanup.defer(() => recorder.stop());
  for (const event of begun.value) ready.watch(event);
  const durable = await journal.durable();
  if (!durable.ok) return durable;

  const run = startRun({
    state,
    journal,
    next: tellRedactions(next, redactor),
    writePrompt,
    runTurn: makeTurnRunner({ state, backend, workspace: projectRoot }),
    observe: makeObserver(projectRoot, ready.data.protectedPaths),
    watch(event) {
      notes.push(...logs.append(event));
      if (event.type === "wave.started" || event.type === "run.interrupted") hide(logs.links);
      ready.watch(event);
      if (event.type !== "run.notice") for (const note of notes.splice(0)) run.note(note);
    },
  });
  const control = await openControl(socket, (request) => {
    if (request.kind === "stop") run.interrupt(request.by, "everything", "stopped by the user");
    else run.interrupt(request.by, "agents", "interrupted by the user");
    return { ok: true };
  });
  cleanup.defer(() => control.close());
  ready.onRunning(run);

  const done = await run.done;
  if (!done.ok) return done;
  await warden.stop();
  removeHalfRecords(paths.processes);
  return ok(await finish({ session, state, journal, logs, recorder, auditKey: ready.auditKey ?? null }));
}

/** Waits for the recorder, mends the logs, and says how it ended. */
async function finish(parts: {
  readonly session: OpenSession;
  readonly state: RunState;
  readonly journal: Journal;
  readonly logs: RunLogs;
  readonly recorder: Recorder;
  readonly auditKey: AuditKey | null;
}): Promise<Ending> {
  const { state, journal, logs, recorder, session, auditKey } = parts;
  const { paths } = session;
  const tampered = findTampering(journal);
  logs.close(tampered === null);
  const recorded = await recorder.caughtUp(journal.seq);
  const { ended, usage, endReason: reason, exitCode } = state;
  const unrecorded = recorded.ok ? null : `${recorded.error.missing} events: ${recorded.error.message}`;
  const unsealed = sealEnd(paths, { seq: journal.seq, head: journal.head, atMs: Date.now() }, auditKey);
  return { paths, state: ended ?? "stopped", exitCode, reason, usage, unrecorded, tampered, unsealed };
}

/** Agents read the whole of a task there that is too long for their prompts. Gives what went wrong. */
function keepLongPrompt({ prompt: file }: SessionPaths, prompt: string): string[] {
  if (prompt.length <= TASK_LIMIT) return [];
  try {
    writeFileSync(file, prompt);
    return [];
  } catch (error) {
    return [`cannot write ${file} (${(error as Error).message}): agents see the long task without its middle`];
  }
}

/** Hides each name from git once; says once what keeps it from that. */
function hideFromGit(projectRoot: string, note: (text: string) => void): (names: readonly string[]) => void {
  const excludes = findExcludes(projectRoot);
  const hidden = new Set<string>();
  if (!excludes) note("this folder is no git repository: what agents change cannot be compared or undone");
  return (names) => {
    const added = names.filter((name) => !hidden.has(name));
    for (const name of added) hidden.add(name);
    const problem = excludes && added.length > 0 ? excludeFromGit(excludes, added) : null;
    if (problem) note(problem);
  };
}
