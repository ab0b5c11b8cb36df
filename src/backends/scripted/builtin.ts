import autonomous from "../../../configs/scenarios/autonomous.json" with { type: "json" };
import brokenBlueprint from "../../../configs/scenarios/broken-blueprint.json" with { type: "json" };
import chain from "../../../configs/scenarios/chain.json" with { type: "json" };
import defaultScenario from "../../../configs/scenarios/default.json" with { type: "json" };
import faults from "../../../configs/scenarios/faults.json" with { type: "json" };
import parallel from "../../../configs/scenarios/parallel.json" with { type: "json" };
import relay from "../../../configs/scenarios/relay.json" with { type: "json" };
import slow from "../../../configs/scenarios/slow.json" with { type: "json" };

/** Scenarios that are part of the program; `--scenario NAME`. */
export const BUILT_IN_SCENARIOS: Readonly<Record<string, unknown>> = {
  default: defaultScenario,
  faults,
  "broken-blueprint": brokenBlueprint,
  slow,
  parallel,
  chain,
  autonomous,
  relay,
};
