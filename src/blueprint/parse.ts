import type { z } from "zod";
import { err, ok, type Result } from "../core/result.ts";
import { describeGraphFault, findGraphFaults } from "../plan/graph.ts";
import type { BlueprintForm } from "./answer_form.ts";
import type { Blueprint } from "./blueprint.ts";
import { answerSchema, MAX_SPECIALISTS } from "./schema.ts";

/** How far an agent of the run is; null for one that has not been born. */
export type StateOf = (id: string) => "waiting" | "running" | "finished" | "failed" | "skipped" | null;

/** What a blueprint has to fit into. */
export interface Surroundings {
  readonly stateOf: StateOf;
  /** An agent of the run has this id, or will have it in a group to come. */
  readonly isTaken: (id: string) => boolean;
  /** The agent ends before the wave is over, so that others may wait for it. */
  readonly isAwaitable: (id: string) => boolean;
}

/** Reads an answer's structure. The faults are sentences that the repair turn quotes. */
export function readBlueprint(text: string, { mayEnd }: BlueprintForm): Result<Blueprint, readonly string[]> {
  const json = readJson(text);
  if (!json.ok) return err([json.error]);
  const surplus = countAgents(json.value) > MAX_SPECIALISTS ? [`more than ${MAX_SPECIALISTS} agents`] : [];
  const parsed = answerSchema.safeParse(json.value);
  if (!parsed.success) return err([...surplus, ...parsed.error.issues.map(describeIssue)]);
  if (surplus.length > 0) return err(surplus);
  if (parsed.data.agents.length === 0 && !mayEnd) return err(["agents: there is none, and one at least is needed"]);
  return ok(parsed.data);
}

/**
 * What keeps a blueprint from running in this run: ids that are taken, dependencies that are not there, wait in a circle
 * or have failed. Agents that have finished may be depended on.
 */
export function findBlueprintFaults({ agents }: Blueprint, { stateOf, isTaken, isAwaitable }: Surroundings): string[] {
  const lost = agents.flatMap(({ id, dependsOn }) =>
    dependsOn
      .filter((dependency) => stateOf(dependency) === "failed" || stateOf(dependency) === "skipped")
      .map((dependency) => `"${id}" depends on "${dependency}", which ${describeLoss(stateOf(dependency))}`),
  );
  return [
    ...agents.filter(({ id }) => isTaken(id)).map(({ id }) => `agent "${id}" exists in this run already`),
    ...findGraphFaults(
      agents.map(({ id, dependsOn }) => ({
        id,
        dependsOn: dependsOn.filter((dependency) => !isAwaitable(dependency)),
      })),
    ).map(describeGraphFault),
    ...lost,
  ];
}

/** `failed` or `was skipped`. */
export const describeLoss = (state: ReturnType<StateOf>): string => (state === "skipped" ? "was skipped" : "failed");

/** Who waits for whom within the blueprint, as a sentence; null where all can begin at once. */
export function describeChains({ agents }: Blueprint): string | null {
  const own = new Set(agents.map(({ id }) => id));
  const edges = agents.flatMap(({ id, dependsOn }) =>
    dependsOn.filter((dependency) => own.has(dependency)).map((dependency) => `${dependency} -> ${id}`),
  );
  return edges.length === 0 ? null : edges.join(", ");
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
