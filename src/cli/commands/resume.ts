import { chooseView, isTerminal } from "../../launch/choose_view.ts";
import { selfCommand } from "../../process/self.ts";
import { defineCommand, SESSION_ARGUMENT } from "../command.ts";
import { findSession } from "../find_session.ts";

/** Goes on where a run was cut off, with its own prompt and settings. */
export const resume = defineCommand({
  arguments: [SESSION_ARGUMENT],
  settings: ["headless", "stream", "metrics", "debugPrompt", "json"],
  notes: `Finished turns are not asked again; what was cut off continues on its thread; failed agents are tried again.
Prompt, model, server and settings are the run's own; keys come from the environment.`,
  async run({ words: [session], settings, projectRoot, env, output }) {
    const found = findSession(projectRoot, session ?? null);
    if (!found.ok) return output.fail(found.error);
    const view = await chooseView({ headless: settings.headless || settings.json, env, isTerminal: isTerminal() });
    if (view.kind === "panes") {
      const { runInPanes } = await import("../in_panes.ts");
      const paths = found.value;
      const command = selfCommand(["resume", paths.session, "--headless", "--project-root", projectRoot]);
      return runInPanes({ paths, command, show: settings, env, output });
    }
    if (view.reason) await output.warn(view.reason);
    const { runHeadless } = await import("../headless.ts");
    const start = { kind: "resume", session: found.value.session } as const;
    return runHeadless({ start, show: settings, projectRoot, env, output });
  },
});
