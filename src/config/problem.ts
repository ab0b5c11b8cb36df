import type { SquadGroup } from "../plan/make_plan.ts";
import type { SelectProblem } from "./select_squad.ts";

/** Why the configuration of the squad cannot be used. */
export type ConfigProblem =
  | { readonly kind: "config-unreadable"; readonly path: string; readonly code: string }
  /** `place` is `file:line:column`; `excerpt` is that line with a caret under the column. */
  | { readonly kind: "config-invalid"; readonly place: string; readonly message: string; readonly excerpt: string }
  | SelectProblem;

export interface LoadedSquad {
  readonly squad: readonly SquadGroup[];
  /** The file it came from; null for the built-in squad. */
  readonly source: string | null;
  /** Why the project's own file was passed over for the built-in squad; left out where it was not. */
  readonly passedOver?: string;
  /** To be shown before the run begins. */
  readonly warnings: readonly string[];
}

export interface ReadOptions {
  /** The user named the file: it may give agents more than reading. */
  readonly trusted: boolean;
}
