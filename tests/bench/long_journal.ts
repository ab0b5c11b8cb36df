import { mkdirSync } from "node:fs";
import type { SettingsRecord } from "../../src/config/settings.ts";
import { type SessionPaths, sessionPaths } from "../../src/core/paths.ts";
import type { Usage } from "../../src/core/usage.ts";
import type { EventDraft, Phase } from "../../src/events/event.ts";
import type { TurnItem } from "../../src/events/item.ts";
import { createJournal } from "../../src/events/journal.ts";
import { agent, planOf } from "../rig/simulated_run.ts";

const USAGE: Usage = { input: 12_000, cachedInput: 8000, output: 900, reasoning: 300 };
/** Layers of the graph: each agent waits for two of the layer before. */
const WIDTH = 50;

export interface LongRun {
  readonly projectRoot: string;
  readonly session: string;
  readonly agents: number;
  /** Agents at the end that have not begun: the run is still going. */
  readonly waiting: number;
  /** Commands that each turn runs; one when left out. */
  readonly commands?: number;
  /** Of the run, where it is to be resumed. */
  readonly settings?: SettingsRecord;
}

/** Writes a run of many agents with two turns each, ten events an agent, in texts of the sizes that real runs have. */
export async function writeLongJournal(run: LongRun): Promise<SessionPaths> {
  const { projectRoot, session, agents, waiting, commands = 1, settings = {} } = run;
  const paths = sessionPaths(projectRoot, session);
  mkdirSync(paths.folder, { recursive: true });
  let nowMs = Date.parse("2026-11-24T04:00:00.000Z");
  const created = createJournal(paths.journal, { now: () => nowMs });
  if (!created.ok) throw new Error(created.error.message);
  const journal = created.value;
  const append = (draft: EventDraft) => {
    nowMs += 7;
    const appended = journal.append(draft);
    if (!appended.ok) throw new Error(appended.error.message);
  };
  const plan = planOf(...Array.from({ length: agents }, (_, index) => makeAgent(index)));
  const specs = plan.groups[0]?.agents ?? [];
  append({
    type: "run.started",
    session,
    schema: 1,
    version: "0.0.0",
    projectRoot,
    prompt: "Measure",
    plan,
    settings,
    pid: process.pid,
  });
  append({ type: "wave.started", wave: 0, group: "core", agents: specs });
  for (const { id } of specs.slice(0, agents - waiting)) {
    for (const draft of makeTurn(id, "plan", commands)) append(draft);
    for (const draft of makeTurn(id, "follow-up", commands)) append(draft);
    append({ type: "agent.finished", agent: id, wave: 0 });
  }
  if (waiting === 0) {
    append({ type: "run.finished", state: "finished", exitCode: 0, reason: "everything was done", usage: USAGE });
  }
  await journal.close();
  return paths;
}

function makeAgent(index: number) {
  const layer = Math.floor(index / WIDTH);
  const before = [index % WIDTH, (index + 1) % WIDTH].map((place) => `agent-${(layer - 1) * WIDTH + place}`);
  return agent(`agent-${index}`, layer === 0 ? [] : before, {
    kind: "core",
    followUpEnabled: true,
    prompt: text(`You are agent ${index}.`, 600),
    followUpPrompt: text("Now write it in full.", 200),
  });
}

function* makeTurn(id: string, phase: Phase, commands: number): Generator<EventDraft> {
  const ref = { agent: id, phase, attempt: 1, threadId: `019ab-${id}` };
  yield {
    type: "turn.started",
    ...ref,
    wave: 0,
    prompt: text("The task:", phase === "plan" ? 3000 : 300),
    continues: false,
  };
  if (phase === "plan") yield { type: "turn.thread", ...ref };
  const items: TurnItem[] = [{ kind: "reasoning", id: "r", text: text("**Looking around**", 300) }, COMMAND];
  for (const item of items.slice(phase === "plan" ? 0 : 1))
    yield { type: "turn.item", ...ref, state: "completed", item };
  for (let more = 1; more < commands; more++) yield { type: "turn.item", ...ref, state: "completed", item: COMMAND };
  yield { type: "turn.finished", ...ref, text: text("The answer: ", 1500), usage: USAGE, durationMs: 900 + id.length };
}

/** Text with the quotes and line ends that JSON has to escape. */
const text = (start: string, length: number): string =>
  start + 'It says "done" in src/server.ts,\nand so it is. '.repeat(Math.ceil(length / 46)).slice(start.length);

const COMMAND: TurnItem = {
  kind: "command",
  id: "c",
  command: "bun test",
  output: text("ok\n", 1500),
  exitCode: 0,
  status: "ok",
};
