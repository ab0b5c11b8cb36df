import { EXIT } from "../../core/exit_codes.ts";
import type { ActionEvent, ActionTurn } from "../../store/read_actions.ts";
import { neutraliseLine, neutraliseText } from "../../views/terminal_text.ts";
import { defineCommand, JSON_OPTION } from "../command.ts";

/** `agentfs read`: the newest turns of the action log, and what was streamed within them. */
export const read = defineCommand({
  settings: ["agentfsPath", "agentfsId", "agentfsSession"],
  options: {
    path: {
      kind: "path",
      flag: "path",
      placeholder: "file",
      default: null,
      help: "The database (otherwise .agentfs/agent-db.db)",
    },
    session: { kind: "text", flag: "session", placeholder: "name", default: null, help: "Only this run" },
    agent: { kind: "text", flag: "agent", placeholder: "id", default: null, help: "Only this agent" },
    events: {
      kind: "boolean",
      flag: "events",
      default: false,
      help: "Print the streamed events as well, those of turns that did not finish included",
    },
    limit: {
      kind: "integer",
      flag: "limit",
      placeholder: "n",
      default: 10,
      min: 1,
      max: 1_000_000,
      help: "How many turns at most, newest first",
    },
    json: JSON_OPTION,
  },
  notes: "Works while a run is writing. The official agentfs command and sqlite3 can read the file too.",
  async run({ settings, options, projectRoot, output }) {
    const [{ readActions }, { actionsPath }, { findFileFault }] = await Promise.all([
      import("../../store/read_actions.ts"),
      import("../../store/locations.ts"),
      import("../../store/file_fault.ts"),
    ]);
    const path = options.path ?? actionsPath(projectRoot, settings);
    const fault = findFileFault(path);
    if (fault) return output.fail(fault);
    const session = options.session ?? settings.agentfsSession;
    const outcome = await readActions(path, { ...options, session });
    if (!outcome.ok) return output.fail(outcome.error);
    if (options.json) await output.printJson(outcome.value);
    else if (outcome.value.length === 0) await output.warn(`no turn that fits, in ${path}`);
    else await output.print(outcome.value.map(renderTurn).join("\n\n"));
    return EXIT.done;
  },
});

function renderTurn(turn: ActionTurn): string {
  const when = turn.finishedAt ? `${turn.startedAt} to ${turn.finishedAt}` : "not finished";
  const lines = [neutraliseLine(`## ${turn.agent} ${turn.phase ?? ""} ${when}`), turn.path];
  if (turn.prompt !== undefined) lines.push("", "--- prompt", neutraliseText(turn.prompt.trimEnd()));
  if (turn.events) lines.push("", "--- events", ...turn.events.map(renderEvent));
  if (turn.response !== undefined) lines.push("", "--- response", neutraliseText(turn.response.trimEnd()));
  return lines.join("\n");
}

function renderEvent({ at, type, seq: _, agent: __, phase: ___, attempt: ____, ...rest }: ActionEvent): string {
  return neutraliseLine(`${at} ${type} ${JSON.stringify(rest)}`);
}
