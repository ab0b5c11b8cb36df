import { describeCounts } from "../redact/describe_counts.ts";
import type { Redactor } from "../redact/redactor.ts";
import type { Command } from "../scheduler/next.ts";
import type { RunState } from "../scheduler/state.ts";

/** The story, with a notice of what was taken out of it right before its end. */
export function tellRedactions(
  next: (state: RunState) => Command,
  redactor: Pick<Redactor, "counts">,
): (state: RunState) => Command {
  let told = false;
  return (state) => {
    const command = next(state);
    if (told || command.do !== "record" || command.event.type !== "run.finished") return command;
    told = true;
    const message = describeCounts(redactor.counts);
    return message === null ? command : { do: "record", event: { type: "run.notice", message } };
  };
}
