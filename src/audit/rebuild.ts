import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { JournalProblem } from "../events/journal.ts";
import { verifyJournal } from "../events/verify.ts";
import { startRecorder } from "../store/recorder_client.ts";

/** What a recorder said that had a whole journal before it. */
export interface Rebuilt {
  readonly events: number;
  /** What is not recorded, in words; null when all is. */
  readonly unrecorded: string | null;
  readonly notices: readonly string[];
}

/**
 * Has a recorder go through a journal from its first event: what a database lacks is written, what it says to have is
 * left alone. A journal that was changed is refused: nothing should be made of it.
 */
export async function rebuildSession(
  paths: SessionPaths,
  command?: readonly string[],
): Promise<Result<Rebuilt, JournalProblem>> {
  const { events, fault } = verifyJournal(paths.journal);
  if (fault) {
    const message = `line ${fault.line} ${fault.message}`;
    return err({ kind: "journal-damaged", path: paths.journal, message });
  }
  const notices: string[] = [];
  // It would end at the first end of a run that it comes upon; only the journal's own end is meant.
  const recorder = startRecorder({
    paths,
    afterSeq: events - 1,
    onNotice: (notice) => notices.push(notice),
    ...(command ? { command } : {}),
  });
  const recorded = await recorder.caughtUp(events);
  await recorder.stop();
  const unrecorded = recorded.ok ? null : `${recorded.error.missing} of ${events} events: ${recorded.error.message}`;
  return ok({ events, unrecorded, notices });
}
