import { readAuditKey } from "../../audit/key.ts";
import { EXIT } from "../../core/exit_codes.ts";
import { ok } from "../../core/result.ts";
import { chooseView, isTerminal } from "../../launch/choose_view.ts";
import { selfCommand } from "../../process/self.ts";
import { defineCommand, SESSION_ARGUMENT } from "../command.ts";
import { findSession } from "../find_session.ts";

const MOST_DIFFERENCES = 8;

/** Goes on where a run was cut off, with its own prompt and settings. */
export const resume = defineCommand({
  arguments: [SESSION_ARGUMENT],
  settings: ["headless", "stream", "metrics", "debugPrompt", "json", "auditKey"],
  options: {
    list: { kind: "boolean", flag: "list", default: false, help: "Show what can be resumed, and where it would go on" },
    newConfig: {
      kind: "boolean",
      flag: "with-new-config",
      default: false,
      help: "Take today's configuration for agents and groups that have not begun",
    },
  },
  notes: `Finished turns are not asked again, one that Codex had finished unseen is adopted; what was cut off continues on
its thread; failed agents are tried again, and those that were skipped for them. Prompt, model, server, settings and
squad are the run's own; keys come from the environment.`,
  async run({ words: [session], settings, options, projectRoot, env, output }) {
    if (options.list) {
      const { listResumable, renderResumable } = await import("../resumable.ts");
      const runs = listResumable(projectRoot);
      if (settings.json) await output.printJson(runs);
      else if (runs.length === 0) await output.warn(`nothing can be resumed in ${projectRoot}`);
      else await output.print(runs.map(renderResumable).join("\n"));
      return EXIT.done;
    }
    const found = findSession(projectRoot, session ?? null);
    if (!found.ok) return output.fail(found.error);
    const paths = found.value;
    const auditKey = settings.auditKey === null ? ok(null) : readAuditKey(settings.auditKey);
    if (!auditKey.ok) return output.fail(auditKey.error);
    const { readNewConfig } = await import("../new_config.ts");
    const config = await readNewConfig(paths);
    if (!config.ok && options.newConfig) return output.fail(config.error);
    const differences = config.ok ? config.value.differences : [config.error.message];
    for (const difference of differences.slice(0, MOST_DIFFERENCES)) {
      await output.warn(`the configuration has changed since: ${difference}`);
    }
    if (differences.length > MOST_DIFFERENCES) {
      await output.warn(`and in ${differences.length - MOST_DIFFERENCES} more places`);
    }
    if (differences.length > 0 && !options.newConfig) {
      await output.warn("the run keeps its own; --with-new-config takes the new one for what has not begun");
    }
    const plan = options.newConfig && config.ok && differences.length > 0 ? config.value.plan : null;
    const view = await chooseView({ headless: settings.headless || settings.json, env, isTerminal: isTerminal() });
    if (view.kind === "panes") {
      const { runInPanes } = await import("../in_panes.ts");
      const sealing = settings.auditKey === null ? [] : ["--audit-key", settings.auditKey];
      const own = [...(plan ? ["--with-new-config"] : []), ...sealing, "--headless", "--project-root", projectRoot];
      const command = selfCommand(["resume", paths.session, ...own]);
      return runInPanes({ paths, command, show: settings, env, output });
    }
    if (view.reason) await output.warn(view.reason);
    const { runHeadless } = await import("../headless.ts");
    const start = { kind: "resume", session: paths.session, ...(plan ? { plan } : {}) } as const;
    return runHeadless({ start, show: settings, auditKey: auditKey.value, projectRoot, env, output });
  },
});
