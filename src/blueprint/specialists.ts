import type { AgentSpec } from "../plan/plan.ts";
import type { Blueprint } from "./blueprint.ts";

/** Found on every artifact of an agent that a blueprint brought. */
export const BLUEPRINT_TAG = "dynamic-blueprint";

/** Found as well on what carries out a chain of specialists that only planned. */
export const IMPLEMENTER_TAG = "builder-implementer";

/** Turns an accepted blueprint into agents of the next wave; the run's own sandbox and model come on top. */
export function makeSpecialists(blueprint: Blueprint, tags: readonly string[] = []): AgentSpec[] {
  return blueprint.agents.map((agent) => ({
    ...agent,
    kind: "specialist",
    followUpEnabled: false,
    blueprint: false,
    sandbox: "workspace-write",
    tags: [BLUEPRINT_TAG, ...tags],
  }));
}
