import type { EventDraft } from "../../../src/events/event.ts";

/** What has to hold in every run. */
export const INVARIANTS = {
  dependencies: "an agent's dependencies have finished before a turn of it starts",
  barrier: "under barriers a level begins when all before it have ended",
  cap: "never more open turns, nor more agents that hold a slot, than the cap",
  idle: "no slot stays free while somebody could use it",
  "one end":
    "an agent ends once, at its time; after a resume a failed or skipped one may again, a finished one never runs",
  interrupt: "after an interrupt nothing starts that it forbids until the resume, after a used-up quota nothing at all",
  skips: "who depends on an agent that failed or was skipped is skipped, and nobody else",
  waves: "waves count without holes, each accepted blueprint becomes one, groups follow each other",
  "wave limit": "the orchestrator agent names no more waves than it may",
  turns: "phases in their order, none asked again that was answered, attempts counted, threads gone on with",
  ending: "run.finished tells what has happened",
  end: "the run comes to its end",
  replay: "a journal replays to the state that its run had, and what follows is the same",
} as const;

export type Invariant = keyof typeof INVARIANTS;

/** An invariant does not hold; `message` says where. */
export class InvariantBroken extends Error {
  override readonly name = "InvariantBroken";
  constructor(
    readonly invariant: Invariant,
    readonly fault: string,
  ) {
    super(`${invariant} (${INVARIANTS[invariant]}): ${fault}`);
  }
}

export function ensure(holds: boolean, invariant: Invariant, describe: () => string): void {
  if (!holds) throw new InvariantBroken(invariant, describe());
}

/** One line for an event, short enough to read thirty of them. */
export function describeEvent(event: EventDraft): string {
  const { type, ...rest } = event as EventDraft & Record<string, unknown>;
  const fields = Object.entries(rest).map(([name, value]) => {
    if (name === "agents") return `agents=${(value as { id: string }[]).map(({ id }) => id).join(",")}`;
    if (name === "plan" || name === "settings" || name === "usage" || name === "prompt") return "";
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    return `${name}=${text.length > 120 ? `${text.slice(0, 120)}...` : text}`;
  });
  return [type, ...fields.filter((field) => field !== "")].join(" ");
}
