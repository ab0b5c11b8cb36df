import { defaultSettings } from "../../src/config/resolve.ts";
import { orchestrate } from "../../src/orchestrate/orchestrate.ts";
import type { Plan } from "../../src/plan/plan.ts";

/** A plan to run as it is, for which no configuration is needed. */
export interface PlanOrder {
  readonly projectRoot: string;
  readonly session: string;
  readonly plan: Plan;
  readonly scenario: string;
  readonly maxParallel: number;
  readonly codexPath: string;
}

/** Orchestrates a plan with the scripted backend; fails loudly unless everything was done. */
export async function run(text: string): Promise<void> {
  const { projectRoot, session, plan, scenario, maxParallel, codexPath } = JSON.parse(text) as PlanOrder;
  const settings = { ...defaultSettings(projectRoot), backend: "scripted" as const, scenario, maxParallel, codexPath };
  const ended = await orchestrate({
    projectRoot,
    start: { kind: "new", session, prompt: "measure", plan, settings },
    env: process.env,
    replay: () => {},
    watch: () => {},
    onRunning: () => {},
  });
  if (!ended.ok) throw new Error(JSON.stringify(ended.error));
  if (ended.value.exitCode !== 0) throw new Error(`the run ended ${ended.value.state}: ${ended.value.reason}`);
}
