import { crashHere } from "../core/crash_point.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { Event, EventDraft, Stops } from "../events/event.ts";
import type { Journal, JournalProblem } from "../events/journal.ts";
import { apply } from "./apply.ts";
import { type Command, runningAgents, type TurnOrder } from "./next.ts";
import type { RunState } from "./state.ts";

/** A turn that was asked for, with all that a turn engine needs. `signal` aborts when everything is stopped. */
export interface StartedTurn {
  readonly order: TurnOrder;
  readonly prompt: string;
  readonly signal: AbortSignal;
  readonly emit: (draft: EventDraft) => void;
}

export type TurnEnd = Extract<EventDraft, { type: "turn.finished" | "turn.failed" }>;

/** What `wave.observed` carries beyond its wave. */
export type Observation = Omit<Extract<EventDraft, { type: "wave.observed" }>, "type" | "wave" | "group">;

export interface RunParts {
  readonly state: RunState;
  readonly journal: Journal;
  readonly next: (state: RunState) => Command;
  readonly writePrompt: (state: RunState, order: TurnOrder) => string;
  /** Never rejects: a turn that fails is a turn.failed. */
  readonly runTurn: (turn: StartedTurn) => Promise<TurnEnd>;
  /** Looks at the project's files, at the end of a wave that something is decided by. Never rejects. */
  readonly observe: (state: RunState) => Promise<Observation>;
  /** Sees every event once it is written. */
  readonly watch: (event: Event) => void;
}

export type InterruptCause = Extract<EventDraft, { type: "run.interrupted" }>["by"];

/** A run under way. */
export interface Run {
  /** Resolves when the story has ended, or with what broke the journal. Everything decided is on disk then. */
  readonly done: Promise<Result<void, JournalProblem>>;
  /** Stops more and more: asking for less than is stopped already does nothing. */
  interrupt(by: InterruptCause, stops: Stops, reason: string): void;
  /** Tells the person something that stops nothing; journaled. */
  note(message: string): void;
}

const SEVERITY: Record<Stops, number> = { agents: 1, turns: 2, everything: 3 };

/** Does what `next` says until it says `end`. Every decision is an event first, and on disk before a turn rests on it. */
export function startRun(parts: RunParts): Run {
  const { state, journal } = parts;
  const abort = new AbortController();
  let wake = () => {};
  let openTurns = 0;

  /** False when the journal is broken: nothing more may happen then. */
  const record = (draft: EventDraft): boolean => {
    const written = journal.append(draft);
    if (!written.ok) {
      abort.abort({ kind: "aborted", message: "the journal cannot be written" });
      return false;
    }
    apply(state, written.value);
    parts.watch(written.value);
    return true;
  };

  const launch = async (turn: Omit<StartedTurn, "signal" | "emit">) => {
    openTurns += 1;
    const end = await parts.runTurn({ ...turn, signal: abort.signal, emit: record });
    openTurns -= 1;
    crashHere("turn.before-record");
    record(end);
    crashHere("turn.after-record");
    wake();
  };

  const loop = async (): Promise<Result<void, JournalProblem>> => {
    let started: Omit<StartedTurn, "signal" | "emit">[] = [];
    // The first event comes when the caller has the run in hand: whoever watches may have something to note.
    await Promise.resolve();
    while (!journal.problem) {
      const command = parts.next(state);
      if (command.do === "record") {
        record(command.event);
      } else if (command.do === "observe") {
        const { wave, group } = command;
        record({ type: "wave.observed", wave, group, ...(await parts.observe(state)) });
      } else if (command.do === "turn") {
        const prompt = parts.writePrompt(state, command.turn);
        const { agent, phase, attempt, threadId, continues } = command.turn;
        const wave = state.agents.get(agent)?.wave ?? 0;
        record({ type: "turn.started", agent, phase, attempt, threadId, wave, prompt, continues });
        started.push({ order: command.turn, prompt });
      } else if (started.length > 0) {
        if (!(await journal.durable()).ok) break;
        for (const turn of started) void launch(turn);
        started = [];
      } else if (command.do === "end") {
        return journal.durable();
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    while (openTurns > 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return journal.problem ? err(journal.problem) : ok(undefined);
  };

  return {
    done: loop(),
    interrupt(by, stops, reason) {
      if (state.ended || (state.stops && SEVERITY[state.stops] >= SEVERITY[stops])) return;
      record({ type: "run.interrupted", by, stops, reason, running: runningAgents(state) });
      if (stops === "everything") abort.abort({ kind: "aborted", message: reason });
      void journal.durable();
      wake();
    },
    note(message) {
      record({ type: "run.notice", message });
    },
  };
}
