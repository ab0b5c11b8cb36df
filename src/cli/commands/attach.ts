import { chooseView, isTerminal } from "../../launch/choose_view.ts";
import { watchSquadSession } from "../../launch/spawn_session.ts";
import { defineCommand, SESSION_ARGUMENT } from "../command.ts";
import { findSession } from "../find_session.ts";
import { hideFromGit, tellOutcome } from "../in_panes.ts";

/** Comes back to a run's panes, also when Zellij is gone and the run is not, or when the run is over. */
export const attach = defineCommand({
  arguments: [SESSION_ARGUMENT],
  settings: ["metrics"],
  notes: "Without panes at hand, look at a run with: codex-squad logs timeline --follow",
  async run({ words: [session], settings, projectRoot, env, output }) {
    const found = findSession(projectRoot, session ?? null);
    if (!found.ok) return output.fail(found.error);
    const paths = found.value;
    const view = await chooseView({ headless: false, env, isTerminal: isTerminal() });
    if (view.kind === "headless") {
      const message = (view.reason ?? "").replace("running without panes", "attach opens panes");
      const hint = `look at it with: codex-squad logs timeline ${paths.session} --follow`;
      return output.fail({ kind: "zellij-unusable", message, hint });
    }
    const outcome = await watchSquadSession({
      paths,
      env,
      say: (line) => output.warn(line),
      onFileMade: (name) => hideFromGit(projectRoot, name, output),
    });
    return tellOutcome({ outcome, paths, show: { metrics: settings.metrics, json: false }, output });
  },
});
