import { EXIT } from "../../core/exit_codes.ts";
import type { Event } from "../../events/event.ts";
import { readEvents } from "../../events/read.ts";
import { renderEventLine } from "../../views/event_line.ts";
import { createStyle } from "../../views/style.ts";
import { defineCommand, JSON_OPTION, SESSION_ARGUMENT } from "../command.ts";
import { findReadableSession } from "../find_session.ts";
import { followUntilEnd, printEventStream } from "../print_events.ts";

/** `events`: the journal itself, filtered. */
export const events = defineCommand({
  arguments: [SESSION_ARGUMENT],
  options: {
    follow: { kind: "boolean", flag: "follow", default: false, help: "Go on until the run ends" },
    type: { kind: "list", flag: "type", placeholder: "types", default: null, help: "Only these types of event" },
    agent: { kind: "list", flag: "agent", placeholder: "ids", default: null, help: "Only events of these agents" },
    json: JSON_OPTION,
  },
  notes: `Examples:
  codex-squad events --type turn.finished,turn.failed --json
  codex-squad events --follow --json
With --json: one array, with --follow one object a line.`,
  async run({ words: [session], options: { follow, type, agent, json }, projectRoot, output }) {
    const found = findReadableSession(projectRoot, session ?? null);
    if (!found.ok) return output.fail(found.error);
    const paths = found.value;
    const keep = (event: Event) =>
      (type === null || type.includes(event.type)) &&
      (agent === null || ("agent" in event && agent.includes(event.agent)));
    if (json) {
      await printEventStream({ paths, output, follow, keep });
      return EXIT.done;
    }
    const style = createStyle(output.color);
    const columns = process.stdout.isTTY ? process.stdout.columns : null;
    const render = (event: Event) => (keep(event) ? renderEventLine(event, style, columns) : null);
    if (follow) await followUntilEnd(paths, output, render);
    else {
      const lines = [...readEvents(paths.journal)].map(render).filter((line) => line !== null);
      if (lines.length > 0) await output.print(lines.join("\n"));
    }
    return EXIT.done;
  },
});
