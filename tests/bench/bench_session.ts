import { mkdirSync } from "node:fs";
import { systemClock } from "../../src/core/clock.ts";
import { type SessionPaths, sessionPaths } from "../../src/core/paths.ts";
import type { EventDraft } from "../../src/events/event.ts";
import { createJournal, type Journal, type Redact } from "../../src/events/journal.ts";
import { agent, planOf } from "../rig/simulated_run.ts";

/** A session whose journal the benchmark writes itself: agents that all run one turn. */
export class BenchSession {
  readonly paths: SessionPaths;
  readonly journal: Journal;

  constructor(projectRoot: string, agents: readonly string[], redact?: Redact) {
    this.paths = sessionPaths(projectRoot, "bench");
    mkdirSync(this.paths.folder, { recursive: true });
    const created = createJournal(this.paths.journal, systemClock, redact);
    if (!created.ok) throw new Error(created.error.message);
    this.journal = created.value;
    const specs = agents.map((id) => agent(id));
    this.append({
      type: "run.started",
      session: "bench",
      schema: 1,
      version: "0.0.0",
      projectRoot,
      prompt: "Measure",
      plan: planOf(...specs),
      settings: {},
      pid: process.pid,
    });
    this.append({ type: "wave.started", wave: 0, group: "core", agents: specs });
    for (const id of agents)
      this.append({ type: "turn.started", ...refOf(id), wave: 0, prompt: "p", continues: false });
  }

  append(draft: EventDraft): void {
    const appended = this.journal.append(draft);
    if (!appended.ok) throw new Error(appended.error.message);
  }

  /** A message of an agent's. */
  say(id: string, text: string): void {
    const item = { kind: "message" as const, id: "item_0", text };
    this.append({ type: "turn.item", ...refOf(id), state: "completed", item });
  }
}

const refOf = (agent: string) => ({ agent, phase: "work" as const, attempt: 1, threadId: "thread-1" });
