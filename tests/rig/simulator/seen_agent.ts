import type { EventDraft, Phase, TurnRef } from "../../../src/events/event.ts";
import type { AgentSpec } from "../../../src/plan/plan.ts";
import { ensure } from "./invariant.ts";

export type TurnStart = Extract<EventDraft, { type: "turn.started" }>;
type TurnEnd = Extract<EventDraft, { type: "turn.finished" | "turn.failed" }>;

/** What the journal alone tells of one agent, and what has to hold of its own turns. */
export class SeenAgent {
  ended: "finished" | "failed" | "skipped" | null = null;
  /** It holds a slot: a turn of it has started since it last waited. */
  begun = false;
  open: { readonly phase: Phase; readonly attempt: number } | null = null;
  last: { readonly phase: Phase; readonly outcome: "finished" | "failed" | "cut-off"; readonly kind?: string } | null =
    null;
  /** Its last answer was sent back. */
  refused = false;
  accepted = false;
  /** Dependencies that have not finished, by id. */
  lacks = new Set<string>();
  #answered = new Set<Phase>();
  #attempts = new Map<Phase, number>();
  #thread: string | null = null;
  #threadSeen = false;

  constructor(
    /** Another one only by a resume with a new plan. */
    public spec: AgentSpec,
    readonly wave: number,
    /** Dependencies deep in its wave. */
    public level: number,
  ) {}

  /** No turn of it has ever started. */
  get isUntouched(): boolean {
    return this.#attempts.size === 0;
  }

  get takesPart(): boolean {
    return this.spec.kind !== "orchestrator";
  }

  startTurn(event: TurnStart): void {
    const { phase, attempt, threadId, continues } = event;
    const say = (fault: string) => () => `${this.spec.id} ${phase} ${attempt}: ${fault}`;
    ensure(this.open === null, "turns", say("another turn of it is open"));
    ensure(this.ended === null, "one end", say(`it has ended already: ${this.ended}`));
    ensure(!this.#answered.has(phase) || (phase === "repair" && this.refused), "turns", say("it has been answered"));
    ensure(phase !== "repair" || this.refused, "turns", say("there is nothing to repair"));
    ensure(phase !== "follow-up" || this.#answered.has("plan"), "turns", say("it follows on nothing"));
    ensure(phase !== "plan" || this.spec.kind === "core", "turns", say("it plans nothing"));
    ensure(attempt === (this.#attempts.get(phase) ?? 0) + 1, "turns", say("attempts are miscounted"));
    ensure(threadId === this.#thread, "turns", say(`goes on on ${threadId}, its thread is ${this.#thread}`));
    const mayContinue = this.last !== null && this.last.outcome !== "finished" && this.#threadSeen;
    ensure(!continues || mayContinue, "turns", say("its thread has no prompt to continue"));
    this.begun = true;
    this.#attempts.set(phase, attempt);
    this.#threadSeen = false;
    this.open = { phase, attempt };
    this.last = null;
  }

  #belongs(ref: TurnRef): void {
    ensure(this.open?.phase === ref.phase && this.open.attempt === ref.attempt, "turns", () => {
      const open = this.open === null ? "none" : `${this.open.phase} ${this.open.attempt}`;
      return `${ref.agent} ${ref.phase} ${ref.attempt} is told of, the open turn is ${open}`;
    });
  }

  nameThread(ref: TurnRef): void {
    this.#belongs(ref);
    this.#threadSeen = true;
    this.#thread = ref.threadId;
  }

  /** The journal has no end of a turn that its thread has: the answer is taken from there. */
  adoptTurn(event: TurnEnd): void {
    const isCutOff = this.open === null && this.last?.outcome !== "finished" && this.last?.phase === event.phase;
    const isSame = this.#attempts.get(event.phase) === event.attempt && this.#thread === event.threadId;
    ensure(isCutOff && isSame && this.#threadSeen, "turns", () => `${event.agent} has no turn to adopt`);
    this.open = event;
    this.endTurn(event);
  }

  loseThread(threadId: string): void {
    ensure(
      this.#thread === threadId,
      "turns",
      () => `${this.spec.id} loses ${threadId}, its thread is ${this.#thread}`,
    );
    this.#thread = null;
    this.#threadSeen = false;
  }

  endTurn(event: TurnEnd): void {
    this.#belongs(event);
    const { phase, threadId } = event;
    this.open = null;
    this.#thread = threadId ?? this.#thread;
    if (event.type === "turn.finished") {
      this.last = { phase, outcome: "finished" };
      this.#answered.add(phase);
      this.refused = false;
    } else this.last = { phase, outcome: "failed", kind: event.failure.kind };
  }

  /** All that is asked of it has been answered. */
  get isThrough(): boolean {
    if (this.open || this.last?.outcome !== "finished" || this.refused) return false;
    if (this.spec.blueprint && !this.accepted) return false;
    const { kind, followUpEnabled } = this.spec;
    return this.#answered.has(kind !== "core" ? "work" : followUpEnabled ? "follow-up" : "plan") || this.accepted;
  }

  /** The orchestrator agent waits to be asked anew, on a new thread. */
  rest(): void {
    this.begun = false;
    this.last = null;
    this.refused = false;
    this.accepted = false;
    this.#answered = new Set();
    this.#thread = null;
    this.#threadSeen = false;
  }

  /** What a resume makes of it. */
  resume(): void {
    if (this.open) {
      this.last = { phase: this.open.phase, outcome: "cut-off" };
      this.open = null;
    }
    if (this.ended === null || this.ended === "finished") return;
    this.ended = null;
    this.begun = false;
  }
}
