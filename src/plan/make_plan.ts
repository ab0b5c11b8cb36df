import { ok, type Result } from "../core/result.ts";
import { describeOrchestrator, ORCHESTRATOR_ID } from "./deciders.ts";
import { type ModeFlags, settleModes, type TooManyWaves, type WrittenModes } from "./modes.ts";
import type { AgentSpec, GroupPlan, Plan, SandboxMode } from "./plan.ts";

/** The settings that shape a plan. Spelled out, for config builds on plan (squad, graph) and not the other way round. */
export interface PlanSettings extends ModeFlags {
  readonly sandbox: SandboxMode | null;
  readonly model: string | null;
  readonly mini: boolean;
  readonly miniModel: string;
}

/** A group as a configuration describes it, before the run's flags have had their say. */
export interface SquadGroup {
  readonly id: string;
  readonly agents: readonly AgentSpec[];
  readonly written?: WrittenModes;
}

export interface MadePlan {
  readonly plan: Plan;
  readonly warnings: readonly string[];
}

/**
 * The squad with the run's own sandbox, model and modes written into it. Pure. The first autonomous group brings the
 * orchestrator agent along.
 */
export function makePlan(settings: PlanSettings, squad: readonly SquadGroup[]): Result<MadePlan, TooManyWaves> {
  const groups: GroupPlan[] = [];
  const warnings: string[] = [];
  for (const { id, agents, written } of squad) {
    const settled = settleModes({ id, written }, settings);
    if (!settled.ok) return settled;
    const { modes } = settled.value;
    warnings.push(...settled.value.warnings);
    const own = agents.map((agent) => shapeAgent(settings, agent));
    const hasOrchestrator = groups.some((group) => group.agents.some((agent) => agent.id === ORCHESTRATOR_ID));
    if (modes?.autonomous && !hasOrchestrator) {
      const builder = own.find((agent) => agent.blueprint)?.id ?? null;
      own.push(shapeAgent(settings, describeOrchestrator(builder, modes.relay !== null)));
    }
    groups.push({ id, agents: own, ...(modes ? { modes } : {}) });
  }
  return ok({ plan: { groups }, warnings });
}

/** What of the settings changes a single agent. */
export type AgentSettings = Omit<PlanSettings, "autonomous" | "parallel" | "relay" | "maxWaves">;

/** One agent under the run's settings; specialists that are born later pass through here too. */
export function shapeAgent(settings: AgentSettings, agent: AgentSpec): AgentSpec {
  const model = chooseModel(settings, agent.model);
  const isDecider = agent.kind === "orchestrator" || agent.kind === "continuation";
  const isConcise = (settings.concise || settings.conciseFull) && !isDecider;
  const shaped = isConcise ? makeConcise(agent, settings.conciseFull) : agent;
  return { ...shaped, sandbox: settings.sandbox ?? agent.sandbox, ...(model === undefined ? {} : { model }) };
}

/** `--mini` forces its model on everyone; `--model` beats what the configuration says for one agent. */
export function chooseModel(settings: AgentSettings, own?: string): string | undefined {
  return settings.mini ? settings.miniModel : (settings.model ?? own);
}

const ONE_SENTENCE = "Answer with exactly one sentence.";

/** `--concise`: short answers and no blueprint. `--concise-full` keeps the blueprint, and with it specialists. */
function makeConcise(agent: AgentSpec, full: boolean): AgentSpec {
  const { followUpSchema, ...rest } = agent;
  const prompt = `${agent.prompt}\n\n${ONE_SENTENCE}`;
  if (agent.blueprint && full) return { ...agent, prompt };
  const followUpPrompt = agent.blueprint
    ? `Now say whom you would name and for what, without a blueprint. ${ONE_SENTENCE}`
    : `Now give the final answer. ${ONE_SENTENCE}`;
  return { ...rest, prompt, blueprint: false, ...(agent.followUpPrompt === undefined ? {} : { followUpPrompt }) };
}
