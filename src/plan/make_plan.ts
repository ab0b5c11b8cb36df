import type { AgentSpec, GroupPlan, Plan, SandboxMode } from "./plan.ts";

/** The settings that shape a plan. Spelled out, for config builds on plan (squad, graph) and not the other way round. */
export interface PlanSettings {
  readonly sandbox: SandboxMode | null;
  readonly model: string | null;
  readonly mini: boolean;
  readonly miniModel: string;
  readonly concise: boolean;
  readonly conciseFull: boolean;
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
  const shaped = settings.concise || settings.conciseFull ? makeConcise(agent, settings.conciseFull) : agent;
  return { ...shaped, sandbox: settings.sandbox ?? agent.sandbox, ...(model === undefined ? {} : { model }) };
}

/** `--mini` forces its model on everyone; `--model` beats what the configuration says for one agent. */
export function chooseModel(settings: PlanSettings, own?: string): string | undefined {
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
