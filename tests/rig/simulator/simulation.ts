import TinyQueue from "tinyqueue";
import type { EventDraft, Stops, TurnRef } from "../../../src/events/event.ts";
import type { Command, TurnOrder } from "../../../src/scheduler/next.ts";
import { emptyState, type RunState } from "../../../src/scheduler/state.ts";
import { runStarted } from "../simulated_run.ts";
import { Checker } from "./checker.ts";
import type { Deciding } from "./deciding.ts";
import type { Dice } from "./dice.ts";
import { InvariantBroken } from "./invariant.ts";
import { Shadow } from "./shadow.ts";
import type { Outcome, World } from "./world.ts";

const SEVERITY: Record<Stops, number> = { agents: 1, turns: 2, everything: 3 };

/** Something that will happen to an open turn. */
interface Due {
  readonly atMs: number;
  /** Between things of the same moment, what was asked for first. */
  readonly number: number;
  readonly kind: "thread" | "end";
  readonly turn: OpenTurn;
}

interface OpenTurn {
  readonly order: TurnOrder;
  readonly startedMs: number;
  end: Outcome["end"];
  threadId: string | null;
  isOver: boolean;
}

/** What one process meets beside its turns. */
export interface Life {
  readonly deciding: Deciding;
  /** Each once so many events are written. */
  readonly interrupts: readonly { readonly afterEvents: number; readonly stops: Stops }[];
  /** The process is gone before it writes this event; null: it lives. */
  readonly crashAtEvents: number | null;
  /** From here on a state replayed from the journal decides beside the live one. */
  readonly shadowAtEvents: number;
}

class Crash extends Error {}

/** Commands of one process before it counts as going round in a circle, for each agent it knows and in any case. */
const MOST_COMMANDS_AN_AGENT = 60;
const MOST_COMMANDS_ANYWAY = 500;

/**
 * A run without processes or time, as `scheduler/run.ts` does it: what `next` says is done, turns take as long on a
 * clock of their own as the world says, ends and interrupts come where the real loop waits. A process may be gone
 * between any two events; the next one finds what was on disk, or more.
 */
export class Simulation {
  /** What the journal holds. */
  events: EventDraft[] = [];
  eventCount = 0;
  nowMs = 0;
  #state: RunState = emptyState();
  #checker = new Checker();
  #shadow: Shadow | null = null;
  #life: Life;
  #commands = 0;
  #dues = newDues();
  #dueCount = 0;
  #openTurns = new Set<OpenTurn>();
  #interruptsMade = 0;
  #isResumed = false;
  /** Events that are on disk for certain. */
  #synced = 0;

  constructor(
    readonly world: World,
    /** Chance beside the world: what comes while the loop waits for the disk, what a crash leaves. */
    readonly dice: Dice,
    first: Life,
  ) {
    this.#life = first;
    const { plan, settings } = world.drawn;
    this.#record(runStarted(plan, settings));
    if (dice.chance(0.2)) this.#record({ type: "memory.recalled", text: "once upon a time", artifacts: [] });
    this.#synced = 1;
  }

  get agentCount(): number {
    return this.#state.agents.size;
  }

  /** How the run has ended so far. */
  get ended(): RunState["ended"] {
    return this.#state.ended;
  }

  /** Lives until the story ends or the process does. */
  live(): void {
    try {
      if (this.#isResumed) this.#lookUpThreads();
      this.#loop();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
    this.#compareReplay();
  }

  /** What a process does that starts anew: replay, `run.resumed`, go on. */
  resume(life: Life): void {
    const isCrashed = this.ended === null;
    const kept = isCrashed ? this.dice.between(this.#synced, this.events.length) : this.events.length;
    if (kept < this.events.length) {
      this.events.length = kept;
      this.#checker = new Checker();
      for (const event of this.events) this.#checker.see(event);
    }
    this.world.recall(this.events);
    this.#life = life;
    this.#state = life.deciding.replay(withUnknownEvents(this.events, this.dice));
    this.#shadow = null;
    this.#commands = 0;
    this.#interruptsMade = 0;
    this.#dues = newDues();
    this.#openTurns = new Set();
    const plan = this.world.changePlan();
    this.#record({ type: "run.resumed", version: "0", pid: 2, ...(plan ? { plan } : {}) });
    this.#isResumed = true;
  }

  /** As `orchestrate/cut_off_turns.ts` does: turns that had ended unseen are adopted, threads that are gone are told of. */
  #lookUpThreads(): void {
    for (const agent of [...this.#state.agents.values()]) {
      const { spec, threadId, status, last, attempts, continues } = agent;
      if (threadId === null || status === "finished" || status === "skipped") continue;
      if (this.dice.chance(0.05)) {
        this.#record({ type: "thread.lost", agent: spec.id, threadId });
      } else if (last?.outcome === "cut-off" && continues && this.dice.chance(0.25)) {
        const { phase } = last;
        const ref = { agent: spec.id, phase, attempt: attempts.get(phase) ?? 1, threadId };
        const text = this.world.answer(ref);
        this.#record({ type: "turn.finished", ...ref, text, usage: TURN_USAGE, durationMs: 1, adopted: true });
      }
    }
  }

  #record(event: EventDraft): void {
    if (this.events.length === this.#life.crashAtEvents) throw new Crash();
    this.events.push(event);
    this.eventCount += 1;
    this.#life.deciding.apply(this.#state, event);
    this.#checker.see(event);
    this.world.see(event);
    this.#shadow?.record(event);
  }

  #loop(): void {
    let started: OpenTurn[] = [];
    for (;;) {
      this.#interruptInTime();
      const command = this.#decide();
      if (command.do === "record") this.#record(command.event);
      else if (command.do === "observe") {
        this.#deliverMeanwhile();
        const { wave, group } = command;
        const changed = this.world.observe();
        this.#record({ type: "wave.observed", wave, group, changed, files: [], more: 0, digest: null });
      } else if (command.do === "turn") {
        const { turn } = command;
        const wave = this.#state.agents.get(turn.agent)?.wave ?? 0;
        this.#record({ type: "turn.started", ...turn, wave, prompt: "" });
        started.push(this.#open(turn));
      } else if (started.length > 0) {
        const durable = this.events.length;
        this.#deliverMeanwhile();
        this.#synced = durable;
        for (const turn of started) this.#launch(turn);
        started = [];
      } else if (command.do === "end") {
        this.#synced = this.events.length;
        return;
      } else {
        this.#checkIdle();
        this.#deliver();
      }
    }
  }

  #decide(): Command {
    this.#commands += 1;
    const most = MOST_COMMANDS_ANYWAY + MOST_COMMANDS_AN_AGENT * this.#state.agents.size;
    if (this.#commands > most) throw new InvariantBroken("end", `${this.#commands} commands, and no end`);
    if (!this.#shadow && this.events.length >= this.#life.shadowAtEvents) {
      this.#shadow = new Shadow(this.#life.deciding, withUnknownEvents(this.events, this.dice));
      this.#shadow.compareState(this.#state);
    }
    const command = this.#life.deciding.next(this.#state);
    this.#shadow?.compareDecision(command);
    return command;
  }

  /** Where a policy waits for whole levels, slots may well be free. */
  #checkIdle(): void {
    if (!this.#life.deciding.mayIdle) this.#checker.checkIdle();
  }

  #compareReplay(): void {
    new Shadow(this.#life.deciding, withUnknownEvents(this.events, this.dice)).compareState(this.#state);
  }

  #open(order: TurnOrder): OpenTurn {
    return { order, startedMs: this.nowMs, end: { text: "" }, threadId: order.threadId, isOver: false };
  }

  #launch(turn: OpenTurn): void {
    const outcome = this.world.runTurn(turn.order);
    turn.end = outcome.end;
    // Stopped before it was launched: it ends without having been asked.
    if (this.#state.stops === "everything") {
      this.#abort(turn);
      return;
    }
    this.#openTurns.add(turn);
    if (outcome.threadAfterMs !== null) this.#await("thread", turn, outcome.threadAfterMs);
    this.#await("end", turn, outcome.durationMs);
  }

  #await(kind: Due["kind"], turn: OpenTurn, afterMs: number): void {
    this.#dueCount += 1;
    this.#dues.push({ atMs: this.nowMs + afterMs, number: this.#dueCount, kind, turn });
  }

  /** What comes while the loop waits for the disk or looks at files. */
  #deliverMeanwhile(): void {
    if (this.dice.chance(0.2) && this.#dues.length > 0) this.#deliver();
    this.#interruptInTime();
  }

  /** The next thing to happen, and what happens at the same moment. */
  #deliver(): void {
    const first = this.#dues.pop();
    if (!first) throw new InvariantBroken("end", "the run waits, and nothing runs that it could wait for");
    this.nowMs = first.atMs;
    this.#happen(first);
    while (this.#dues.peek()?.atMs === this.nowMs) this.#happen(this.#dues.pop() as Due);
  }

  #happen({ kind, turn }: Due): void {
    if (turn.isOver) return;
    const { agent, phase, attempt } = turn.order;
    if (kind === "thread") {
      turn.threadId ??= this.world.newThread();
      this.#record({ type: "turn.thread", agent, phase, attempt, threadId: turn.threadId });
      return;
    }
    turn.isOver = true;
    this.#openTurns.delete(turn);
    this.#record(describeEnd({ agent, phase, attempt, threadId: turn.threadId }, turn, this.nowMs));
  }

  #interruptInTime(): void {
    const planned = this.#life.interrupts[this.#interruptsMade];
    if (!planned || this.events.length < planned.afterEvents) return;
    this.#interruptsMade += 1;
    const { stops, ended } = this.#state;
    if (ended || (stops && SEVERITY[stops] >= SEVERITY[planned.stops])) return;
    this.#record({ type: "run.interrupted", by: "signal", stops: planned.stops, reason: "interrupted", running: [] });
    if (planned.stops !== "everything") return;
    // An answer that was on its way may be faster than the abort.
    for (const turn of this.#openTurns) if (!this.dice.chance(0.2)) this.#abort(turn);
  }

  #abort(turn: OpenTurn): void {
    const { end, durationMs } = this.world.abort();
    turn.end = end;
    this.#await("end", turn, durationMs);
  }
}

const TURN_USAGE = { input: 10, cachedInput: 0, output: 1, reasoning: 0 };
const newDues = () => new TinyQueue<Due>([], (a, b) => a.atMs - b.atMs || a.number - b.number);

function describeEnd(ref: TurnRef, { end, startedMs }: OpenTurn, nowMs: number): EventDraft {
  const durationMs = nowMs - startedMs;
  if ("failure" in end) return { type: "turn.failed", ...ref, failure: end.failure, usage: null, durationMs };
  return { type: "turn.finished", ...ref, text: end.text, usage: TURN_USAGE, durationMs };
}

/** A journal of a later version has events that nobody knows today. */
function withUnknownEvents(events: readonly EventDraft[], dice: Dice): EventDraft[] {
  const unknown = { type: "future.thing", agent: "g1-0", wave: 7, group: "group-1", agents: [] };
  const mixed = [...events];
  for (let left = dice.below(4); left > 0 && mixed.length > 0; left--) {
    mixed.splice(dice.between(1, mixed.length), 0, unknown as unknown as EventDraft);
  }
  return mixed;
}
