import { loadSquad } from "../config/load.ts";
import { withDefaults } from "../config/settings.ts";
import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { EventOf } from "../events/event.ts";
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
  const unusable = (message: string) => err<NewConfigProblem>({ kind: "new-config-unusable", message });
  const first = readFirst(paths);
  if (!first) return unusable("the run's own plan cannot be read");
  const settings = withDefaults(first.settings);
  const loaded = await loadSquad({ ...settings, projectRoot: paths.projectRoot });
  if (!loaded.ok) {
    const [problem] = loaded.error;
    const why = problem?.kind === "config-invalid" ? `${problem.place}: ${problem.message}` : problem?.kind;
    return unusable(`the configuration cannot be used any more: ${why ?? "unreadable"}`);
  }
  // A new run may do with the built-in squad; one under way would lose its own groups for it.
  const { passedOver } = loaded.value;
  if (passedOver) return unusable(`the configuration cannot be used any more: ${passedOver}`);
  const made = makePlan(settings, loaded.value.squad);
  if (!made.ok) return unusable(`${made.error.name}: ${made.error.allowed}`);
  const { plan } = made.value;
  // Nearly always nothing has changed, and then nobody has to read the whole journal for it.
  if (comparePlans(first.plan, plan).length === 0) return ok({ plan, differences: [] });
  const own = readOwnPlan(paths, first.plan);
  if (!canReplacePlan(own.begun, plan)) {
    return unusable(`groups that have begun (${own.begun.join(", ")}) are gone or in another order`);
  }
  const changes = comparePlans(own.plan, plan);
  // Nobody would run them, and the run would call itself finished all the same.
  const gone = changes.filter(({ what }) => what[0] === "gone").map(describeDifference);
  if (gone.length > 0) return unusable(`what the run still has to do would be lost: ${gone.join(", ")}`);
  const differences = changes.map((difference) => {
    const isLate = difference.agent !== null && difference.what[0] === "new" && own.begun.includes(difference.group);
    return `${describeDifference(difference)}${isLate ? ", and its group has begun without it" : ""}`;
  });
  return ok({ plan, differences });
}

function readFirst({ journal }: SessionPaths): EventOf<"run.started"> | null {
  for (const event of readEventsOf(journal, ["run.started"])) return event;
  return null;
}

interface OwnPlan {
  readonly plan: Plan;
  /** Groups that have begun. */
  readonly begun: readonly string[];
}

/** The plan that a run goes by now, which an earlier resume may have changed. */
function readOwnPlan({ journal }: SessionPaths, first: Plan): OwnPlan {
  let plan = first;
  const begun = new Set<string>();
  for (const event of readEventsOf(journal, ["run.resumed", "wave.started"])) {
    if (event.type === "wave.started") begun.add(event.group);
    else plan = event.plan ?? plan;
  }
  return { plan, begun: [...begun] };
}
