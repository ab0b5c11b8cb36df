import TinyQueue from "tinyqueue";
import { defaultSettings } from "../../src/config/resolve.ts";
import type { Settings } from "../../src/config/settings.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { apply } from "../../src/scheduler/apply.ts";
import type { TurnOrder } from "../../src/scheduler/next.ts";
import { emptyState } from "../../src/scheduler/state.ts";
import { next } from "../../src/squad/story.ts";
import { agent, planOf, runStarted } from "../rig/simulated_run.ts";
import type { BenchNode } from "./graphs.ts";

export interface VirtualRun {
  readonly slots: number;
  readonly schedule: Settings["schedule"];
  /** Whether the scheduler is told how long each node takes, or only who waits for whom. */
  readonly durationsKnown: boolean;
}

/** A plan of one turn a node. */
export function planGraph(nodes: readonly BenchNode[], durationsKnown: boolean): Plan {
  return planOf(
    ...nodes.map(({ id, dependsOn, durationMs }) =>
      agent(id, dependsOn, durationsKnown ? { estimateMs: durationMs } : {}),
    ),
  );
}

/**
 * Runs a graph through the real `apply` and `next` in virtual time. `overheadMs` is the real time that all deciding
 * took, from the plan to the end, the queue of virtual time included.
 */
export function runVirtually(
  nodes: readonly BenchNode[],
  { slots, schedule, durationsKnown }: VirtualRun,
): { readonly makespanMs: number; readonly overheadMs: number } {
  const durations = new Map(nodes.map(({ id, durationMs }) => [id, durationMs]));
  const start = runStarted(planGraph(nodes, durationsKnown), { ...SETTINGS, maxParallel: slots, schedule });
  const open = new TinyQueue<{ readonly endMs: number; readonly turn: TurnOrder }>([], (a, b) => a.endMs - b.endMs);
  let nowMs = 0;
  const beganMs = performance.now();
  const state = emptyState();
  apply(state, start);
  for (;;) {
    const command = next(state);
    if (command.do === "record") apply(state, command.event);
    else if (command.do === "turn") {
      const { turn } = command;
      apply(state, { type: "turn.started", ...turn, wave: 0, prompt: "" });
      open.push({ endMs: nowMs + (durations.get(turn.agent) ?? 0), turn });
    } else if (command.do === "wait") {
      const ended = open.pop();
      if (!ended) throw new Error("the scheduler waits, but nothing runs");
      nowMs = ended.endMs;
      const { agent: id, phase, attempt } = ended.turn;
      const ref = { agent: id, phase, attempt, threadId: "t" };
      apply(state, { type: "turn.finished", ...ref, text: "", usage: NO_USAGE, durationMs: 0 });
    } else break;
  }
  if (state.ended !== "finished") throw new Error(`the virtual run ended ${state.ended}: ${state.endReason}`);
  return { makespanMs: nowMs, overheadMs: performance.now() - beganMs };
}

const SETTINGS = defaultSettings("/p");
