import { homedir } from "node:os";
import { EXIT } from "../../core/exit_codes.ts";
import { createStyle } from "../../views/style.ts";
import { defineCommand, JSON_OPTION } from "../command.ts";
import type { Surroundings } from "../doctor/check.ts";
import {
  checkCodexHome,
  checkDisk,
  checkLogin,
  checkPlatform,
  checkProjectFolder,
  checkTerminal,
} from "../doctor/machine.ts";
import { checkAgentfs, checkCodex, checkGit, checkZellij } from "../doctor/tools.ts";

/** Looks at everything a run needs or likes to have. Changes nothing. */
export const doctor = defineCommand({
  settings: ["backend", "codexPath", "baseUrl"],
  options: { json: JSON_OPTION },
  notes: "Exit code 3 says that something needed is missing or too old.",
  async run({ settings, options, projectRoot, env, output }) {
    const surroundings: Surroundings = {
      projectRoot,
      env,
      homeFolder: env.HOME ?? homedir(),
      platform: process.platform,
      arch: process.arch,
      isTty: process.stdin.isTTY === true && process.stderr.isTTY === true,
      codexPath: settings.codexPath,
      baseUrl: settings.baseUrl,
      backend: settings.backend,
    };
    const checks = await Promise.all([
      checkPlatform(surroundings),
      checkCodex(surroundings),
      checkLogin(surroundings),
      checkCodexHome(surroundings),
      checkProjectFolder(surroundings),
      checkDisk(surroundings),
      checkGit(surroundings),
      checkZellij(surroundings),
      checkTerminal(surroundings),
      checkAgentfs(surroundings),
    ]);
    const ready = checks.every((check) => check.state !== "fail");
    if (options.json) await output.printJson({ ready, checks });
    else {
      const { green, yellow, red, dim } = createStyle(output.color);
      const marks = { ok: green("ok  "), warn: yellow("warn"), fail: red("FAIL") };
      const lines = checks.flatMap(({ name, state, message, fix }) => [
        `${marks[state]}  ${name.padEnd(11)} ${message}`,
        ...(fix ? [`${" ".repeat(18)}${dim(`fix: ${fix}`)}`] : []),
      ]);
      await output.print([...lines, "", ready ? "Ready." : "Not ready: see FAIL above."].join("\n"));
    }
    return ready ? EXIT.done : EXIT.missing;
  },
});
