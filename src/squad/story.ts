import { IMPLEMENTER_TAG, makeSpecialists } from "../blueprint/specialists.ts";
import { EXIT } from "../core/exit_codes.ts";
import { DONE_REASON, type EventDraft } from "../events/event.ts";
import { AUTONOMOUS_TAG, CONTINUATION_ID, describeContinuation, ORCHESTRATOR_ID, RELAY_TAG } from "../plan/deciders.ts";
import { isStraightChain } from "../plan/graph.ts";
import { shapeAgent } from "../plan/make_plan.ts";
import { modesOf } from "../plan/modes.ts";
import type { AgentSpec } from "../plan/plan.ts";
import { type Command, nextAgentStep } from "../scheduler/next.ts";
import { isSettled } from "../scheduler/readiness.ts";
import type { AcceptedBlueprint, RunState } from "../scheduler/state.ts";
import { observeFirst, stepLoop } from "./autonomous.ts";
import { findIdsToCome, judgeAnswer } from "./judge.ts";

/**
 * The story of a run, decided from its state alone: a group's configured agents, then the specialists that its builder
 * invents, then what carries out a chain of them or what the orchestrator agent finds left to do, then the next group.
 * `next(state)` of the design; `apply` folds what it says back in.
 */
export function next(state: RunState): Command {
  if (state.ended) return { do: "end" };
  const step = nextAgentStep(state, judgeAnswer) ?? (state.stops === null ? nextWave(state) : null);
  if (step) return step;
  const stuck = state.stops === null ? state.unsettled > 0 : hasOpenTurn(state);
  return stuck ? { do: "wait" } : { do: "record", event: endRun(state) };
}

function hasOpenTurn(state: RunState): boolean {
  for (const agent of state.agents.values()) if (agent.open) return true;
  return false;
}

/** What starts a wave: an accepted blueprint, and once all before is settled the orchestrator agent or the next group. */
function nextWave(state: RunState): Command | null {
  const wave = state.nextWave;
  const [blueprint] = state.blueprints;
  if (blueprint) {
    const { group } = blueprint;
    const look = observeFirst(state, group);
    if (look) return look;
    const agents = bearAgents(state, blueprint).map((agent) => shapeAgent(state.settings, agent));
    return { do: "record", event: { type: "wave.started", wave, group, agents } };
  }
  if (state.unsettled > 0) return null;
  const step = stepLoop(state);
  if (step) return step;
  const group = state.plan.groups[state.groupsStarted];
  return group ? { do: "record", event: { type: "wave.started", wave, group: group.id, agents: group.agents } } : null;
}

/**
 * The agents of a blueprint's wave. A builder's specialists that form one straight chain may only have planned: then
 * somebody stands at its end who names those that carry it out.
 */
function bearAgents(state: RunState, { blueprint, group, by }: AcceptedBlueprint): AgentSpec[] {
  const modes = modesOf(state.plan.groups.find(({ id }) => id === group));
  const giver = state.agents.get(by)?.spec.kind;
  const tags = [
    ...(giver === "continuation" ? [IMPLEMENTER_TAG] : []),
    ...(modes.autonomous ? [AUTONOMOUS_TAG] : []),
    ...(modes.relay ? [RELAY_TAG] : []),
  ];
  const specialists = makeSpecialists(blueprint, tags);
  if (giver !== "core" || modes.autonomous || !isStraightChain(specialists)) return specialists;
  const chain = specialists.map(({ id }) => id);
  return [...specialists, { ...describeContinuation(chain), id: chooseFreeId(state) }];
}

/** One continuation for each group whose specialists form a chain. The chain is among those to come. */
function chooseFreeId(state: RunState): string {
  const toCome = findIdsToCome(state);
  for (let number = 1; ; number++) {
    const id = number === 1 ? CONTINUATION_ID : `${CONTINUATION_ID}-${number}`;
    if (!state.agents.has(id) && !toCome.has(id)) return id;
  }
}

function endRun(state: RunState): EventDraft {
  const { usage } = state;
  const end = (to: "finished" | "failed" | "stopped", exitCode: number, reason: string): EventDraft => ({
    type: "run.finished",
    state: to,
    exitCode,
    reason,
    usage,
  });
  if (!isComplete(state)) return end("stopped", EXIT.stopped, state.stopReason || "stopped");
  if (state.failed > 0) {
    const names = [...state.agents.values()].filter(({ status }) => status === "failed").map(({ spec }) => spec.id);
    return end("failed", EXIT.failed, `failed: ${names.join(", ")}`);
  }
  return end("finished", EXIT.done, describeDone(state));
}

function isComplete(state: RunState): boolean {
  const orchestrator = state.agents.get(ORCHESTRATOR_ID);
  return (
    state.unsettled === 0 &&
    state.blueprints.length === 0 &&
    state.groupsStarted === state.plan.groups.length &&
    (orchestrator === undefined || isSettled(orchestrator))
  );
}

/** A loop that was ended from outside is not called done: whether work is left is not known. */
function describeDone(state: RunState): string {
  const cut = [...state.loops.values()].filter(({ ended }) => ended === "max-waves" || ended === "no-change");
  const ends = cut.map(({ group, waves, ended }) =>
    ended === "max-waves"
      ? `group ${group} had its ${waves} autonomous waves`
      : `group ${group} went round in a circle after ${waves} autonomous waves`,
  );
  for (const { spec, faults } of state.agents.values()) {
    if (spec.kind === "continuation" && faults.length > 0) ends.push(`${spec.id} named nobody in a usable form`);
  }
  return ends.length === 0 ? DONE_REASON : `every agent finished; ${ends.join("; ")}, and work may be left`;
}
