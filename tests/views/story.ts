import { join } from "node:path";
import type { Usage } from "../../src/core/usage.ts";
import type { Event, EventDraft, Phase } from "../../src/events/event.ts";
import type { TurnItem } from "../../src/events/item.ts";
import { readEvents } from "../../src/events/read.ts";
import type { AgentSpec } from "../../src/plan/plan.ts";

/** The hand-written journal that the golden texts are made from. */
export const storyPath = join(import.meta.dir, "../fixtures/story.jsonl");
export const readStory = (): Event[] => [...readEvents(storyPath)];

const start = Date.parse("2026-11-24T04:00:00.000Z");

/** Numbers and dates drafts, one second apart, as a journal would; the chain is left out, no view looks at it. */
export function dateEvents(drafts: readonly EventDraft[], from: readonly Event[] = []): Event[] {
  return drafts.map((draft, index) => {
    const seq = from.length + index + 1;
    return { ...draft, seq, at: new Date(start + seq * 1000).toISOString(), prev: "0".repeat(64) } as Event;
  });
}

export const usage = (input: number, output: number): Usage => ({ input, cachedInput: 0, output, reasoning: 0 });

export function spec(id: string, dependsOn: string[] = [], more: Partial<AgentSpec> = {}): AgentSpec {
  return {
    id,
    role: `${id} role`,
    kind: "core",
    dependsOn,
    prompt: `You are ${id}.`,
    followUpEnabled: true,
    blueprint: false,
    sandbox: "read-only",
    tags: [],
    ...more,
  };
}

export function started(agents: readonly AgentSpec[], prompt = "Ship the MVP"): EventDraft {
  return {
    type: "run.started",
    session: "demo",
    schema: 1,
    version: "0.1.0",
    projectRoot: "/project",
    prompt,
    plan: { groups: [{ id: "core", agents }] },
    settings: {},
    pid: 4242,
  };
}

const ref = (agent: string, phase: Phase) => ({ agent, phase, attempt: 1, threadId: "thread-1" });

export const turnStarted = (agent: string, phase: Phase, prompt = "Do it."): EventDraft => ({
  type: "turn.started",
  ...ref(agent, phase),
  threadId: null,
  wave: 0,
  prompt,
  continues: false,
});

export const turnFinished = (agent: string, phase: Phase, text = "Done."): EventDraft => ({
  type: "turn.finished",
  ...ref(agent, phase),
  text,
  usage: usage(1000, 100),
  durationMs: 1000,
});

export const turnItem = (agent: string, item: TurnItem, state: "started" | "completed" = "completed"): EventDraft => ({
  type: "turn.item",
  ...ref(agent, "work"),
  state,
  item,
});

export const agentFinished = (agent: string): EventDraft => ({ type: "agent.finished", agent, wave: 0 });

export const interrupted = (running: string[]): EventDraft => ({
  type: "run.interrupted",
  by: "ctrl-s",
  stops: "agents",
  reason: "",
  running,
});

export const runFinished = (state: "finished" | "failed" | "stopped"): EventDraft => ({
  type: "run.finished",
  state,
  exitCode: state === "finished" ? 0 : state === "failed" ? 1 : 4,
  reason: state === "finished" ? "" : `it ${state}`,
  usage: usage(2000, 200),
});
