import type { Problem } from "../diagnostics.ts";
import type { Argument, Parameter } from "../tree.ts";

type Report = (problem: Problem) => void;

/** Reports parameters that repeat a name or stand in an order that means nothing. */
export function checkParameters(parameters: readonly Parameter[], report: Report): void {
  const names = new Set<string>();
  let args: Parameter | undefined;
  let kwargs: Parameter | undefined;
  let hasDefault = false;
  for (const parameter of parameters) {
    if (parameter.name !== undefined) {
      const { name } = parameter.name;
      if (names.has(name)) report({ span: parameter.name, message: `duplicate parameter: ${name}` });
      names.add(name);
    }
    if (kwargs !== undefined) report({ span: parameter, message: "no parameter may follow a **parameter" });
    else if (parameter.kind === "args" && args !== undefined) {
      report({ span: parameter, message: "a function takes one *parameter at most" });
    } else if (parameter.kind === "parameter" && args === undefined) {
      if (hasDefault && parameter.default === undefined) {
        report({ span: parameter, message: "a required parameter may not follow an optional one" });
      }
      hasDefault ||= parameter.default !== undefined;
    }
    if (parameter.kind === "args") args ??= parameter;
    if (parameter.kind === "kwargs") kwargs ??= parameter;
  }
  checkBareStar(parameters, report);
}

function checkBareStar(parameters: readonly Parameter[], report: Report): void {
  const at = parameters.findIndex((parameter) => parameter.kind === "args" && parameter.name === undefined);
  const star = parameters[at];
  if (star === undefined || parameters[at + 1]?.kind === "parameter") return;
  report({ span: star, message: "a bare * must be followed by keyword-only parameters" });
}

/** Reports arguments that repeat a keyword or stand in an order that means nothing. */
export function checkArguments(found: readonly Argument[], report: Report): void {
  const keywords = new Set<string>();
  const kinds = new Set<Argument["kind"]>();
  for (const argument of found) {
    const message = findArgumentFault(argument, kinds);
    if (message !== undefined) report({ span: argument, message });
    kinds.add(argument.kind);
    if (argument.kind !== "keyword") continue;
    const { name, nameAt } = argument;
    if (keywords.has(name)) report({ span: nameAt, message: `keyword argument ${name} is repeated` });
    keywords.add(name);
  }
}

function findArgumentFault(argument: Argument, before: ReadonlySet<Argument["kind"]>): string | undefined {
  const last = before.has("kwargs") ? "**" : before.has("args") ? "*" : undefined;
  switch (argument.kind) {
    case "positional":
      if (last !== undefined) return `a positional argument may not follow a ${last}argument`;
      return before.has("keyword") ? "a positional argument may not follow a keyword argument" : undefined;
    case "keyword":
      return last === undefined ? undefined : `keyword argument ${argument.name} may not follow a ${last}argument`;
    case "args":
      if (before.has("kwargs")) return "a *argument may not follow a **argument";
      return before.has("args") ? "a call takes one *argument at most" : undefined;
    case "kwargs":
      return before.has("kwargs") ? "a call takes one **argument at most" : undefined;
  }
}
