import type { AgentKind, GroupModes } from "../plan/plan.ts";

/** What kind of blueprint an agent is asked for. */
export interface BlueprintForm {
  /** It may name nobody and say why instead. */
  readonly mayEnd: boolean;
  /** It says what is handed on; `requireNote`: with a note, or it is sent back. */
  readonly relay: { readonly requireNote: boolean } | null;
  /** Four agents that do not wait for each other are asked for. */
  readonly parallel: boolean;
}

/** A builder's form follows from its group's modes, that of an agent that only decides from what it decides. */
export function chooseForm(kind: AgentKind, modes: GroupModes): BlueprintForm {
  const relay =
    kind === "orchestrator" && modes.relay !== null ? { requireNote: modes.relay.requireHandoffNote } : null;
  return {
    mayEnd: kind === "orchestrator" || kind === "continuation",
    relay,
    parallel: kind === "core" && modes.parallel,
  };
}
