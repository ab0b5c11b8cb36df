import type { EventDraft } from "../../../src/events/event.ts";
import { apply } from "../../../src/scheduler/apply.ts";
import type { Command } from "../../../src/scheduler/next.ts";
import { emptyState, type RunState } from "../../../src/scheduler/state.ts";
import { next } from "../../../src/squad/story.ts";

/** What is put to the test: the pure parts that decide. A sabotage replaces one of them. */
export interface Deciding {
  readonly apply: (state: RunState, event: EventDraft) => void;
  readonly next: (state: RunState) => Command;
  readonly replay: (events: readonly EventDraft[]) => RunState;
  /** It leaves slots free although somebody could start. */
  readonly mayIdle?: boolean;
}

export const TODAY: Deciding = { apply, next, replay: replayBy(apply) };

/** What a process does that finds a journal. */
export function replayBy(fold: Deciding["apply"]): Deciding["replay"] {
  return (events) => {
    const state = emptyState();
    for (const event of events) fold(state, event);
    return state;
  };
}
