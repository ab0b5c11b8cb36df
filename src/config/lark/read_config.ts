import { err, ok, type Result } from "../../core/result.ts";
import { checkSquad } from "../check_squad.ts";
import type { ConfigProblem, LoadedSquad, ReadOptions } from "../problem.ts";
import { type CompiledSquad, compileSquad, type LarkFault } from "./compile_squad.ts";

/** The squad of a Starlark file, or everything that is wrong with it. */
export async function readLarkConfig(
  path: string,
  options: ReadOptions,
): Promise<Result<LoadedSquad, ConfigProblem[]>> {
  const compiled = compileLark(path);
  if (!compiled.ok) return compiled;
  const { config, locate } = compiled.value;
  const checked = await checkSquad(config, options);
  if (!checked.ok) return err(checked.error.map((fault) => toProblem(locate(fault.path, fault.reason))));
  const { squad, warnings } = checked.value;
  return ok({ squad, source: path, warnings: warnings.map((warning) => `${path}: ${warning}`) });
}

/** The same without the check of what it says. */
export function compileLark(path: string): Result<CompiledSquad, ConfigProblem[]> {
  try {
    const compiled = compileSquad(path);
    return compiled.ok ? compiled : err(compiled.error.map(toProblem));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return err([{ kind: "config-unreadable", path, code }]);
  }
}

const toProblem = (fault: LarkFault): ConfigProblem => ({ kind: "config-invalid", ...fault });
