import { loadSquad } from "../config/load.ts";
import { type SettingsRecord, withDefaults } from "../config/settings.ts";
import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import { readEventsOf } from "../events/read.ts";
import { canReplacePlan, comparePlans, describeDifference } from "../plan/compare_plans.ts";
import { makePlan } from "../plan/make_plan.ts";
import type { Plan } from "../plan/plan.ts";

export interface NewConfig {
  /** The plan that today's configuration makes. */
  readonly plan: Plan;
  /** What of it the run has otherwise, a line each; none when nothing has changed. */
  readonly differences: readonly string[];
}

/** Why today's configuration cannot take the place of a run's own. */
export interface NewConfigProblem {
  readonly kind: "new-config-unusable";
  readonly message: string;
}

/** Makes the plan of a run again from today's configuration, under the run's own settings. */
export async function readNewConfig(paths: SessionPaths): Promise<Result<NewConfig, NewConfigProblem>> {
  const own = readOwnPlan(paths);
  if (!own) return err({ kind: "new-config-unusable", message: "the run's own plan cannot be read" });
  const settings = withDefaults(own.settings);
  const loaded = await loadSquad({ ...settings, projectRoot: paths.projectRoot });
  if (!loaded.ok) {
    const [first] = loaded.error;
    const why = first?.kind === "config-invalid" ? `${first.place}: ${first.message}` : (first?.kind ?? "unreadable");
    return err({ kind: "new-config-unusable", message: `the configuration cannot be used any more: ${why}` });
  }
  const made = makePlan(settings, loaded.value.squad);
  if (!made.ok) return err({ kind: "new-config-unusable", message: `${made.error.name}: ${made.error.allowed}` });
  const { plan } = made.value;
  if (!canReplacePlan(own.begun, plan)) {
    const message = `groups that have begun (${own.begun.join(", ")}) are gone or in another order`;
    return err({ kind: "new-config-unusable", message });
  }
  return ok({ plan, differences: comparePlans(own.plan, plan).map(describeDifference) });
}

interface OwnPlan {
  readonly plan: Plan;
  readonly settings: SettingsRecord;
  /** Groups that have begun. */
  readonly begun: readonly string[];
}

/** The plan that a run goes by now; null for a journal that does not tell. */
function readOwnPlan({ journal }: SessionPaths): OwnPlan | null {
  let found: Omit<OwnPlan, "begun"> | null = null;
  const begun = new Set<string>();
  for (const event of readEventsOf(journal, ["run.started", "run.resumed", "wave.started"])) {
    if (event.type === "run.started") found = { plan: event.plan, settings: event.settings };
    else if (event.type === "run.resumed" && event.plan && found)
      found = { settings: found.settings, plan: event.plan };
    else if (event.type === "wave.started") begun.add(event.group);
  }
  return found && { ...(found as Omit<OwnPlan, "begun">), begun: [...begun] };
}
