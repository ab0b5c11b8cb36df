import type { Backend } from "../backends/backend.ts";
import type { Settings } from "../config/settings.ts";
import { ok, type Result } from "../core/result.ts";
import { VERSION } from "../core/version.ts";
import { measureEarlierRuns } from "../events/durations.ts";
import { type Event, type EventDraft, JOURNAL_SCHEMA } from "../events/event.ts";
import type { Journal, JournalProblem } from "../events/journal.ts";
import { apply } from "../scheduler/apply.ts";
import type { RunState } from "../scheduler/state.ts";
import { memoryPath } from "../store/locations.ts";
import { lookUpCutOffTurns } from "./cut_off_turns.ts";
import type { Start } from "./open_session.ts";
import { recallMemory } from "./recall.ts";

export interface Beginning {
  readonly start: Start;
  readonly session: string;
  readonly projectRoot: string;
  readonly settings: Settings;
  /** Replayed, when there is something to replay. */
  readonly state: RunState;
  readonly journal: Journal;
  readonly backend: Backend;
  /** Takes what the person shall be told. */
  readonly notes: string[];
}

/**
 * The first events of this start: that it is one, and what is known before anything is asked. For a new run that is what
 * earlier ones have left and how long they took, for a resume how the turns that were cut off have ended without us.
 */
export async function beginRun(beginning: Beginning): Promise<Result<Event[], JournalProblem>> {
  const { state, journal, settings, backend, notes, projectRoot, start } = beginning;
  const events: Event[] = [];
  const record = (draft: EventDraft): Result<Event, JournalProblem> => {
    const written = journal.append(draft);
    if (written.ok) {
      apply(state, written.value);
      events.push(written.value);
    }
    return written;
  };
  const begun = record(describeStart(beginning));
  if (!begun.ok) return begun;
  const drafts: EventDraft[] = [];
  if (start.kind === "resume") drafts.push(...(await lookUpCutOffTurns(state, backend)));
  else if (settings.memory) {
    const recalled = await recallMemory(memoryPath(projectRoot, settings.memoryDir), state.session);
    if (!recalled.ok) notes.push(`${recalled.error}; the run goes on without it`);
    else if (recalled.value !== null) drafts.push(recalled.value);
  }
  for (const draft of drafts) {
    const written = record(draft);
    if (!written.ok) return written;
  }
  return ok(events);
}

function describeStart({ start, projectRoot, session }: Beginning): EventDraft {
  const { pid } = process;
  if (start.kind === "resume") {
    return { type: "run.resumed", version: VERSION, pid, ...(start.plan ? { plan: start.plan } : {}) };
  }
  const { prompt, plan, settings } = start;
  const estimates = measureEarlierRuns(projectRoot);
  return {
    type: "run.started",
    session,
    schema: JOURNAL_SCHEMA,
    version: VERSION,
    projectRoot,
    prompt,
    plan,
    settings,
    pid,
    ...(estimates ? { estimates } : {}),
  };
}
