import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { err, ok, type Result } from "../core/result.ts";
import { BUILT_IN_SQUAD } from "./built_in_squad.ts";
import type { SquadFault } from "./check_squad.ts";
import { findJsonFault, findJsonValue, type TextPlace } from "./json_place.ts";
import type { ConfigProblem, LoadedSquad, ReadOptions } from "./problem.ts";
import { selectSquad } from "./select_squad.ts";

export interface LoadRequest {
  readonly projectRoot: string;
  /** What the user named by flag or environment; missing or invalid is an error then. */
  readonly agentsConfig: string | null;
  /** The same for Starlark; it comes before the compiled one. */
  readonly agentsLark: string | null;
  readonly groups: readonly string[] | null;
  readonly agents: readonly string[] | null;
}

/** Where a project keeps its squad; it comes before a compiled configuration. */
export const defaultLarkPath = (projectRoot: string): string => join(projectRoot, "configs", "agents.lark");

/** Where a project keeps its compiled configuration. Without a file there, the built-in squad runs. */
export const defaultConfigPath = (projectRoot: string): string => join(projectRoot, "configs", "agents.out.json");

/** The squad of a run: from the file the user named, else from the project's own, else the built-in one. */
export async function loadSquad(request: LoadRequest): Promise<Result<LoadedSquad, ConfigProblem[]>> {
  const { projectRoot, agentsLark, agentsConfig } = request;
  const named = agentsLark ?? agentsConfig;
  const own = [defaultLarkPath(projectRoot), defaultConfigPath(projectRoot)];
  const loaded = named ? await readConfig(named, { trusted: true }) : await readProjectConfig(own.find(existsSync));
  if (!loaded.ok) return loaded;
  const selected = selectSquad(loaded.value.squad, request);
  if (!selected.ok) return selected;
  const warnings = [...loaded.value.warnings, ...selected.value.warnings];
  return ok({ ...loaded.value, squad: selected.value.squad, warnings });
}

/** Nobody asked for this file: when it cannot be used, the run goes on without it, and says so. */
async function readProjectConfig(path: string | undefined): Promise<Result<LoadedSquad, never>> {
  if (path === undefined) return ok({ squad: BUILT_IN_SQUAD, source: null, warnings: [] });
  const loaded = await readConfig(path, { trusted: false });
  if (loaded.ok) return loaded;
  const [first] = loaded.error;
  const absent = first?.kind === "config-unreadable" && (first.code === "ENOENT" || first.code === "ENOTDIR");
  const because = first?.kind === "config-invalid" ? `${first.place}: ${first.message}` : `${path} cannot be read`;
  const warnings = absent ? [] : [`${because}. The built-in squad runs instead`];
  return ok({ squad: BUILT_IN_SQUAD, source: null, warnings, ...(absent ? {} : { passedOver: because }) });
}

const isLark = (path: string): boolean => !path.endsWith(".json");

/** Reads a configuration of either kind, and tells everything that is wrong with it. */
export async function readConfig(path: string, options: ReadOptions): Promise<Result<LoadedSquad, ConfigProblem[]>> {
  if (isLark(path)) {
    const { readLarkConfig } = await import("./lark/read_config.ts");
    return readLarkConfig(path, options);
  }
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
  const checked = await checkSquad(value, options);
  if (!checked.ok) {
    return err(checked.error.map((fault: SquadFault) => invalid(findJsonValue(text, fault.path), fault.message)));
  }
  const warnings = checked.value.warnings.map((warning) => `${path}: ${warning}`);
  return ok({ squad: checked.value.squad, source: path, warnings });
}
