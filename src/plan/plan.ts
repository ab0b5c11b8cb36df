/** What a run will do, before it does anything. Journaled whole in `run.started`, so that resume needs nothing else. */
export interface Plan {
  readonly groups: readonly GroupPlan[];
}

export interface GroupPlan {
  readonly id: string;
  readonly agents: readonly AgentSpec[];
  /** How it goes on after its configured agents; absent where nothing asks for a mode, and in older journals. */
  readonly modes?: GroupModes;
}

/** The modes of one group, settled between its configuration and the run's flags (`plan/modes.ts`). */
export interface GroupModes {
  /** The builder is asked for four specialists that do not wait for each other. */
  readonly parallel: boolean;
  /** After each wave the orchestrator agent names a new one, until nothing is left. */
  readonly autonomous: boolean;
  /** How many waves the orchestrator agent may name. */
  readonly maxWaves: number;
  /** Each wave of the orchestrator hands a message on; null: it does not. */
  readonly relay: RelayRules | null;
}

export interface RelayRules {
  /** A wave without a note in its form is sent back. */
  readonly requireHandoffNote: boolean;
  /** Whom the agents that it lists may hand to; agents that it does not list are free. */
  readonly graph: Readonly<Record<string, readonly string[]>>;
}

export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";

/**
 * Turns an agent goes through: `core` agents plan and follow up, `specialist`s work in one turn. The two that only
 * decide answer with a blueprint or with "nothing is left": the `orchestrator` is asked anew after each wave of an
 * autonomous group, the `continuation` once, when the specialists have formed one straight chain.
 */
export type AgentKind = "core" | "specialist" | "orchestrator" | "continuation";

export interface AgentSpec {
  readonly id: string;
  /** A few words: "Planner", "Backend engineer". */
  readonly role: string;
  readonly kind: AgentKind;
  /** Agents whose answers this one reads and waits for. */
  readonly dependsOn: readonly string[];
  /** core: what the plan turn asks. specialist: the blueprint's own prompt, kept verbatim. */
  readonly prompt: string;
  /** core: what the follow-up turn asks. Absent or unused when `followUpEnabled` is false. */
  readonly followUpPrompt?: string;
  readonly followUpEnabled: boolean;
  /** JSON Schema that the final answer must fit. */
  readonly followUpSchema?: Readonly<Record<string, unknown>>;
  readonly followUpSchemaRules?: readonly string[];
  /** The agent whose final answer is the blueprint; one a group at most. */
  readonly blueprint: boolean;
  readonly sandbox: SandboxMode;
  readonly model?: string;
  readonly reasoningEffort?: string;
  /** Longest time of one turn, in place of the run's. */
  readonly timeoutMs?: number;
  /** How long it will take, where the plan knows; otherwise earlier runs say (`events/estimates.ts`). */
  readonly estimateMs?: number;
  /** Found again on every artifact of the agent: `dynamic-blueprint`, `builder-implementer`, ... */
  readonly tags: readonly string[];
}
