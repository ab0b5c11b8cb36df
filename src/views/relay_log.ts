import type { Event, EventOf } from "../events/event.ts";
import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import { nameFailure } from "./agent_log.ts";
import { LogPage, type PageOptions } from "./log_page.ts";
import { formatDayAndTime } from "./quantities.ts";
import { describeLoopEnd, describeNote } from "./waves.ts";

/** Of an answer: whoever wants all of it has the agent's own log. */
const ANSWER_LINES = { head: 24, tail: 6 };

/**
 * A relay as a conversation: who handed on what to whom, and what the receiver made of it. A fold over the journal;
 * no lines in a run that is no relay.
 */
export class RelayLog {
  #page: LogPage;
  #started: EventOf<"run.started"> | null = null;
  #isBegun = false;
  /** Whom somebody waits to hear from, and their last words. */
  #receivers = new Map<string, string>();

  constructor(options: PageOptions) {
    this.#page = new LogPage(options);
  }

  /** The lines that an event adds. */
  add(event: Event): string[] {
    this.#take(event);
    return this.#page.take();
  }

  #take(event: Event): void {
    const { style } = this.#page;
    switch (event.type) {
      case "run.started":
        this.#started = event;
        return;
      case "blueprint.accepted":
        this.#hearWave(event);
        return;
      case "blueprint.rejected":
        if (!this.#isBegun || event.agent !== ORCHESTRATOR_ID) return;
        this.#page.entry(event.at, style.red("✗"), "a baton is refused:", style.red);
        for (const fault of event.faults) this.#page.paragraph(`- ${fault}`, style.red);
        return;
      case "turn.finished":
        if (this.#receivers.has(event.agent)) this.#receivers.set(event.agent, event.text);
        return;
      case "agent.finished":
        this.#answer(event.agent, (answer) => {
          this.#page.entry(event.at, style.green("●"), `${event.agent} has run its leg:`, style.bold);
          this.#page.quote(answer, ANSWER_LINES, (text) => text);
        });
        return;
      case "agent.failed":
        this.#answer(event.agent, () =>
          this.#page.entry(event.at, style.red("✗"), `${event.agent} falls: ${nameFailure(event.failure)}`, style.red),
        );
        return;
      case "agent.skipped":
        this.#answer(event.agent, () =>
          this.#page.entry(event.at, style.yellow("○"), `${event.agent} never ran: ${event.because}`, style.yellow),
        );
        return;
      case "run.resumed":
        if (this.#isBegun) this.#page.entry(event.at, style.blue("▶"), "the run is resumed");
        return;
      case "autonomous.ended":
        if (this.#isBegun) this.#page.entry(event.at, style.blue("■"), describeLoopEnd(event), style.bold);
        return;
      default:
        return;
    }
  }

  /** A first wave has nothing to hand on: its builder opens the conversation. */
  #hearWave(event: EventOf<"blueprint.accepted">): void {
    const groups = this.#started?.plan.groups ?? [];
    const isRelay = groups.some(({ id, modes, agents }) =>
      modes?.relay ? id === event.group || agents.some((agent) => agent.id === event.agent) : false,
    );
    const { agents, handoff } = event.blueprint;
    if (!isRelay || agents.length === 0) return;
    this.#begin();
    const { style } = this.#page;
    this.#page.blank();
    if (handoff) {
      this.#page.entry(event.at, style.cyan("⇢"), `${handoff.from} to ${handoff.to}, wave ${event.wave}:`, style.bold);
      this.#page.paragraph(handoff.message);
      for (const line of describeNote(handoff)) this.#page.paragraph(line);
      const others = agents.map(({ id }) => id).filter((id) => id !== handoff.to);
      if (others.length > 0) this.#page.paragraph(`beside it: ${others.join(", ")}`, style.dim);
      this.#receivers.set(handoff.to, "");
      return;
    }
    const whom = agents.map(({ id, role }) => `${id} (${role})`).join(", ");
    this.#page.entry(event.at, style.cyan("⇢"), `${event.agent} sends off wave ${event.wave}: ${whom}`, style.bold);
    for (const { id } of agents) this.#receivers.set(id, "");
  }

  #begin(): void {
    if (this.#isBegun || !this.#started) return;
    this.#isBegun = true;
    const { style } = this.#page;
    this.#page.raw(`${style.bold(style.cyan("relay"))}${style.dim(`  ${this.#started.session}`)}`);
    this.#page.raw(style.dim(formatDayAndTime(this.#started.at)));
  }

  #answer(agent: string, say: (answer: string) => void): void {
    const answer = this.#receivers.get(agent);
    if (answer === undefined) return;
    this.#receivers.delete(agent);
    say(answer);
  }
}
