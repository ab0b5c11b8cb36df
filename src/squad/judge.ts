import { type BlueprintForm, chooseForm } from "../blueprint/answer_form.ts";
import { type Blueprint, isSameWork } from "../blueprint/blueprint.ts";
import { findHandoffFaults } from "../blueprint/handoff.ts";
import { describeChains, findBlueprintFaults, readBlueprint, type StateOf } from "../blueprint/parse.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { EventDraft, Phase } from "../events/event.ts";
import { findOpenLoop, groupOf, modesFor } from "../scheduler/loops.ts";
import { type AgentRun, finalAnswer, type RunState } from "../scheduler/state.ts";

/** How often a refused blueprint is sent back. */
const REPAIRS = 1;

/** What follows an agent's finished turn: another phase, or the event that settles it. */
export function judgeAnswer(state: RunState, agent: AgentRun): Phase | EventDraft {
  const { spec, wave } = agent;
  if (agent.last?.phase === "plan" && spec.followUpEnabled) return "follow-up";
  if (!spec.blueprint || agent.accepted) return { type: "agent.finished", agent: spec.id, wave };
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
  const isLast = agent.refusals >= REPAIRS;
  const form = chooseForm(agent.spec.kind, modesFor(state, agent));
  const read = readBlueprint(text, form);
  if (read.ok && agent.spec.kind === "orchestrator") {
    const end = findLoopEnd(state, read.value);
    if (end) return end;
  }
  const checked = read.ok ? checkBlueprint(state, agent, { blueprint: read.value, form, isLast }) : read;
  if (!checked.ok && isLast && namesNobodyNew(state, agent, read)) {
    const blueprint = { agents: [], reason: "nobody new was named" };
    const warnings = [`asked twice, ${id} gave no usable blueprint: ${checked.error.join("; ")}`];
    return { type: "blueprint.accepted", agent: id, wave: state.nextWave, blueprint, warnings };
  }
  if (!checked.ok) return { type: "blueprint.rejected", agent: id, faults: checked.error, text, final: isLast };
  return {
    type: "blueprint.accepted",
    agent: id,
    wave: state.nextWave + state.blueprints.length,
    ...checked.value,
    ...(agent.spec.kind === "orchestrator" ? { group: groupOf(state, agent) } : {}),
  };
}

/**
 * A continuation is asked on the mere suspicion that a chain has only planned. Prose in place of a blueprint, or the
 * chain itself once more, names nobody: the run goes on as it would have without it, and its end says so.
 */
function namesNobodyNew(state: RunState, agent: AgentRun, read: Result<Blueprint, unknown>): boolean {
  if (agent.spec.kind !== "continuation") return false;
  if (!read.ok) return !finalAnswer(agent).trimStart().startsWith("{");
  const chain = agent.spec.dependsOn.flatMap((id) => state.agents.get(id)?.spec ?? []);
  return isSameWork({ agents: chain }, read.value);
}

interface Accepted {
  readonly blueprint: Blueprint;
  readonly warnings: readonly string[];
}

/** A blueprint that was read, against the run it is for. What is only unwished for is sent back once, then taken. */
function checkBlueprint(
  state: RunState,
  agent: AgentRun,
  given: { readonly blueprint: Blueprint; readonly form: BlueprintForm; readonly isLast: boolean },
): Result<Accepted, readonly string[]> {
  const { blueprint, form, isLast } = given;
  const stateOf: StateOf = (id) => state.agents.get(id)?.status ?? null;
  const toCome = findIdsToCome(state);
  const { relay } = modesFor(state, agent);
  const faults = [
    ...findBlueprintFaults(blueprint, {
      stateOf,
      isTaken: (id) => state.agents.has(id) || toCome.has(id),
      isAwaitable: (id) => state.agents.has(id) && state.agents.get(id)?.spec.kind !== "orchestrator",
    }),
    ...(form.relay && relay ? findHandoffFaults(blueprint, relay, stateOf) : []),
  ];
  const chains = form.parallel ? describeChains(blueprint) : null;
  const wish = chains === null ? [] : [`--parallel asks for specialists that do not wait for each other: ${chains}`];
  if (faults.length > 0 || (wish.length > 0 && !isLast)) return err([...faults, ...wish]);
  const warnings = chains === null ? [] : [`the specialists wait for each other in spite of --parallel: ${chains}`];
  return ok({ blueprint, warnings });
}

/** Ids of agents that will be born: of groups to come, and of blueprints that wait for their waves. */
export function findIdsToCome({ plan, blueprints }: RunState): Set<string> {
  const groups = [...plan.groups, ...blueprints.map(({ blueprint }) => blueprint)];
  return new Set(groups.flatMap(({ agents }) => agents.map(({ id }) => id)));
}

/** An answer of the orchestrator agent that ends its loop: nobody is named, or the same again though nothing changed. */
function findLoopEnd(state: RunState, blueprint: Blueprint): EventDraft | null {
  const loop = findOpenLoop(state);
  if (!loop) return null;
  const { group, waves } = loop;
  if (blueprint.agents.length === 0) {
    const reason = blueprint.reason?.trim() || "no reason was given";
    return { type: "autonomous.ended", group, cause: "nothing-left", waves, reason };
  }
  const last = loop.blueprints.at(-1);
  if (!last || state.observations.at(-1)?.changed !== false || !isSameWork(last.blueprint, blueprint)) return null;
  const reason = `the orchestrator named the same work as for wave ${last.wave} again, and that wave had changed no file`;
  return { type: "autonomous.ended", group, cause: "no-change", waves, reason };
}
