import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findEnvironmentSecrets } from "../../redact/environment_secrets.ts";
import type { BackendContext } from "../backend.ts";
import { codexHome } from "./environment.ts";

/**
 * Variables that no command of an agent gets, beyond those that codex hides by itself (`*KEY*`, `*SECRET*`, `*TOKEN*`):
 * whatever holds what the journal would redact. Codex takes one list, so that the user's own goes along.
 */
export function listHiddenVariables(env: BackendContext["env"]): string[] {
  const secret = findEnvironmentSecrets(env).map(({ name }) => name);
  // What is a pattern to codex would hide other variables as well.
  return [...new Set([...readOwnExcludes(codexHome(env)), ...secret.filter((name) => /^\w+$/.test(name))])];
}

/** What the user's own configuration of codex hides; nothing where it cannot be read, about which codex will complain. */
function readOwnExcludes(home: string): string[] {
  try {
    const config = Bun.TOML.parse(readFileSync(join(home, "config.toml"), "utf8")) as {
      shell_environment_policy?: { exclude?: unknown };
    };
    const exclude = config.shell_environment_policy?.exclude;
    return Array.isArray(exclude) ? exclude.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}
