import { NO_USAGE } from "../core/usage.ts";
import { type Estimates, findEstimate, findTypical } from "../events/estimates.ts";
import type { EventDraft } from "../events/event.ts";
import type { AgentSpec } from "../plan/plan.ts";
import type { AcceptedBlueprint, AgentRun, AgentStatus, RunState } from "./state.ts";

/** Brings the agents of a wave in: edges, urgency, and who can start at once. Linear in agents and edges. */
export function enterWave(
  state: RunState,
  wave: Extract<EventDraft, { type: "wave.started" }>,
  blueprint: AcceptedBlueprint | null,
): void {
  const handoff = blueprint?.blueprint.handoff ?? null;
  const born = wave.agents.map((spec, index) =>
    newAgent(spec, {
      wave: wave.wave,
      group: wave.group,
      order: state.agents.size + index,
      bornBy: blueprint?.by ?? null,
      handoff: handoff?.to === spec.id ? handoff : null,
    }),
  );
  for (const agent of born) state.agents.set(agent.spec.id, agent);
  for (const agent of born) {
    for (const id of new Set(agent.spec.dependsOn)) {
      const dependency = state.agents.get(id);
      if (!dependency || dependency.status === "finished") continue;
      dependency.dependents.push(agent);
      if (dependency.status === "failed" || dependency.status === "skipped") block(state, agent, id);
      else agent.waitingFor += 1;
    }
  }
  measure(born, state.estimates);
  for (const agent of born.filter(takesPart)) {
    state.unsettled += 1;
    if (state.barrier) enterBarrier(state, agent);
  }
  for (const agent of born) if (agent.waitingFor === 0) makeReady(state, agent);
}

/** An orchestrator agent stands beside the waves: none of them waits for it, and it is asked when they are over. */
export const takesPart = (agent: AgentRun): boolean => agent.spec.kind !== "orchestrator";

function newAgent(spec: AgentSpec, birth: Pick<AgentRun, "wave" | "group" | "order" | "bornBy" | "handoff">): AgentRun {
  return {
    spec,
    ...birth,
    status: "waiting",
    waitingFor: 0,
    dependents: [],
    urgency: 0,
    level: 0,
    threadId: null,
    threadUsage: NO_USAGE,
    threadTurns: 0,
    open: null,
    last: null,
    continues: false,
    attempts: new Map(),
    answers: new Map(),
    refusals: 0,
    judged: false,
    accepted: false,
    faults: [],
    blockedBy: null,
  };
}

/** Urgency from the ends back and level from the starts on, by one topological order (the graph has no cycles). */
function measure(born: readonly AgentRun[], estimates: Estimates | null): void {
  const order = orderBorn(born);
  const known = order.map((agent) => findEstimate(agent.spec, estimates));
  // An agent of which nothing is known must not count as next to nothing beside those whose milliseconds are.
  const typical = known.includes(null) ? (findTypical(known, estimates) ?? 1) : 1;
  for (const agent of order) {
    for (const dependent of agent.dependents) {
      if (dependent.wave === agent.wave) dependent.level = Math.max(dependent.level, agent.level + 1);
    }
  }
  for (let at = order.length - 1; at >= 0; at--) {
    const agent = order[at];
    if (!agent) continue;
    let below = 0;
    for (const dependent of agent.dependents) {
      if (dependent.wave === agent.wave) below = Math.max(below, dependent.urgency);
    }
    agent.urgency = below + (known[at] ?? typical);
  }
}

/** After a change of who waits for whom: levels and urgency of the configured agents, wave by wave. */
export function measureAnew(state: RunState): void {
  const waves = new Map<number, AgentRun[]>();
  for (const agent of state.agents.values()) {
    if (agent.bornBy !== null) continue;
    agent.level = 0;
    const born = waves.get(agent.wave);
    if (born) born.push(agent);
    else waves.set(agent.wave, [agent]);
  }
  for (const born of waves.values()) measure(born, state.estimates);
}

/** `orderByDependencies` over edges that are linked already: without its look-ups by id it costs a fifth. */
function orderBorn(born: readonly AgentRun[]): AgentRun[] {
  const first = born[0]?.order ?? 0;
  const waitingFor = new Uint32Array(born.length);
  // Out of range for dependents of later waves, which an array of this kind does not take.
  const placeOf = (agent: AgentRun) => agent.order - first;
  const countDown = (agent: AgentRun) => {
    const left = (waitingFor[placeOf(agent)] ?? 0) - 1;
    waitingFor[placeOf(agent)] = left;
    return left;
  };
  for (const { dependents } of born) {
    for (const dependent of dependents) waitingFor[placeOf(dependent)] = (waitingFor[placeOf(dependent)] ?? 0) + 1;
  }
  const order = born.filter((agent) => waitingFor[placeOf(agent)] === 0);
  for (let at = 0; at < order.length; at++) {
    for (const dependent of order[at]?.dependents ?? []) if (countDown(dependent) === 0) order.push(dependent);
  }
  return order;
}

/** Records how an agent ended and what that means for those that wait for it. */
export function settle(
  state: RunState,
  id: string,
  status: Extract<AgentStatus, "finished" | "failed" | "skipped">,
): void {
  const agent = state.agents.get(id);
  if (!agent || isSettled(agent)) return;
  if (agent.status === "running") state.running -= 1;
  agent.status = status;
  if (takesPart(agent)) state.unsettled -= 1;
  if (status !== "finished") state.failed += 1;
  for (const dependent of agent.dependents) {
    if (status !== "finished") block(state, dependent, id);
    else if (--dependent.waitingFor === 0) makeReady(state, dependent);
  }
  if (state.barrier && takesPart(agent)) leaveBarrier(state, agent);
}

export const isSettled = (agent: AgentRun): boolean =>
  agent.status === "finished" || agent.status === "failed" || agent.status === "skipped";

function block(state: RunState, agent: AgentRun, by: string): void {
  if (agent.blockedBy !== null || isSettled(agent)) return;
  agent.blockedBy = by;
  state.blocked.push(agent);
}

function makeReady(state: RunState, agent: AgentRun): void {
  if (agent.status !== "waiting" || agent.blockedBy !== null || !takesPart(agent)) return;
  const barrier = state.barriers.get(agent.wave);
  if (barrier && agent.level > barrier.lowest) {
    barrier.parked.push(agent);
    return;
  }
  state.ready.push(agent);
}

/** The agent has begun: it leaves the head of the queue (and nothing else does). */
export function endWaiting(state: RunState, agent: AgentRun): void {
  if (state.ready.peek() === agent) state.ready.pop();
}

/** The most urgent agent that can start now. */
export function nextReady(state: RunState): AgentRun | null {
  for (;;) {
    const agent = state.ready.peek();
    if (!agent) return null;
    if (agent.status === "waiting" && agent.blockedBy === null && agent.waitingFor === 0) return agent;
    state.ready.pop();
  }
}

/** The agent has to settle before later levels start. */
function enterBarrier(state: RunState, { wave, level }: AgentRun): void {
  const barrier = state.barriers.get(wave) ?? { unsettled: [], lowest: level, parked: [] };
  state.barriers.set(wave, barrier);
  barrier.unsettled[level] = (barrier.unsettled[level] ?? 0) + 1;
  barrier.lowest = Math.min(barrier.lowest, level);
}

function leaveBarrier(state: RunState, { wave, level }: AgentRun): void {
  const barrier = state.barriers.get(wave);
  if (!barrier) return;
  const { unsettled, parked, lowest } = barrier;
  unsettled[level] = (unsettled[level] ?? 0) - 1;
  while (barrier.lowest < unsettled.length && !unsettled[barrier.lowest]) barrier.lowest += 1;
  if (barrier.lowest > lowest) for (const agent of parked.splice(0)) makeReady(state, agent);
}

/**
 * Gives failed and skipped agents another chance: each waits for its turn again, a failed one to go on where it failed.
 * The edges are counted anew, because what blocked them may finish this time.
 */
export function retrySettled(state: RunState): void {
  state.blocked = [];
  state.barriers.clear();
  state.failed = 0;
  for (const agent of state.agents.values()) {
    if (agent.status === "failed" || agent.status === "skipped") {
      if (takesPart(agent)) state.unsettled += 1;
      agent.status = "waiting";
      if (agent.judged) forgetRefusals(agent);
    }
    agent.blockedBy = null;
    agent.waitingFor = 0;
  }
  for (const agent of state.agents.values()) {
    if (agent.status === "finished") continue;
    if (state.barrier && takesPart(agent)) enterBarrier(state, agent);
    for (const dependent of agent.dependents) dependent.waitingFor += 1;
  }
  while (state.ready.length > 0) state.ready.pop();
  for (const agent of state.agents.values()) if (agent.waitingFor === 0) makeReady(state, agent);
}

/** A builder whose blueprints were all refused is asked to repair the last one again, with its faults. */
function forgetRefusals(agent: AgentRun): void {
  agent.refusals = 0;
  agent.last = { phase: "repair", outcome: "cut-off" };
  agent.continues = false;
}
