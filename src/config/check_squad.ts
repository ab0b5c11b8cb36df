import { err, ok, type Result } from "../core/result.ts";
import { describeGraphFault, findGraphFaults } from "../plan/graph.ts";
import type { SquadGroup } from "../plan/make_plan.ts";
import { MAX_RELAY_WAVES, type WrittenModes } from "../plan/modes.ts";
import type { AgentSpec } from "../plan/plan.ts";
import { BUILT_IN_SQUAD, GENERAL_FOLLOW_UP, writeGeneralPrompt } from "./built_in_squad.ts";
import type { JsonPath } from "./json_place.ts";
import { type AgentConfig, type GroupConfig, type SquadConfig, squadConfigSchema } from "./schema.ts";

export interface SquadFault {
  readonly path: JsonPath;
  /** Names the place within the document as well: `groups[0].agents[1].id: ...`. */
  readonly message: string;
  /** The same without the place. */
  readonly reason: string;
}

export interface CheckedSquad {
  readonly squad: readonly SquadGroup[];
  readonly warnings: readonly string[];
}

/**
 * The squad that a compiled configuration describes, or everything that is wrong with it.
 * `trusted` is a file that the user named: only that one may give agents more than reading (DESIGN, decision 13).
 */
export async function checkSquad(
  value: unknown,
  { trusted }: { readonly trusted: boolean },
): Promise<Result<CheckedSquad, SquadFault[]>> {
  const parsed = squadConfigSchema.safeParse(value);
  if (!parsed.success) {
    return err(parsed.error.issues.map((issue) => fault(issue.path.map(toStep), issue.message)));
  }
  const faults = [
    ...findRepeatedIds(parsed.data),
    ...findEdgeFaults(parsed.data),
    ...findRelayFaults(parsed.data),
    ...findWaveFaults(parsed.data),
    ...(await findSchemaFaults(parsed.data)),
  ];
  if (faults.length > 0) return err(faults);
  const warnings: string[] = [];
  const squad = parsed.data.groups.map((group) => ({
    id: group.id,
    agents: group.agents.map((agent) => toSpec(agent, group, { trusted, warnings })),
    ...readModes(group),
  }));
  return ok({ squad, warnings });
}

function toSpec(
  agent: AgentConfig,
  group: GroupConfig,
  { trusted, warnings }: { readonly trusted: boolean; readonly warnings: string[] },
): AgentSpec {
  const { sandbox = "read-only", role, dependsOn, blueprint, ...own } = agent;
  const rest = { ...own, ...choosePrompts(agent) };
  if (!trusted && sandbox !== "read-only") {
    warnings.push(`agent "${agent.id}" stays read-only: ${sandbox} counts only in a file named by --agents-config`);
  }
  const followUpEnabled = (agent.followUpEnabled ?? true) && rest.followUpPrompt !== undefined;
  const marked = group.agents.some((other) => other.blueprint);
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return {
    ...(kept as typeof rest & { [K in keyof typeof rest]: Exclude<(typeof rest)[K], undefined> }),
    role: role ?? agent.id,
    kind: "core",
    dependsOn: dependsOn ?? [],
    followUpEnabled,
    blueprint: blueprint ?? (!marked && agent.id === "builder"),
    sandbox: trusted ? sandbox : "read-only",
    tags: [],
  };
}

/** An agent that says nothing of prompts gets both; one that says what to do gets no follow-up it did not ask for. */
function choosePrompts({ id, role, prompt, followUpPrompt }: AgentConfig): { prompt: string; followUpPrompt?: string } {
  const builtIn = BUILT_IN_SQUAD.flatMap((group) => group.agents).find((agent) => agent.id === id);
  const followUp =
    followUpPrompt ?? (prompt === undefined ? (builtIn?.followUpPrompt ?? GENERAL_FOLLOW_UP) : undefined);
  return {
    prompt: prompt ?? builtIn?.prompt ?? writeGeneralPrompt(role ?? id),
    ...(followUp === undefined ? {} : { followUpPrompt: followUp }),
  };
}

/** What the group says of its modes, and nothing where it says nothing. */
function readModes({ autonomous, parallel, maxWaves, relay }: GroupConfig): { written?: WrittenModes } {
  const written = { autonomous, parallel, maxWaves, relay };
  return Object.values(written).some((value) => value !== undefined) ? { written } : {};
}

/** A relay's waves are counted; a group that may become one by `--relay` is looked at again with the flags. */
function findWaveFaults(config: SquadConfig): SquadFault[] {
  return config.groups.flatMap(({ maxWaves, relay }, g) =>
    relay?.enabled && maxWaves !== undefined && maxWaves > MAX_RELAY_WAVES
      ? [fault(["groups", g, "maxWaves"], `a relay has ${MAX_RELAY_WAVES} waves at most, not ${maxWaves}`)]
      : [],
  );
}

/** Agent ids name logs and artifacts, so they are unique over all groups. */
function findRepeatedIds(config: SquadConfig): SquadFault[] {
  const faults: SquadFault[] = [];
  const groups = new Set<string>();
  const agents = new Set<string>();
  config.groups.forEach((group, g) => {
    if (groups.has(group.id)) faults.push(fault(["groups", g, "id"], `there is another group "${group.id}"`));
    groups.add(group.id);
    const blueprints = group.agents.filter((agent) => agent.blueprint);
    if (blueprints.length > 1) {
      const names = blueprints.map((agent) => agent.id).join(", ");
      faults.push(fault(["groups", g], `one agent gives the blueprint, not several: ${names}`));
    }
    group.agents.forEach((agent, a) => {
      if (agents.has(agent.id)) {
        faults.push(fault(["groups", g, "agents", a, "id"], `there is another agent "${agent.id}"`));
      }
      agents.add(agent.id);
    });
  });
  return faults;
}

function findEdgeFaults(config: SquadConfig): SquadFault[] {
  return config.groups.flatMap((group, g) => {
    const nodes = group.agents.map((agent) => ({ id: agent.id, dependsOn: agent.dependsOn ?? [] }));
    const earlier = new Set(config.groups.slice(0, g).flatMap((before) => before.agents.map((agent) => agent.id)));
    const later = new Set(config.groups.slice(g + 1).flatMap((after) => after.agents.map((agent) => agent.id)));
    return findGraphFaults(nodes)
      .filter((found) => found.kind !== "duplicate-id")
      .filter((found) => found.kind !== "unknown-dependency" || !earlier.has(found.dependency))
      .map((found) => {
        const id = found.kind === "cycle" ? found.path[0] : found.id;
        const a = nodes.findIndex((node) => node.id === id);
        const isLater = found.kind === "unknown-dependency" && later.has(found.dependency);
        const why = isLater
          ? `"${found.id}" depends on "${found.dependency}" of a later group`
          : describeGraphFault(found);
        return fault(["groups", g, "agents", a, "dependsOn"], why);
      });
  });
}

/** A relay hands on between agents of its own group. */
function findRelayFaults(config: SquadConfig): SquadFault[] {
  return config.groups.flatMap((group, g) => {
    const known = new Set(group.agents.map((agent) => agent.id));
    return Object.entries(group.relay?.graph ?? {}).flatMap(([from, to]) =>
      [from, ...to]
        .filter((id) => !known.has(id))
        .map((id) => fault(["groups", g, "relay", "graph"], `names "${id}", which is no agent of group "${group.id}"`)),
    );
  });
}

/** The validator is loaded when there is a schema to look at: it takes longer than all the rest. */
async function findSchemaFaults(config: SquadConfig): Promise<SquadFault[]> {
  const schemas = config.groups.flatMap((group, g) =>
    group.agents.flatMap(({ followUpSchema }, a) =>
      followUpSchema === undefined
        ? []
        : [{ path: ["groups", g, "agents", a, "followUpSchema"], schema: followUpSchema }],
    ),
  );
  if (schemas.length === 0) return [];
  const { findSchemaFault } = await import("./json_schema.ts");
  return schemas.flatMap(({ path, schema }) => {
    const found = findSchemaFault(schema);
    return found === null ? [] : [fault(path, `is no JSON Schema: ${found}`)];
  });
}

const toStep = (step: PropertyKey): string | number => (typeof step === "number" ? step : String(step));

function fault(path: JsonPath, message: string): SquadFault {
  const where = path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
  return { path, message: where === "" ? message : `${where}: ${message}`, reason: message };
}
