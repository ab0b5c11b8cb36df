import TinyQueue from "tinyqueue";
import type { Blueprint, Handoff } from "../blueprint/blueprint.ts";
import { type Settings, withDefaults } from "../config/settings.ts";
import type { TurnFailure } from "../core/failure.ts";
import { NO_USAGE, type Usage } from "../core/usage.ts";
import type { Estimates } from "../events/estimates.ts";
import type { EndState, EventDraft, LoopEnd, Phase, Stops } from "../events/event.ts";
import type { AgentSpec, Plan } from "../plan/plan.ts";

export type AgentStatus = "waiting" | "running" | "finished" | "failed" | "skipped";

/** What the run knows of one agent. */
export interface AgentRun {
  /** Another one only by a resume with a new plan, before the agent has begun. */
  spec: AgentSpec;
  readonly wave: number;
  readonly group: string;
  /** Position in the order of birth: ties between equally urgent agents go to the older one. */
  readonly order: number;
  /** Whose blueprint brought it; null for a configured agent. */
  readonly bornBy: string | null;
  /** What it was handed, as the receiver of a relay's wave. */
  readonly handoff: Handoff | null;
  status: AgentStatus;
  /** Dependencies that are not finished yet. */
  waitingFor: number;
  /** Agents that wait for this one. */
  readonly dependents: AgentRun[];
  /** Longest way from this agent's start to the end of its wave, in ms (in agents where no time at all is known). */
  urgency: number;
  /** How many dependencies deep in its wave: the barrier it belongs to under `--schedule barrier`. */
  level: number;
  threadId: string | null;
  threadUsage: Usage;
  /** Its turns on this thread that have finished, as far as the journal knows. */
  threadTurns: number;
  /** The turn that is running, or was when the run was cut off. */
  open: { readonly phase: Phase; readonly attempt: number; threadSeen: boolean } | null;
  /** How its last turn ended; null before that and after a resume has taken it up. */
  last: {
    readonly phase: Phase;
    readonly outcome: "finished" | "failed" | "cut-off";
    readonly failure?: TurnFailure;
  } | null;
  /** Its last prompt has reached the thread, so a next attempt continues instead of asking again. */
  continues: boolean;
  readonly attempts: Map<Phase, number>;
  readonly answers: Map<Phase, string>;
  /** Refusals of its blueprint so far, and why the last one. */
  refusals: number;
  /** Its last answer has been refused. */
  judged: boolean;
  /** Its blueprint has been accepted: there is nothing more to ask it. */
  accepted: boolean;
  faults: readonly string[];
  /** Who failed, that it was not run for. */
  blockedBy: string | null;
}

/** The levels of a wave, of which one runs at a time. */
export interface Barrier {
  /** Agents of each level that are not settled. */
  readonly unsettled: number[];
  /** The first level that has some. */
  lowest: number;
  /** Ready but for their level. */
  readonly parked: AgentRun[];
}

/** A blueprint that becomes a wave of a group. */
export interface AcceptedBlueprint {
  readonly blueprint: Blueprint;
  readonly group: string;
  readonly by: string;
}

/** How far an autonomous group is: `scheduler/loops.ts`. */
export interface Loop {
  readonly group: string;
  /** Waves that the orchestrator agent has named. */
  waves: number;
  ended: LoopEnd | null;
  /** Every blueprint of the group so far, and who gave it, the oldest first. */
  readonly blueprints: { readonly by: string; readonly wave: number; readonly blueprint: Blueprint }[];
}

/**
 * All that a run has decided, folded from its journal by `apply`, which changes it in place: the fold is deterministic
 * and does no I/O, and a copy for each of 10^5 events would be what costs. Nobody else writes to it.
 */
export interface RunState {
  prompt: string;
  projectRoot: string;
  session: string;
  plan: Plan;
  settings: Settings;
  /** What earlier runs took. */
  estimates: Estimates | null;
  maxParallel: number;
  barrier: boolean;
  /** The next wave's number. */
  nextWave: number;
  /** Groups whose first wave has started. */
  groupsStarted: number;
  readonly agents: Map<string, AgentRun>;
  /** Agents that hold a slot. */
  running: number;
  /** Neither finished nor failed nor skipped. */
  unsettled: number;
  failed: number;
  /** Ready to start, the most urgent first. May hold agents that have moved on: look at their status. */
  readonly ready: TinyQueue<AgentRun>;
  /** How far each wave is; only under `--schedule barrier`. */
  readonly barriers: Map<number, Barrier>;
  /** Running agents whose turn has ended: what follows has to be decided. */
  attention: AgentRun[];
  /** Agents that a failure upstream keeps from running, not yet journaled as skipped. */
  blocked: AgentRun[];
  /** Accepted, their waves not yet started, the oldest first. More than one where a resume asks builders of two groups. */
  readonly blueprints: AcceptedBlueprint[];
  /** By group; only of groups that are autonomous. */
  readonly loops: Map<string, Loop>;
  /** What was seen of the project's files at the end of each wave, the latest last. */
  readonly observations: Extract<EventDraft, { type: "wave.observed" }>[];
  /** What earlier runs have left, for the prompts of this one; empty: nothing. */
  memory: string;
  stops: Stops | null;
  stopReason: string;
  usage: Usage;
  ended: EndState | null;
  endReason: string;
  exitCode: number;
}

/** The most urgent first; the older one where two are alike. */
function compareUrgency(a: AgentRun, b: AgentRun): number {
  return b.urgency - a.urgency || a.order - b.order;
}

/** The state before the first event. */
export function emptyState(): RunState {
  return {
    prompt: "",
    projectRoot: "",
    session: "",
    plan: { groups: [] },
    settings: withDefaults({}),
    estimates: null,
    maxParallel: 1,
    barrier: false,
    nextWave: 0,
    groupsStarted: 0,
    agents: new Map(),
    running: 0,
    unsettled: 0,
    failed: 0,
    ready: new TinyQueue<AgentRun>([], compareUrgency),
    barriers: new Map(),
    attention: [],
    blocked: [],
    blueprints: [],
    loops: new Map(),
    observations: [],
    memory: "",
    stops: null,
    stopReason: "",
    usage: NO_USAGE,
    ended: null,
    endReason: "",
    exitCode: 0,
  };
}

/** What an agent hands on: the answer of its last phase. */
export function finalAnswer(agent: AgentRun): string {
  for (const phase of ["repair", "follow-up", "work", "plan"] as const) {
    const text = agent.answers.get(phase);
    if (text !== undefined) return text;
  }
  return "";
}
