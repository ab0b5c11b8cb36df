import { Database } from "bun:sqlite";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { SettingsRecord } from "../../src/config/settings.ts";
import { type SessionPaths, sessionPaths } from "../../src/core/paths.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import type { EventDraft } from "../../src/events/event.ts";
import { createJournal, type Journal } from "../../src/events/journal.ts";
import type { AgentSpec } from "../../src/plan/plan.ts";
import { listFiles, readText } from "../../src/store/agentfs_file.ts";
import { actionsPath, memoryPath } from "../../src/store/locations.ts";
import { type Recorder, type RecorderOptions, startRecorder } from "../../src/store/recorder_client.ts";

export const RECORDER = [process.execPath, join(import.meta.dir, "recorder_entry.ts")] as const;

/** A session folder with a journal that a test writes event by event. */
export class RecordedRun {
  readonly paths: SessionPaths;
  readonly memory: string;
  readonly actions: string;
  readonly #journal: Journal;
  #notices: string[] = [];

  constructor(projectRoot: string, session = "demo", settings: SettingsRecord = {}, first: object = {}) {
    this.paths = sessionPaths(projectRoot, session);
    this.memory = memoryPath(projectRoot, settings.memoryDir);
    this.actions = actionsPath(projectRoot, settings);
    mkdirSync(this.paths.folder, { recursive: true });
    const journal = createJournal(this.paths.journal);
    if (!journal.ok) throw new Error(journal.error.message);
    this.#journal = journal.value;
    this.append({
      type: "run.started",
      session,
      schema: 1,
      version: "0.0.0",
      projectRoot,
      prompt: "Ship it",
      plan: { groups: [{ id: "core", agents: [agent("planner"), agent("builder", ["planner"])] }] },
      settings,
      pid: process.pid,
      ...first,
    } as EventDraft);
  }

  get seq(): number {
    return this.#journal.seq;
  }

  get notices(): readonly string[] {
    return this.#notices;
  }

  append(draft: EventDraft): void {
    const appended = this.#journal.append(draft);
    if (!appended.ok) throw new Error(appended.error.message);
  }

  /** A whole turn with some streamed commands. */
  turn(id: string, options: { phase?: "plan" | "follow-up" | "work"; attempt?: number; items?: number } = {}): void {
    const { phase = "plan", attempt = 1, items = 3 } = options;
    const ref = { agent: id, phase, attempt, threadId: `thread-${id}` };
    this.append({ type: "turn.started", ...ref, wave: 0, prompt: `Prompt of ${id} ${attempt}`, continues: false });
    for (let index = 0; index < items; index++) {
      const output = `${index} ${"ä".repeat(100)}`;
      const item = { kind: "command", id: `c${index}`, command: "ls", output, exitCode: 0, status: "ok" } as const;
      this.append({ type: "turn.item", ...ref, state: "completed", item });
    }
    this.append({ type: "turn.finished", ...ref, text: `Answer of ${id} ${attempt}`, usage: NO_USAGE, durationMs: 1 });
  }

  finish(): void {
    this.append({ type: "run.finished", state: "finished", exitCode: 0, reason: "", usage: NO_USAGE } as EventDraft);
  }

  start(options: Partial<RecorderOptions> = {}): Recorder {
    const onNotice = (message: string) => this.#notices.push(message);
    return startRecorder({ paths: this.paths, afterSeq: 0, command: RECORDER, onNotice, ...options });
  }

  async close(): Promise<void> {
    await this.#journal.close();
  }
}

/** Every file of an AgentFS database by its path, read with plain SQLite. Only when nobody holds it. */
export function readAll(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const database = new Database(path);
  try {
    return Object.fromEntries(listFiles(database, "/").map((file) => [file.path, readText(database, file)]));
  } finally {
    database.close();
  }
}

function agent(id: string, dependsOn: readonly string[] = []): AgentSpec {
  return {
    id,
    role: id,
    kind: "core",
    dependsOn,
    prompt: "p",
    followUpEnabled: true,
    blueprint: id === "builder",
    sandbox: "read-only",
    tags: [`${id}-tag`],
  };
}
