/** Who works in one wave, as a builder or an agent that decides gave it. Checked by `parse.ts` before it is used. */
export interface Blueprint {
  /** None where whoever was asked says that nothing is left. */
  readonly agents: readonly BlueprintAgent[];
  /** Why these, or why none; only agents that may say "nothing is left" give it. */
  readonly reason?: string | undefined;
  /** What the wave of a relay hands on. */
  readonly handoff?: Handoff | null | undefined;
}

export interface BlueprintAgent {
  readonly id: string;
  readonly role: string;
  readonly prompt: string;
  readonly dependsOn: readonly string[];
}

/** The baton of a relay: an agent that has ended hands on to one of the wave to come. */
export interface Handoff {
  readonly from: string;
  readonly to: string;
  /** What is handed on, in a sentence or two. */
  readonly message: string;
  readonly note?: HandoffNote | null | undefined;
}

/** A list of short sentences for each; a list may be empty, not all of them. */
export interface HandoffNote {
  readonly decided: readonly string[];
  readonly rejected: readonly string[];
  readonly risks: readonly string[];
  readonly files: readonly string[];
  readonly remaining: readonly string[];
}

/** The parts of a note, in the order in which they are read. */
export const NOTE_PARTS = ["decided", "rejected", "risks", "files", "remaining"] as const;

/** The same work, whatever its agents are called: prompts and who waits for whom, in their order. */
export function isSameWork(a: Blueprint, b: Blueprint): boolean {
  return describeWork(a) === describeWork(b);
}

function describeWork({ agents }: Blueprint): string {
  const placeOf = new Map(agents.map(({ id }, place) => [id, place]));
  return JSON.stringify(
    agents.map(({ prompt, dependsOn }) => [
      prompt.replace(/\s+/g, " ").trim(),
      dependsOn.map((id) => placeOf.get(id) ?? id).sort(),
    ]),
  );
}
