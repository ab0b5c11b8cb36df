import { readAuditKey } from "../../audit/key.ts";
import { loadSquad } from "../../config/load.ts";
import { readPrompt } from "../../config/read_prompt.ts";
import { newSessionName } from "../../core/ids.ts";
import { sessionPaths } from "../../core/paths.ts";
import { ok } from "../../core/result.ts";
import { chooseView, isTerminal } from "../../launch/choose_view.ts";
import { makePlan } from "../../plan/make_plan.ts";
import { selfCommand } from "../../process/self.ts";
import { defineCommand, RUN_SETTINGS } from "../command.ts";

/** Everything from one prompt: the plan, then the squad, in panes or headless. */
export const run = defineCommand({
  arguments: [{ name: "prompt", variadic: true, help: "What the squad shall do" }],
  settings: RUN_SETTINGS,
  notes: `Examples:
  codex-squad "Add a dark mode"
  codex-squad --prompt-file task.md --session nightly --headless
  codex-squad --backend scripted "Try it without an account"`,
  async run({ words, settings, origins, projectRoot, env, output }) {
    const prompt = await readPrompt({ prompt: settings.prompt, promptFile: settings.promptFile, words });
    if (!prompt.ok) return output.fail(prompt.error);
    const auditKey = settings.auditKey === null ? ok(null) : readAuditKey(settings.auditKey);
    if (!auditKey.ok) return output.fail(auditKey.error);
    const loaded = await loadSquad({ ...settings, projectRoot });
    if (!loaded.ok) return output.fail(loaded.error);
    const made = makePlan(settings, loaded.value.squad);
    if (!made.ok) return output.fail([made.error]);
    const { plan } = made.value;
    for (const warning of [...loaded.value.warnings, ...made.value.warnings]) await output.warn(warning);
    const session = settings.session ?? newSessionName(Date.now());
    const view = await chooseView({ headless: settings.headless || settings.json, env, isTerminal: isTerminal() });
    if (view.kind === "panes") {
      const { flagsOf, runInPanes } = await import("../in_panes.ts");
      const own = ["--session", session, "--project-root", projectRoot, "--prompt-file", "-"];
      const command = selfCommand(["run", "--headless", ...flagsOf(settings, origins), ...own]);
      const paths = sessionPaths(projectRoot, session);
      return runInPanes({ paths, command, input: prompt.value, show: settings, env, output });
    }
    if (view.reason) await output.warn(view.reason);
    const { runHeadless } = await import("../headless.ts");
    // Where the key lies is nobody's business who reads the journal.
    const kept = { ...settings, auditKey: null };
    const start = { kind: "new", session, prompt: prompt.value, plan, settings: kept } as const;
    return runHeadless({ start, show: settings, auditKey: auditKey.value, projectRoot, env, output });
  },
});
