import type { AgentSpec, GroupPlan, Plan, SandboxMode } from "./plan.ts";

/** The settings that shape a plan. Spelled out, for config builds on plan (squad, graph) and not the other way round. */
export interface PlanSettings {
  readonly sandbox: SandboxMode | null;
  readonly model: string | null;
  readonly mini: boolean;
  readonly miniModel: string;
}

/** The squad with the run's own sandbox and model written into every agent. Pure. */
export function makePlan(settings: PlanSettings, squad: readonly GroupPlan[]): Plan {
  return {
    groups: squad.map((group) => ({ id: group.id, agents: group.agents.map((agent) => shapeAgent(settings, agent)) })),
  };
}

/** One agent under the run's settings; specialists that are born later pass through here too. */
export function shapeAgent(settings: PlanSettings, agent: AgentSpec): AgentSpec {
  const model = chooseModel(settings, agent.model);
  return { ...agent, sandbox: settings.sandbox ?? agent.sandbox, ...(model === undefined ? {} : { model }) };
}

/** `--mini` forces its model on everyone; `--model` beats what the configuration says for one agent. */
export function chooseModel(settings: PlanSettings, own?: string): string | undefined {
  return settings.mini ? settings.miniModel : (settings.model ?? own);
}
