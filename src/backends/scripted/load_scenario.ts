import { readFileSync } from "node:fs";
import { err, ok, type Result } from "../../core/result.ts";
import { BUILT_IN_SCENARIOS } from "./builtin.ts";
import { checkScenario, parseScenario, type Scenario } from "./scenario.ts";

/** Reads a scenario, with what it builds upon, by the name of a built-in one or from a file; the failure is one line for a person. */
export function loadScenario(nameOrFile: string | null): Result<Scenario, string> {
  const name = nameOrFile ?? "default";
  const own = readScenario(name);
  if (!own.ok || own.value.extends === undefined) return own;
  const base = own.value.extends;
  if (!Object.hasOwn(BUILT_IN_SCENARIOS, base)) {
    return err(`${name}: $.extends: there is no built-in scenario "${base}"; there are: ${listBuiltIn()}`);
  }
  const below = checkScenario(`scenario ${base}`, BUILT_IN_SCENARIOS[base]);
  return below.ok ? ok({ ...own.value, agents: { ...below.value.agents, ...own.value.agents } }) : below;
}

const listBuiltIn = (): string => Object.keys(BUILT_IN_SCENARIOS).join(", ");

function readScenario(name: string): Result<Scenario, string> {
  if (Object.hasOwn(BUILT_IN_SCENARIOS, name)) return checkScenario(`scenario ${name}`, BUILT_IN_SCENARIOS[name]);
  let text: string;
  try {
    text = readFileSync(name, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err(`${name}: no scenario file (${reason}) and no built-in scenario; built-in are: ${listBuiltIn()}`);
  }
  return parseScenario(name, text);
}
