import { closest, distance } from "fastest-levenshtein";
import { err, ok, type Result } from "../core/result.ts";
import type { SquadGroup } from "../plan/make_plan.ts";
import type { AgentSpec } from "../plan/plan.ts";

/** A group or agent that `--groups` or `--agents` names and that is not there. */
export interface SelectProblem {
  readonly kind: "unknown-name";
  readonly flag: "--groups" | "--agents";
  readonly what: "group" | "agent";
  readonly name: string;
  readonly suggestion: string | null;
  readonly known: readonly string[];
}

export interface Selection {
  readonly groups: readonly string[] | null;
  readonly agents: readonly string[] | null;
}

/**
 * The part of a squad that was asked for, in the squad's own order. A dependency on an agent that was left out falls
 * away, with a warning; a group that is left without agents is left out.
 */
export function selectSquad(
  squad: readonly SquadGroup[],
  { groups, agents }: Selection,
): Result<{ squad: readonly SquadGroup[]; warnings: readonly string[] }, SelectProblem[]> {
  const chosen = groups ? squad.filter((group) => groups.includes(group.id)) : squad;
  const members = (groups ? chosen : squad).flatMap((group) => group.agents.map((agent) => agent.id));
  const problems = [
    ...findUnknown(
      groups ?? [],
      squad.map((group) => group.id),
      { flag: "--groups", what: "group" },
    ),
    ...findUnknown(agents ?? [], members, { flag: "--agents", what: "agent" }),
  ];
  if (problems.length > 0) return err(problems);
  if (!groups && !agents) return ok({ squad, warnings: [] });
  const warnings: string[] = [];
  const isKept = (id: string): boolean => members.includes(id) && (agents?.includes(id) ?? true);
  const keep = (agent: AgentSpec): AgentSpec => {
    const gone = agent.dependsOn.filter((id) => !isKept(id));
    const flag = agents && gone.every((id) => members.includes(id)) ? "--agents" : "--groups";
    if (gone.length > 0) warnings.push(`${agent.id} works without ${gone.join(" and ")}, which ${flag} leaves out`);
    return { ...agent, dependsOn: agent.dependsOn.filter(isKept) };
  };
  const selected = chosen
    .map((group) => ({ ...group, agents: group.agents.filter((agent) => isKept(agent.id)).map(keep) }))
    .filter((group) => group.agents.length > 0);
  return ok({ squad: selected, warnings });
}

function findUnknown(
  asked: readonly string[],
  known: readonly string[],
  labels: Pick<SelectProblem, "flag" | "what">,
): SelectProblem[] {
  return asked
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = known.length > 0 ? closest(name, known) : null;
      const suggestion = near !== null && distance(name, near) <= Math.max(2, near.length / 3) ? near : null;
      return { kind: "unknown-name", ...labels, name, suggestion, known };
    });
}
