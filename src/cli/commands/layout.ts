import { convertJsonToKdl } from "zellij-toolkit";
import { EXIT } from "../../core/exit_codes.ts";
import { layoutOf } from "../../launch/pane_commands.ts";
import { defineCommand, JSON_OPTION, SESSION_ARGUMENT } from "../command.ts";
import { findSession } from "../find_session.ts";

/** What `zellij.kdl` of a run says, as KDL or as the data it is made of. Writes nothing. */
export const layout = defineCommand({
  arguments: [SESSION_ARGUMENT],
  options: {
    print: { kind: "boolean", flag: "print", default: false, help: "Print it as KDL (what happens anyway)" },
    json: JSON_OPTION,
  },
  async run({ words: [session], options: { json }, projectRoot, output }) {
    const found = findSession(projectRoot, session ?? null);
    if (!found.ok) return output.fail(found.error);
    const document = layoutOf(found.value);
    if (json) await output.printJson(document);
    else await output.print(convertJsonToKdl(document));
    return EXIT.done;
  },
});
