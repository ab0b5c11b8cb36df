import { defaultSettings } from "../../src/config/resolve.ts";
import type { Settings } from "../../src/config/settings.ts";
import type { Estimates } from "../../src/events/estimates.ts";
import type { EventDraft } from "../../src/events/event.ts";
import type { AgentSpec, Plan } from "../../src/plan/plan.ts";
import { apply } from "../../src/scheduler/apply.ts";
import type { TurnOrder } from "../../src/scheduler/next.ts";
import { emptyState, type RunState } from "../../src/scheduler/state.ts";
import { next } from "../../src/squad/story.ts";

export function agent(id: string, dependsOn: readonly string[] = [], more: Partial<AgentSpec> = {}): AgentSpec {
  return {
    id,
    role: id,
    kind: "specialist",
    dependsOn,
    prompt: `prompt of ${id}`,
    followUpEnabled: false,
    blueprint: false,
    sandbox: "read-only",
    tags: [],
    ...more,
  };
}

export const planOf = (...agents: readonly AgentSpec[]): Plan => ({ groups: [{ id: "core", agents }] });

export function runStarted(plan: Plan, settings: Partial<Settings> = {}, estimates?: Estimates): EventDraft {
  return {
    type: "run.started",
    session: "s",
    schema: 1,
    version: "0",
    projectRoot: "/p",
    prompt: "do it",
    plan,
    settings: { ...defaultSettings("/p"), ...settings },
    pid: 1,
    ...(estimates ? { estimates } : {}),
  };
}

/** A run without processes or time: the real `apply` and `next`, turns that end when the test says so. */
export class SimulatedRun {
  state: RunState = emptyState();
  readonly events: EventDraft[] = [];
  /** Turns that are running, in the order in which they started. */
  readonly open = new Map<string, TurnOrder>();
  /** What a look at the files finds: whether they changed since the last look. */
  changed: boolean | null = true;

  constructor(plan: Plan, settings: Partial<Settings> = {}, estimates?: Estimates) {
    this.record(runStarted(plan, settings, estimates));
    this.settle();
  }

  record(event: EventDraft): void {
    this.events.push(event);
    apply(this.state, event);
  }

  /** Does what `next` says until it waits or ends. */
  settle(): void {
    for (;;) {
      const command = next(this.state);
      if (command.do === "record") this.record(command.event);
      else if (command.do === "observe") {
        const { wave, group } = command;
        const seen = { changed: this.changed, files: [], more: 0, digest: null };
        this.record({ type: "wave.observed", wave, group, ...seen });
      } else if (command.do === "turn") {
        const { turn } = command;
        this.open.set(turn.agent, turn);
        this.record({ type: "turn.started", ...turn, wave: this.state.agents.get(turn.agent)?.wave ?? 0, prompt: "" });
      } else return;
    }
  }

  private close(id: string): TurnOrder {
    const turn = this.open.get(id);
    if (!turn) throw new Error(`${id} runs no turn; running: ${this.running}`);
    this.open.delete(id);
    return turn;
  }

  finish(id: string, text = `answer of ${id}`): void {
    const { agent, phase, attempt } = this.close(id);
    const usage = { input: 10, cachedInput: 0, output: 1, reasoning: 0 };
    const ref = { agent, phase, attempt, threadId: `thread-${id}` };
    this.record({ type: "turn.thread", ...ref });
    this.record({ type: "turn.finished", ...ref, text, usage, durationMs: 1 });
    this.settle();
  }

  fail(id: string, kind: "server-error" | "quota" | "aborted" = "server-error"): void {
    const { agent, phase, attempt } = this.close(id);
    const ref = { agent, phase, attempt, threadId: `thread-${id}` };
    this.record({ type: "turn.thread", ...ref });
    this.record({ type: "turn.failed", ...ref, failure: { kind, message: kind }, usage: null, durationMs: 1 });
    this.settle();
  }

  interrupt(stops: "agents" | "turns" | "everything" = "agents"): void {
    this.record({ type: "run.interrupted", by: "signal", stops, reason: "interrupted", running: [] });
    this.settle();
  }

  /** What a process that starts anew does: replay, `run.resumed`, go on. */
  resume(): void {
    const history = [...this.events];
    this.state = emptyState();
    for (const event of history) apply(this.state, event);
    this.open.clear();
    this.record({ type: "run.resumed", version: "0", pid: 2 });
    this.settle();
  }

  get running(): string[] {
    return [...this.open.keys()];
  }

  status(id: string): string | undefined {
    return this.state.agents.get(id)?.status;
  }

  /** The last event's state and exit code, once the run is over. */
  get end(): { state: string; exitCode: number } | null {
    const last = this.events.at(-1);
    return last?.type === "run.finished" ? { state: last.state, exitCode: last.exitCode } : null;
  }
}
