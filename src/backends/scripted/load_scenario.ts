import { readFileSync } from "node:fs";
import { err, type Result } from "../../core/result.ts";
import { BUILT_IN_SCENARIOS } from "./builtin.ts";
import { checkScenario, parseScenario, type Scenario } from "./scenario.ts";

/** Reads a scenario by the name of a built-in one or from a file; the failure is one line for a person. */
export function loadScenario(nameOrFile: string | null): Result<Scenario, string> {
  const name = nameOrFile ?? "default";
  if (Object.hasOwn(BUILT_IN_SCENARIOS, name)) return checkScenario(`scenario ${name}`, BUILT_IN_SCENARIOS[name]);
  let text: string;
  try {
    text = readFileSync(name, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const known = Object.keys(BUILT_IN_SCENARIOS).join(", ");
    return err(`${name}: no scenario file (${reason}) and no built-in scenario; built-in are: ${known}`);
  }
  return parseScenario(name, text);
}
