import type { EventDraft } from "../../../src/events/event.ts";
import type { Command } from "../../../src/scheduler/next.ts";
import type { AgentRun, RunState } from "../../../src/scheduler/state.ts";
import { type Deciding, replayBy, TODAY } from "./deciding.ts";
import type { Invariant } from "./invariant.ts";

/** One way to get it wrong, and what has to notice. */
export interface Sabotage {
  readonly name: string;
  readonly breaks: Invariant;
  readonly make: () => Deciding;
}

type Change = (command: Command, state: RunState) => Command | null;

/** Today's `next` with a change; null leaves its command as it is. */
export const changeNext = (change: Change) => (): Deciding => ({
  ...TODAY,
  next(state) {
    const command = TODAY.next(state);
    return change(command, state) ?? command;
  },
});

/** The same for the events that it records. */
export const changeEvent = <T extends EventDraft["type"]>(
  type: T,
  change: (event: Extract<EventDraft, { type: T }>, state: RunState) => Command | null,
) =>
  changeNext((command, state) =>
    command.do === "record" && command.event.type === type
      ? change(command.event as Extract<EventDraft, { type: T }>, state)
      : null,
  );

export const record = (event: EventDraft): Command => ({ do: "record", event });
export const find = (state: RunState, fits: (agent: AgentRun) => boolean) => [...state.agents.values()].find(fits);
/** A turn of the agent, the one that it had last or its first. */
export function begin(agent: AgentRun | undefined): Command | null {
  if (!agent) return null;
  const { spec, last, attempts, threadId } = agent;
  const phase = last?.phase ?? (spec.kind === "core" ? "plan" : "work");
  const attempt = (attempts.get(phase) ?? 0) + 1;
  return { do: "turn", turn: { agent: spec.id, phase, attempt, threadId, continues: false } };
}

export const findReady = ({ ready }: RunState) =>
  ready.data.find(
    ({ status, blockedBy, waitingFor }) => status === "waiting" && blockedBy === null && waitingFor === 0,
  );
export const isFree = (state: RunState): boolean => state.stops === null && state.running < state.maxParallel;
export const isOver = (command: Command): boolean => command.do === "record" && command.event.type === "run.finished";

/** Says once more what `pick` picks, as the command after it; states are kept apart, for several are decided on. */
export function repeatOnce(pick: (event: EventDraft, state: RunState) => EventDraft | null) {
  return (): Deciding => {
    const due = new WeakMap<RunState, EventDraft>();
    return {
      ...TODAY,
      next(state) {
        const again = due.get(state);
        due.delete(state);
        if (again) return record(again.type === "wave.started" ? { ...again, wave: state.nextWave } : again);
        const command = TODAY.next(state);
        const picked = command.do === "record" ? pick(command.event, state) : null;
        if (picked) due.set(state, picked);
        return command;
      },
    };
  };
}

export const changeApply = (change: (state: RunState, event: EventDraft) => void) => (): Deciding => {
  const apply: Deciding["apply"] = (state, event) => {
    TODAY.apply(state, event);
    change(state, event);
  };
  return { ...TODAY, apply, replay: replayBy(apply) };
};
