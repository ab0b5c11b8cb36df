import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import { modesOf } from "../plan/modes.ts";
import { findOpenLoop, needsOrchestrator } from "../scheduler/loops.ts";
import { beginAgent, type Command } from "../scheduler/next.ts";
import { isSettled } from "../scheduler/readiness.ts";
import type { RunState } from "../scheduler/state.ts";
import { judgeAnswer } from "./judge.ts";

/** What an autonomous group does once all of a wave is settled; null when there is none, or nothing more to do. */
export function stepLoop(state: RunState): Command | null {
  const loop = findOpenLoop(state);
  if (!loop) return finishOrchestrator(state);
  const { group, waves } = loop;
  const orchestrator = state.agents.get(ORCHESTRATOR_ID);
  if (orchestrator?.status !== "waiting") return { do: "wait" };
  const look = observeFirst(state, group);
  if (look) return look;
  const { maxWaves } = modesOf(state.plan.groups.find(({ id }) => id === group));
  if (waves < maxWaves) return beginAgent(state, orchestrator, judgeAnswer);
  const reason = `the orchestrator has named all ${maxWaves} waves that it may; nobody has said that no work is left`;
  return { do: "record", event: { type: "autonomous.ended", group, cause: "max-waves", waves, reason } };
}

/** Before anything follows a wave of an autonomous group, it is noted what that wave has changed. */
export function observeFirst(state: RunState, group: string): Command | null {
  const wave = state.nextWave - 1;
  if (!state.loops.has(group) || state.observations.at(-1)?.wave === wave) return null;
  return { do: "observe", wave, group };
}

/** The orchestrator agent has ended when no group will need it any more. */
function finishOrchestrator(state: RunState): Command | null {
  const agent = state.agents.get(ORCHESTRATOR_ID);
  if (!agent || isSettled(agent) || needsOrchestrator(state)) return null;
  return { do: "record", event: { type: "agent.finished", agent: ORCHESTRATOR_ID, wave: agent.wave } };
}
