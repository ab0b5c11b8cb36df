import { EXIT } from "../../core/exit_codes.ts";
import { readEvents } from "../../events/read.ts";
import { describeRun, renderStatus } from "../../views/render_status.ts";
import { foldRun, UNFOLDED } from "../../views/run_state.ts";
import { createStyle } from "../../views/style.ts";
import { defineCommand, JSON_OPTION, SESSION_ARGUMENT } from "../command.ts";
import { findReadableSession, isRunning } from "../find_session.ts";

/** `status`: how far a run is, or how it ended. */
export const status = defineCommand({
  arguments: [SESSION_ARGUMENT],
  options: { json: JSON_OPTION },
  notes: `The time left and what an agent is expected to take come from earlier runs in the folder.
With --json all times are milliseconds; remainingMs and estimateMs are null where no earlier run tells.
Example: codex-squad status --json`,
  async run({ words: [session], options: { json }, projectRoot, output }) {
    const found = findReadableSession(projectRoot, session ?? null);
    if (!found.ok) return output.fail(found.error);
    const run = foldRun(readEvents(found.value.journal, { without: UNFOLDED }));
    const described = describeRun(run, { alive: isRunning(found.value), nowMs: Date.now() });
    if (json) await output.printJson(described);
    else await output.print(renderStatus(run, described, createStyle(output.color)).join("\n"));
    return EXIT.done;
  },
});
