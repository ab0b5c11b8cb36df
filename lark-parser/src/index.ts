/** Starlark in TypeScript: text in, values out. It reads no files and knows nothing of its host. */
export { type Diagnostic, makeDiagnostic, type Problem, printDiagnostic, type StackFrame } from "./diagnostics.ts";
export type { Loader, LoadResult, SourceLimits } from "./evaluate/modules.ts";
export { type Evaluated, type EvaluateOptions, evaluate } from "./evaluate.ts";
export { type HostCall, HostFunction, type HostFunctionOptions, type HostParameter } from "./host.ts";
export { type JsonValue, NotJson, printJson, toJson } from "./json.ts";
export { type Parsed, parse } from "./parse.ts";
export { print } from "./print.ts";
export { type ResolveOptions, resolve } from "./resolve.ts";
export { type Place, type Position, Source, type Span } from "./source.ts";
export { suggestName } from "./suggest.ts";
export type * from "./tree.ts";
export { UNIVERSE } from "./universe.ts";
export { Fault, type FaultDetails } from "./values/fault.ts";
export { DEFAULT_LIMITS, type Limits } from "./values/meter.ts";
export {
  BytesValue,
  CallableValue,
  type CallSite,
  DictValue,
  FloatValue,
  HostValue,
  isTrue,
  ListValue,
  RangeValue,
  SetValue,
  TupleValue,
  typeName,
  type Value,
} from "./values/value.ts";
