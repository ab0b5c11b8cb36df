import type { SessionPaths } from "../core/paths.ts";
import type { Event } from "../events/event.ts";
import { followEvents, readEvents } from "../events/read.ts";
import { isRunning } from "./find_session.ts";
import type { Output } from "./output.ts";

export interface EventStream {
  readonly paths: SessionPaths;
  readonly output: Output;
  /** One object a line until the run ends, in place of one array. */
  readonly follow: boolean;
  readonly keep: (event: Event) => boolean;
}

/** Prints events as they stand in the journal, as JSON. */
export async function printEventStream({ paths, output, follow, keep }: EventStream): Promise<void> {
  if (!follow) return output.printJson([...readEvents(paths.journal)].filter(keep));
  await followUntilEnd(paths, output, (event) => (keep(event) ? JSON.stringify(event) : null));
}

/** Prints what `render` gives for each event until the run has ended (or has crashed before) or nobody reads any more. */
export async function followUntilEnd(
  paths: SessionPaths,
  output: Output,
  render: (event: Event) => string | null,
): Promise<void> {
  if (!isRunning(paths)) {
    const lines = [...readEvents(paths.journal)].map(render).filter((line) => line !== null);
    if (lines.length > 0) await output.print(lines.join("\n"));
    return;
  }
  for await (const batch of followEvents(paths.journal, { signal: output.closed })) {
    const lines = batch.map(({ event }) => render(event)).filter((line) => line !== null);
    if (lines.length > 0) await output.print(lines.join("\n"));
    // Events of a resume may stand behind an end: only the last one counts.
    if (batch.at(-1)?.event.type === "run.finished") return;
  }
}
