import { withDefaults } from "../config/settings.ts";
import { addUsage, NO_USAGE, type Usage } from "../core/usage.ts";
import { type Estimates, findEstimate } from "../events/estimates.ts";
import type { EndState, Event, EventOf, EventType, Phase } from "../events/event.ts";
import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import type { AgentSpec } from "../plan/plan.ts";

/** `waiting`: may start yet. `stopped`: begun and not ended, and nobody works on it any more. */
export type AgentState = "waiting" | "running" | "finished" | "failed" | "skipped" | "stopped";

/** One agent as the journal has it so far. */
export interface AgentRecord {
  readonly id: string;
  readonly role: string;
  readonly order: number;
  readonly group: string | null;
  wave: number;
  dependsOn: readonly string[];
  /** Its answer is a blueprint. */
  readonly namesAgents: boolean;
  /** How long it took in earlier runs; null where none tells. */
  readonly estimateMs: number | null;
  state: AgentState;
  /** Why it failed, was skipped or stopped. */
  because: string | null;
  /** Finished and failed turns together, over all resumes. */
  endedTurnsMs: number;
  turns: number;
  usage: Usage;
  /** The turn that runs now. */
  turn: { readonly phase: Phase; readonly attempt: number; readonly startedAtMs: number } | null;
}

/** Agents that have come into being together. */
export interface WaveRecord {
  readonly group: string;
  readonly agents: readonly string[];
  /** Whose blueprint they are of, and how long that one had worked by then; null for a group's configured agents. */
  readonly namedBy: { readonly agent: string; readonly workedMs: number } | null;
}

/** An interrupt and who was where when it came. */
export interface Interruption {
  readonly event: EventOf<"run.interrupted">;
  readonly finished: readonly string[];
  readonly failed: readonly string[];
  readonly notStarted: readonly string[];
}

/** What a run has come to: a fold over its journal. `applyToRun` changes it in place. */
export interface RunRecord {
  session: string;
  projectRoot: string;
  prompt: string;
  pid: number | null;
  startedAtMs: number | null;
  lastAtMs: number;
  /** What earlier runs took. */
  estimates: Estimates | null;
  /** How many agents may run at the same time. */
  maxParallel: number;
  /** The plan's, with the agents that are configured. */
  groups: readonly { readonly id: string; readonly agents: readonly string[] }[];
  readonly waves: WaveRecord[];
  /** Accepted, its wave not yet started. */
  blueprint: WaveRecord["namedBy"];
  readonly agents: Map<string, AgentRecord>;
  /** Tokens of every ended turn, failed ones included. */
  usage: Usage;
  interruption: Interruption | null;
  end: { readonly state: EndState; readonly reason: string; readonly exitCode: number; readonly atMs: number } | null;
}

/** The record of a journal without a line. */
export function createRunRecord(): RunRecord {
  return {
    session: "",
    projectRoot: "",
    prompt: "",
    pid: null,
    startedAtMs: null,
    lastAtMs: 0,
    estimates: null,
    maxParallel: 1,
    groups: [],
    waves: [],
    blueprint: null,
    agents: new Map(),
    usage: NO_USAGE,
    interruption: null,
    end: null,
  };
}

/** The record of a whole journal. */
export function foldRun(events: Iterable<Event>): RunRecord {
  const run = createRunRecord();
  for (const event of events) applyToRun(run, event);
  return run;
}

/** Events that change nothing here but `lastAtMs`: whoever reads a journal for its record alone can leave them out. */
export const UNFOLDED: ReadonlySet<EventType> = new Set<EventType>([
  "run.notice",
  "turn.unheard",
  "thread.lost",
  "turn.thread",
  "turn.item",
  "turn.notice",
  "turn.retried",
  "blueprint.rejected",
  "wave.observed",
  "memory.recalled",
]);

/** Takes one more event in. */
export function applyToRun(run: RunRecord, event: Event): void {
  const atMs = Date.parse(event.at);
  run.lastAtMs = atMs;
  switch (event.type) {
    case "run.started":
      run.session = event.session;
      run.projectRoot = event.projectRoot;
      run.prompt = event.prompt;
      run.pid = event.pid;
      run.startedAtMs = atMs;
      run.estimates = event.estimates ?? null;
      run.maxParallel = withDefaults(event.settings).maxParallel;
      run.groups = event.plan.groups.map(({ id, agents }) => ({ id, agents: agents.map((spec) => spec.id) }));
      for (const group of event.plan.groups) for (const spec of group.agents) recordSpec(run, spec, 0, group.id);
      return;
    case "run.resumed":
      run.pid = event.pid;
      run.interruption = null;
      run.end = null;
      for (const group of event.plan?.groups ?? []) for (const spec of group.agents) replaceSpec(run, spec, group.id);
      for (const agent of run.agents.values()) if (agent.state !== "finished") wakeAgent(agent);
      return;
    case "blueprint.accepted":
      if (event.blueprint.agents.length > 0) run.blueprint = nameGiver(run, event.agent);
      if (event.agent === ORCHESTRATOR_ID) restOrchestrator(run);
      return;
    case "wave.started":
      run.waves.push({ group: event.group, agents: event.agents.map(({ id }) => id), namedBy: run.blueprint });
      run.blueprint = null;
      for (const spec of event.agents) recordSpec(run, spec, event.wave, event.group);
      return;
    case "turn.started": {
      const agent = recordAgent(run, event.agent);
      agent.wave = event.wave;
      agent.state = "running";
      agent.because = null;
      agent.turn = { phase: event.phase, attempt: event.attempt, startedAtMs: atMs };
      return;
    }
    case "turn.finished":
    case "turn.failed": {
      const agent = recordAgent(run, event.agent);
      agent.turn = null;
      agent.turns += 1;
      agent.endedTurnsMs += event.durationMs;
      agent.usage = addUsage(agent.usage, event.usage ?? NO_USAGE);
      run.usage = addUsage(run.usage, event.usage ?? NO_USAGE);
      if (event.type === "turn.failed") agent.because = event.failure.message;
      return;
    }
    case "agent.finished":
      endAgent(run, event.agent, "finished", null);
      return;
    case "agent.failed":
      endAgent(run, event.agent, "failed", event.failure.message);
      return;
    case "agent.skipped":
      endAgent(run, event.agent, "skipped", event.because);
      return;
    case "run.interrupted":
      run.interruption = { event, ...whoIsWhere(run) };
      return;
    case "run.finished":
      run.end = { state: event.state, reason: event.reason, exitCode: event.exitCode, atMs };
      stopRunningAgents(run, "the run was stopped");
      return;
    case "autonomous.ended":
      restOrchestrator(run);
      return;
    case "run.notice":
    case "turn.unheard":
    case "thread.lost":
    case "turn.thread":
    case "turn.item":
    case "turn.notice":
    case "turn.retried":
    case "blueprint.rejected":
    case "wave.observed":
    case "memory.recalled":
      return;
    default:
      event satisfies never;
  }
}

/** Time an agent has worked, its running turn included. */
export function measureElapsed(agent: AgentRecord, nowMs: number): number {
  return agent.endedTurnsMs + (agent.turn ? Math.max(0, nowMs - agent.turn.startedAtMs) : 0);
}

function recordSpec(run: RunRecord, spec: AgentSpec, wave: number, group: string): void {
  const known = run.agents.get(spec.id);
  if (known) {
    known.wave = wave;
    known.dependsOn = spec.dependsOn;
    return;
  }
  const { id, role, dependsOn, blueprint: namesAgents } = spec;
  const estimateMs = findEstimate(spec, run.estimates);
  const order = run.agents.size;
  run.agents.set(id, createAgent({ id, role, dependsOn, namesAgents, estimateMs, group, wave, order }));
}

/** Whose blueprint the next wave is of. */
function nameGiver(run: RunRecord, agent: string): WaveRecord["namedBy"] {
  return { agent, workedMs: run.agents.get(agent)?.endedTurnsMs ?? 0 };
}

/** What has begun stays as it was. */
function replaceSpec(run: RunRecord, spec: AgentSpec, group: string): void {
  const known = run.agents.get(spec.id);
  if (!known) recordSpec(run, spec, 0, group);
  else if (known.turns === 0) known.dependsOn = spec.dependsOn;
}

/** An agent that no wave has named is shown all the same: the journal says that it was there. */
function recordAgent(run: RunRecord, id: string): AgentRecord {
  const known = run.agents.get(id);
  if (known) return known;
  const nothing = { dependsOn: [], namesAgents: false, estimateMs: null, group: null, wave: 0 };
  const agent = createAgent({ id, role: id, ...nothing, order: run.agents.size });
  run.agents.set(id, agent);
  return agent;
}

function createAgent(
  identity: Pick<AgentRecord, "id" | "role" | "dependsOn" | "namesAgents" | "estimateMs" | "group" | "wave" | "order">,
): AgentRecord {
  return { ...identity, state: "waiting", because: null, endedTurnsMs: 0, turns: 0, usage: NO_USAGE, turn: null };
}

/** Between two waves the orchestrator agent waits for the next to end. */
function restOrchestrator(run: RunRecord): void {
  const orchestrator = run.agents.get(ORCHESTRATOR_ID);
  if (orchestrator?.state === "running") orchestrator.state = "waiting";
}

/** A resume tries again what failed, and with it what was skipped for that. */
function wakeAgent(agent: AgentRecord): void {
  agent.state = "waiting";
  agent.because = null;
  agent.turn = null;
}

function endAgent(run: RunRecord, id: string, state: AgentState, because: string | null): void {
  const agent = recordAgent(run, id);
  agent.state = state;
  agent.because = because;
  agent.turn = null;
}

function stopRunningAgents(run: RunRecord, because: string): void {
  for (const agent of run.agents.values()) {
    if (agent.state !== "running") continue;
    agent.state = "stopped";
    agent.because ??= because;
    agent.turn = null;
  }
}

function whoIsWhere(run: RunRecord): Omit<Interruption, "event"> {
  const idsOf = (...states: AgentState[]) =>
    [...run.agents.values()].filter((agent) => states.includes(agent.state)).map((agent) => agent.id);
  return { finished: idsOf("finished"), failed: idsOf("failed", "skipped"), notStarted: idsOf("waiting") };
}
