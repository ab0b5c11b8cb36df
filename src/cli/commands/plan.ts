import { join } from "node:path";
import { loadSquad } from "../../config/load.ts";
import { readPrompt } from "../../config/read_prompt.ts";
import type { Settings } from "../../config/settings.ts";
import { EXIT } from "../../core/exit_codes.ts";
import { sessionPaths } from "../../core/paths.ts";
import { makePlan } from "../../plan/make_plan.ts";
import { actionsPath, memoryPath } from "../../store/locations.ts";
import { createStyle } from "../../views/style.ts";
import { defineCommand, JSON_OPTION, RUN_SETTINGS } from "../command.ts";
import { describePlan, type Storage } from "../plan_tree.ts";

/** What a run with the same flags would do. Starts nothing and writes nothing. */
export const plan = defineCommand({
  arguments: [{ name: "prompt", variadic: true, help: "What the squad shall do; may be left out here" }],
  settings: RUN_SETTINGS.filter((key) => key !== "json"),
  options: { json: JSON_OPTION },
  async run({ words, settings, options, projectRoot, output }) {
    const prompt = await readPrompt({ prompt: settings.prompt, promptFile: settings.promptFile, words });
    if (!prompt.ok && prompt.error.kind !== "prompt-missing") return output.fail(prompt.error);
    const loaded = await loadSquad({ ...settings, projectRoot });
    if (!loaded.ok) return output.fail(loaded.error);
    const made = makePlan(settings, loaded.value.squad);
    if (!made.ok) return output.fail([made.error]);
    const { source } = loaded.value;
    const warnings = [...loaded.value.warnings, ...made.value.warnings];
    for (const warning of warnings) await output.warn(warning);
    const text = prompt.ok ? prompt.value : null;
    const storage = findStorage(projectRoot, settings);
    if (options.json) {
      await output.printJson({
        plan: made.value.plan,
        settings: { ...settings, prompt: text, projectRoot },
        source,
        storage,
        warnings,
      });
    } else {
      const style = createStyle(output.color);
      await output.print(
        describePlan({ plan: made.value.plan, settings, prompt: text, projectRoot, storage, source, style }),
      );
    }
    return EXIT.done;
  },
});

function findStorage(projectRoot: string, settings: Settings): Storage {
  const { journal } = sessionPaths(projectRoot, settings.session ?? "<session>");
  return {
    journal,
    logs: join(projectRoot, "logs"),
    memory: memoryPath(projectRoot, settings.memoryDir),
    actionLog: settings.agentfs ? actionsPath(projectRoot, settings) : null,
  };
}
