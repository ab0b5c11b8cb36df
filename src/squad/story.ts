import { parseBlueprint } from "../blueprint/parse.ts";
import { makeSpecialists } from "../blueprint/specialists.ts";
import { EXIT } from "../core/exit_codes.ts";
import type { EventDraft, Phase } from "../events/event.ts";
import { shapeAgent } from "../plan/make_plan.ts";
import { type Command, nextAgentStep } from "../scheduler/next.ts";
import { type AgentRun, finalAnswer, type RunState } from "../scheduler/state.ts";

/** How often a refused blueprint is sent back. */
const REPAIRS = 1;

/**
 * The story of a run, decided from its state alone: a group's configured agents, then the specialists that its builder
 * invents, then the next group. `next(state)` of the design; `apply` folds what it says back in.
 */
export function next(state: RunState): Command {
  if (state.ended) return { do: "end" };
  const step = nextAgentStep(state, judgeAnswer);
  if (step) return step;
  if (state.stops === null) {
    const wave = nextWave(state);
    if (wave) return { do: "record", event: wave };
  }
  const stuck = state.stops === null ? state.unsettled > 0 : hasOpenTurn(state);
  return stuck ? { do: "wait" } : { do: "record", event: endRun(state) };
}

function hasOpenTurn(state: RunState): boolean {
  for (const agent of state.agents.values()) if (agent.open) return true;
  return false;
}

/** What follows an agent's finished turn: another phase, or the event that settles it. */
function judgeAnswer(state: RunState, agent: AgentRun): Phase | EventDraft {
  const { spec, wave } = agent;
  if (agent.last?.phase === "plan" && spec.followUpEnabled) return "follow-up";
  if (!spec.blueprint || state.blueprint) return { type: "agent.finished", agent: spec.id, wave };
  return judgeBlueprint(state, agent);
}

function judgeBlueprint(state: RunState, agent: AgentRun): Phase | EventDraft {
  const id = agent.spec.id;
  if (agent.judged) {
    if (agent.refusals <= REPAIRS) return "repair";
    const message = `no usable blueprint after ${REPAIRS} repair: ${agent.faults.join("; ")}`;
    return { type: "agent.failed", agent: id, wave: agent.wave, failure: { kind: "blueprint-invalid", message } };
  }
  const text = finalAnswer(agent);
  const parsed = parseBlueprint(text, new Set(state.agents.keys()));
  if (parsed.ok) {
    return { type: "blueprint.accepted", agent: id, wave: state.nextWave, blueprint: parsed.value, warnings: [] };
  }
  return { type: "blueprint.rejected", agent: id, faults: parsed.error, text, final: agent.refusals >= REPAIRS };
}

/** The wave that can start now: the specialists of an accepted blueprint, or the next group once all before is settled. */
function nextWave(state: RunState): EventDraft | null {
  const wave = state.nextWave;
  if (state.blueprint) {
    const agents = makeSpecialists(state.blueprint.blueprint).map((agent) => shapeAgent(state.settings, agent));
    return { type: "wave.started", wave, group: state.blueprint.group, agents };
  }
  const group = state.plan.groups[state.groupsStarted];
  if (!group || state.unsettled > 0) return null;
  return { type: "wave.started", wave, group: group.id, agents: group.agents };
}

function endRun(state: RunState): EventDraft {
  const { usage } = state;
  const complete =
    state.unsettled === 0 && state.blueprint === null && state.groupsStarted === state.plan.groups.length;
  if (!complete) {
    return {
      type: "run.finished",
      state: "stopped",
      exitCode: EXIT.stopped,
      reason: state.stopReason || "stopped",
      usage,
    };
  }
  if (state.failed > 0) {
    const names = [...state.agents.values()].filter(({ status }) => status === "failed").map(({ spec }) => spec.id);
    return {
      type: "run.finished",
      state: "failed",
      exitCode: EXIT.failed,
      reason: `failed: ${names.join(", ")}`,
      usage,
    };
  }
  return {
    type: "run.finished",
    state: "finished",
    exitCode: EXIT.done,
    reason: "everything asked for was done",
    usage,
  };
}
