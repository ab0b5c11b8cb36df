import { loadSquad } from "../../config/load.ts";
import { readPrompt } from "../../config/prompt.ts";
import { newSessionName } from "../../core/ids.ts";
import { makePlan } from "../../plan/make_plan.ts";
import { defineCommand, RUN_SETTINGS } from "../command.ts";

/** Everything from one prompt: the plan, then the squad, in panes or headless. */
export const run = defineCommand({
  arguments: [{ name: "prompt", variadic: true, help: "What the squad shall do" }],
  settings: RUN_SETTINGS,
  notes: `Examples:
  codex-squad "Add a dark mode"
  codex-squad --prompt-file task.md --session nightly --headless
  codex-squad --backend scripted "Try it without an account"`,
  async run({ words, settings, projectRoot, env, output }) {
    const prompt = await readPrompt({ prompt: settings.prompt, promptFile: settings.promptFile, words });
    if (!prompt.ok) return output.fail(prompt.error);
    const loaded = await loadSquad({ ...settings, projectRoot });
    if (!loaded.ok) return output.fail(loaded.error);
    const { squad, warnings } = loaded.value;
    for (const warning of warnings) await output.warn(warning);
    const session = settings.session ?? newSessionName(Date.now());
    const plan = makePlan(settings, squad);
    const { runHeadless } = await import("../headless.ts");
    const start = { kind: "new", session, prompt: prompt.value, plan, settings } as const;
    return runHeadless({ start, show: settings, projectRoot, env, output });
  },
});
