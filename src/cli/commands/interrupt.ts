import { sendControl } from "../../control/client.ts";
import { EXIT } from "../../core/exit_codes.ts";
import { defineCommand, SESSION_ARGUMENT } from "../command.ts";
import { findSession } from "../find_session.ts";

/** Ctrl+S from another terminal. */
export const interrupt = defineCommand({
  arguments: [SESSION_ARGUMENT],
  options: {
    now: { kind: "boolean", flag: "now", default: false, help: "End running turns at once; they can be resumed" },
  },
  async run({ words: [name], options: { now }, projectRoot, output }) {
    const found = findSession(projectRoot, name ?? null);
    if (!found.ok) return output.fail(found.error);
    const { session } = found.value;
    const request = now ? ({ kind: "stop", by: "command" } as const) : ({ kind: "interrupt", by: "command" } as const);
    const sent = await sendControl(projectRoot, session, request);
    if (!sent.ok) {
      const { kind, message } = sent.error;
      return output.fail(kind === "not-running" ? sent.error : { ...sent.error, message: `${session}: ${message}` });
    }
    const what = now ? "its turns are ended" : "agents that have begun finish, nothing new starts";
    await output.print(`${session}: ${what}. Go on later with: codex-squad resume ${session}`);
    return EXIT.done;
  },
});
