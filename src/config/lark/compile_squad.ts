import { dirname } from "node:path";
import { type Diagnostic, evaluate, makeDiagnostic, printDiagnostic } from "lark-parser";
import { err, ok, type Result } from "../../core/result.ts";
import type { JsonPath } from "../json_place.ts";
import { type BuiltConfig, ConfigBuilder } from "./build_config.ts";
import { loadWithin, readSource } from "./read_lark.ts";
import { type CallFault, FIELDS, makeSquadFunctions } from "./squad_values.ts";

/** One thing that is wrong in a Starlark file. `place` is `file:line:column`. */
export interface LarkFault {
  readonly place: string;
  readonly message: string;
  /** The line, a caret under the span, a hint, the calls that led there. */
  readonly excerpt: string;
}

export interface CompiledSquad {
  /** The value of `agents.out.json`, not yet checked against its schema. */
  readonly config: BuiltConfig["config"];
  /** Makes a fault of the configuration one of the source. */
  locate(path: Parameters<BuiltConfig["placeOf"]>[0], message: string): LarkFault;
}

/** Evaluates a squad's Starlark file. Everything that is wrong is told at once. Throws what reading the file throws. */
export function compileSquad(path: string): Result<CompiledSquad, LarkFault[]> {
  const text = readSource(path);
  if (text === null) return err([{ place: `${path}:1:1`, message: "this is not UTF-8 text", excerpt: "" }]);
  const faults: CallFault[] = [];
  const report = (fault: CallFault): number => faults.push(fault);
  const result = evaluate(text, {
    filename: path,
    builtins: makeSquadFunctions(report),
    load: loadWithin(dirname(path)),
  });
  if (!result.ok) return err([...faults.map(toFault), ...result.diagnostics.map(describe)]);
  const { globals, placeOf } = result;
  if (!globals.has("groups") && !globals.has("agents")) {
    const message = "there is neither groups = [group(...)] nor agents = [agent(...)]";
    return err([...faults.map(toFault), toFault({ place: placeOf("groups"), message })]);
  }
  const builder = new ConfigBuilder(placeOf(globals.has("groups") ? "groups" : "agents"), report);
  const built = builder.build(globals);
  if (faults.length > 0) return err(faults.map(toFault));
  return ok({
    config: built.config,
    locate: (at, reason) => toFault({ place: built.placeOf(at), message: nameParameter(at, reason) }),
  });
}

const PARAMETERS: ReadonlyMap<string, string> = new Map(
  Object.values(FIELDS).flatMap((names) =>
    Object.entries(names).map(([parameter, name]): [string, string] => [name, parameter]),
  ),
);

/** Says it in the words of the source: `follow_up_schema`, not `followUpSchema`. */
function nameParameter(path: JsonPath, reason: string): string {
  const name = path.findLast((step) => typeof step === "string");
  const parameter = PARAMETERS.get(String(name));
  return parameter === undefined ? reason : `${parameter}: ${reason.replace(/^Invalid input: /, "")}`;
}

const toFault = ({ place: { source, span }, message, hint }: CallFault): LarkFault =>
  describe(makeDiagnostic(source, { span, message, hint }));

function describe(diagnostic: Diagnostic): LarkFault {
  const { filename, line, column, message } = diagnostic;
  const [, ...rest] = printDiagnostic(diagnostic).split("\n");
  const excerpt = rest.map((row) => row.replace(/^ {1,4}/, "")).join("\n");
  return { place: `${filename}:${line}:${column}`, message, excerpt };
}
