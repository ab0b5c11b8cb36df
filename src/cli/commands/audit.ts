import { EXIT } from "../../core/exit_codes.ts";
import { verifyJournal } from "../../events/verify.ts";
import { defineCommand, JSON_OPTION, SESSION_ARGUMENT } from "../command.ts";
import { findSession } from "../find_session.ts";

/** Checks a journal's chain line by line. */
export const verify = defineCommand({
  arguments: [SESSION_ARGUMENT],
  options: { json: JSON_OPTION },
  notes: "Exit 0: the chain is whole (a torn last line is a note). Exit 1: it is not; the first bad line is named.",
  async run({ words: [session], options: { json }, projectRoot, output }) {
    const found = findSession(projectRoot, session ?? null);
    if (!found.ok) return output.fail(found.error);
    const { journal: path, session: name } = found.value;
    const verdict = verifyJournal(path);
    const { events, head, fault, tornBytes } = verdict;
    if (json) {
      await output.printJson({ session: name, journal: path, intact: fault === null, events, head, tornBytes, fault });
    } else if (fault) {
      await output.print(`${path}:${fault.line}: ${fault.message}`);
    } else {
      if (tornBytes > 0)
        await output.print(`note: ${tornBytes} bytes of an unfinished last line; the next start cuts them off`);
      await output.print(`${name}: intact, ${events} events\nhead ${head}`);
    }
    return fault ? EXIT.failed : EXIT.done;
  },
});
