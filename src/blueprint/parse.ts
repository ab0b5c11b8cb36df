import type { z } from "zod";
import { err, ok, type Result } from "../core/result.ts";
import { describeGraphFault, findGraphFaults } from "../plan/graph.ts";
import type { Blueprint } from "./blueprint.ts";
import { MAX_SPECIALISTS, uncountedSchema } from "./schema.ts";

/**
 * Reads a builder's answer. `known` are the ids that the run has already: they cannot be used again, but may be
 * depended on, since they are done. The faults are sentences that the repair turn quotes.
 */
export function parseBlueprint(text: string, known: ReadonlySet<string>): Result<Blueprint, readonly string[]> {
  const json = readJson(text);
  if (!json.ok) return err([json.error]);
  const surplus = countAgents(json.value) > MAX_SPECIALISTS ? [`more than ${MAX_SPECIALISTS} agents`] : [];
  const parsed = uncountedSchema.safeParse(json.value);
  if (!parsed.success) return err([...surplus, ...parsed.error.issues.map(describeIssue)]);
  const { agents } = parsed.data;
  const faults = [
    ...surplus,
    ...agents.filter(({ id }) => known.has(id)).map(({ id }) => `agent "${id}" exists in this run already`),
    ...findGraphFaults(
      agents.map(({ id, dependsOn }) => ({ id, dependsOn: dependsOn.filter((d) => !known.has(d)) })),
    ).map(describeGraphFault),
  ];
  return faults.length > 0 ? err(faults) : ok(parsed.data);
}

/** Models like to fence JSON even when told not to; nothing else around it is forgiven. */
function readJson(text: string): Result<unknown, string> {
  const fenced = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text);
  try {
    return ok(JSON.parse(fenced?.[1] ?? text));
  } catch (error) {
    return err(text.trim() === "" ? "the answer is empty" : `the answer is not JSON: ${(error as Error).message}`);
  }
}

function countAgents(value: unknown): number {
  const { agents } = (value ?? {}) as { agents?: unknown };
  return Array.isArray(agents) ? agents.length : 0;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const where = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return `${where === "" ? "the answer" : where.slice(1)}: ${issue.message}`;
}
