import { readFileSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "../core/result.ts";
import type { GroupPlan } from "../plan/plan.ts";
import { BUILT_IN_SQUAD } from "./built_in_squad.ts";
import type { SquadFault } from "./check_squad.ts";
import { findJsonFault, findJsonValue, type TextPlace } from "./json_place.ts";
import { type SelectProblem, selectSquad } from "./select_squad.ts";

/** Why the configuration of the squad cannot be used. */
export type ConfigProblem =
  | { readonly kind: "config-unreadable"; readonly path: string; readonly code: string }
  /** `place` is `file:line:column`; `excerpt` is that line with a caret under the column. */
  | { readonly kind: "config-invalid"; readonly place: string; readonly message: string; readonly excerpt: string }
  | SelectProblem;

export interface LoadedSquad {
  readonly squad: readonly GroupPlan[];
  /** The file it came from; null for the built-in squad. */
  readonly source: string | null;
  /** To be shown before the run begins. */
  readonly warnings: readonly string[];
}

export interface LoadRequest {
  readonly projectRoot: string;
  /** What the user named by flag or environment; missing or invalid is an error then. */
  readonly agentsConfig: string | null;
  readonly groups: readonly string[] | null;
  readonly agents: readonly string[] | null;
}

/** Where a project keeps its compiled configuration. Without a file there, the built-in squad runs. */
export const defaultConfigPath = (projectRoot: string): string => join(projectRoot, "configs", "agents.out.json");

/** The squad of a run: from the file the user named, else from the project's own, else the built-in one. */
export async function loadSquad(request: LoadRequest): Promise<Result<LoadedSquad, ConfigProblem[]>> {
  const loaded = request.agentsConfig
    ? await readConfig(request.agentsConfig, true)
    : await readProjectConfig(defaultConfigPath(request.projectRoot));
  if (!loaded.ok) return loaded;
  const selected = selectSquad(loaded.value.squad, request);
  if (!selected.ok) return selected;
  const warnings = [...loaded.value.warnings, ...selected.value.warnings];
  return ok({ squad: selected.value.squad, source: loaded.value.source, warnings });
}

/** Nobody asked for this file: when it cannot be used, the run goes on without it, and says so. */
async function readProjectConfig(path: string): Promise<Result<LoadedSquad, never>> {
  const loaded = await readConfig(path, false);
  if (loaded.ok) return loaded;
  const [first] = loaded.error;
  const absent = first?.kind === "config-unreadable" && (first.code === "ENOENT" || first.code === "ENOTDIR");
  const because = first?.kind === "config-invalid" ? `${first.place}: ${first.message}` : `${path} cannot be read`;
  const warnings = absent ? [] : [`${because}. The built-in squad runs instead`];
  return ok({ squad: BUILT_IN_SQUAD, source: null, warnings });
}

async function readConfig(path: string, trusted: boolean): Promise<Result<LoadedSquad, ConfigProblem[]>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    return err([{ kind: "config-unreadable", path, code: (error as NodeJS.ErrnoException).code ?? "EIO" }]);
  }
  const invalid = (place: TextPlace, message: string): ConfigProblem => ({
    kind: "config-invalid",
    place: `${path}:${place.line}:${place.column}`,
    message,
    excerpt: place.excerpt,
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const place = findJsonFault(text);
    if (!place) throw error;
    return err([invalid(place, "this is not JSON")]);
  }
  const { checkSquad } = await import("./check_squad.ts");
  const checked = checkSquad(value, { trusted });
  if (!checked.ok) {
    return err(checked.error.map((fault: SquadFault) => invalid(findJsonValue(text, fault.path), fault.message)));
  }
  const warnings = checked.value.warnings.map((warning) => `${path}: ${warning}`);
  return ok({ squad: checked.value.squad, source: path, warnings });
}
