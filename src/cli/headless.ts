import type { AuditKey } from "../audit/key.ts";
import type { Settings } from "../config/settings.ts";
import type { ExitCode } from "../core/exit_codes.ts";
import type { Event } from "../events/event.ts";
import type { Start } from "../orchestrate/open_session.ts";
import { type Ending, orchestrate } from "../orchestrate/orchestrate.ts";
import type { Run } from "../scheduler/run.ts";
import { startProgress } from "../views/progress/start_progress.ts";
import type { Output } from "./output.ts";
import { printReport } from "./print_report.ts";

export interface HeadlessRun {
  readonly start: Start;
  /** How to show it; a resume's own, not the run's. */
  readonly show: Pick<Settings, "stream" | "metrics" | "debugPrompt" | "json">;
  readonly auditKey: AuditKey | null;
  readonly projectRoot: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
}

/** Runs a squad in this process, with live progress and a report at the end. */
export async function runHeadless({ start, show, auditKey, projectRoot, env, output }: HeadlessRun): Promise<ExitCode> {
  const out = show.json ? process.stderr : process.stdout;
  const { stream, debugPrompt } = show;
  const progress = startProgress({ out, stream, debugPrompt, isTty: out.isTTY === true, env });
  const signals = takeSignals();
  try {
    const ended = await orchestrate({
      projectRoot,
      start,
      env,
      auditKey,
      replay: (event: Event) => progress.replay(event),
      watch: (event: Event) => progress.event(event),
      onRunning: signals.bind,
    });
    progress.stop();
    if (!ended.ok) return output.fail(ended.error);
    await printReport({ paths: ended.value.paths, show, output });
    await warnOfGaps(ended.value, output);
    return ended.value.exitCode as ExitCode;
  } finally {
    progress.stop();
    signals.release();
  }
}

/**
 * The first Ctrl+C or SIGTERM is an interrupt, the second ends the turns at once. One that comes before there is a run
 * waits for it. A closed terminal (SIGHUP) ends nothing: the work goes on and can be looked at from elsewhere.
 */
function takeSignals(): { bind(run: Pick<Run, "interrupt">): void; release(): void } {
  let run: Pick<Run, "interrupt"> | null = null;
  let count = 0;
  const apply = (name: string) => {
    if (count === 1) run?.interrupt("signal", "agents", `interrupted by ${name}`);
    else run?.interrupt("signal", "everything", `stopped by a second ${name}`);
  };
  const onSignal = (name: NodeJS.Signals) => {
    count += 1;
    apply(name);
  };
  const ignore = () => {};
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal).on("SIGHUP", ignore);
  return {
    bind(bound) {
      run = bound;
      if (count > 0) apply("SIGINT");
    },
    release() {
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal).off("SIGHUP", ignore);
    },
  };
}

/** What the report cannot know: it is made from the journal. */
async function warnOfGaps({ paths, tampered, unrecorded, unsealed }: Ending, output: Output): Promise<void> {
  if (tampered) await output.warn(`the record of this run was changed while it ran: ${tampered}`);
  if (unsealed) await output.warn(`the end of this run is not sealed: ${unsealed}`);
  if (unrecorded === null) return;
  await output.warn(`AgentFS does not hold all of it yet: ${unrecorded}`);
  await output.warn(`the journal does; catch up with: codex-squad resume ${paths.session}`);
}
