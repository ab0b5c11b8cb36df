import type { Backend } from "../backends/backend.ts";
import { subtractUsage } from "../core/usage.ts";
import type { EventDraft } from "../events/event.ts";
import type { AgentRun, RunState } from "../scheduler/state.ts";

/**
 * What a resume finds out about turns that were cut off, before anything is asked: one that had ended in the backend
 * before we wrote it down is adopted from its thread; a prompt that had not reached its thread, and a thread that is gone,
 * are told. The state is the one after `run.resumed`; the events are to be appended and applied in their order.
 */
export async function lookUpCutOffTurns(state: RunState, backend: Backend): Promise<EventDraft[]> {
  const events: EventDraft[] = [];
  for (const agent of state.agents.values()) {
    if (agent.threadId === null || agent.status === "finished" || agent.status === "skipped") continue;
    const found = await lookUp(agent, agent.threadId, backend);
    if (found !== null) events.push(found);
  }
  return events;
}

async function lookUp(agent: AgentRun, threadId: string, backend: Backend): Promise<EventDraft | null> {
  const { spec, last, attempts, threadUsage, threadTurns } = agent;
  const thread = await backend.lookUpThread(threadId);
  if (thread === null) return { type: "thread.lost", agent: spec.id, threadId };
  // One that was seen on the thread, and of which the journal knows no end.
  const isCutOff = last?.outcome === "cut-off" && agent.continues;
  if (!isCutOff) return null;
  if (thread.lastEnd === null || thread.endedTurns <= threadTurns) {
    return thread.isPrompted ? null : { type: "turn.unheard", agent: spec.id, threadId };
  }
  const { text, durationMs } = thread.lastEnd;
  return {
    type: "turn.finished",
    agent: spec.id,
    phase: last.phase,
    attempt: attempts.get(last.phase) ?? 1,
    threadId,
    text,
    usage: subtractUsage(thread.lastEnd.threadUsage, threadUsage),
    durationMs,
    adopted: true,
  };
}
