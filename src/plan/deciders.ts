import type { AgentSpec } from "./plan.ts";

/** The agent that names new waves; its log is `logs/autonomous-orchestrator.log`. One for all groups of a run. */
export const ORCHESTRATOR_ID = "autonomous-orchestrator";

/** The agent that names who carries out what a chain of specialists has only planned. */
export const CONTINUATION_ID = "continuation";

/** On every artifact of an autonomous group's waves, and of a relay's. */
export const AUTONOMOUS_TAG = "autonomous";
export const RELAY_TAG = "relay";

/** What all agents that only decide have in common: they read, and answer in one turn in a form of their own. */
const decider = {
  followUpEnabled: false,
  blueprint: true,
  sandbox: "read-only",
  prompt: "",
} as const satisfies Partial<AgentSpec>;

/**
 * The orchestrator of the run's autonomous groups. It stands among the agents of the first one, so that its log and its
 * pane are there from the start. `builder`: without that one's blueprint there are no waves to go on from.
 */
export function describeOrchestrator(builder: string | null, isRelay: boolean): AgentSpec {
  return {
    ...decider,
    id: ORCHESTRATOR_ID,
    role: "Orchestrator",
    kind: "orchestrator",
    dependsOn: builder === null ? [] : [builder],
    tags: isRelay ? [AUTONOMOUS_TAG, RELAY_TAG] : [AUTONOMOUS_TAG],
  };
}

/** Whoever decides what follows a chain: it waits for all of it. */
export function describeContinuation(chain: readonly string[]): AgentSpec {
  return {
    ...decider,
    id: CONTINUATION_ID,
    role: "Continuation planner",
    kind: "continuation",
    dependsOn: chain,
    tags: [],
  };
}
