import type { EventDraft } from "../../../src/events/event.ts";
import type { Command } from "../../../src/scheduler/next.ts";
import type { RunState } from "../../../src/scheduler/state.ts";
import type { Deciding } from "./deciding.ts";
import { InvariantBroken } from "./invariant.ts";
import { projectState, spellState } from "./project_state.ts";

/** A state that was replayed from the journal of a run: it has to be the run's, and to decide as the run does. */
export class Shadow {
  readonly #deciding: Deciding;
  readonly #state: RunState;

  constructor(deciding: Deciding, journal: readonly EventDraft[]) {
    this.#deciding = deciding;
    this.#state = deciding.replay(journal);
  }

  record(event: EventDraft): void {
    this.#deciding.apply(this.#state, event);
  }

  compareState(live: RunState): void {
    if (Bun.deepEquals(projectState(this.#state), projectState(live), true)) return;
    const [here, there] = [spellState(this.#state), spellState(live)];
    let at = 0;
    while (at < here.length && here[at] === there[at]) at++;
    const [replayed, lived] = [here, there].map((text) => text.slice(Math.max(0, at - 60), at + 60));
    throw new InvariantBroken("replay", `the replayed state has ...${replayed}..., the live one ...${lived}...`);
  }

  compareDecision(live: Command): void {
    const command = this.#deciding.next(this.#state);
    if (Bun.deepEquals(command, live, true)) return;
    const [here, there] = [JSON.stringify(command), JSON.stringify(live)];
    throw new InvariantBroken("replay", `replayed, it decides ${here}; live, ${there}`);
  }
}
