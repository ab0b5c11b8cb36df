import type { Blueprint } from "../blueprint/blueprint.ts";
import type { SettingsRecord } from "../config/settings.ts";
import type { TurnFailure } from "../core/failure.ts";
import type { Usage } from "../core/usage.ts";
import type { AgentSpec, Plan } from "../plan/plan.ts";
import type { Estimates } from "./estimates.ts";
import type { TurnItem } from "./item.ts";

/** Version of the journal's format; `run.started` carries the one that wrote it. */
export const JOURNAL_SCHEMA = 1;

/** Which of an agent's turns: core agents have `plan` and `follow-up` (and `repair`), specialists `work`. */
export type Phase = "plan" | "follow-up" | "repair" | "work";

/** What every event about one turn carries. `attempt` counts from 1 within agent and phase, over all resumes. */
export interface TurnRef {
  readonly agent: string;
  readonly phase: Phase;
  readonly attempt: number;
  /** null until the backend has named the thread. */
  readonly threadId: string | null;
}

/**
 * How much an interrupt stops. `agents`: those that have begun finish, follow-up included, none begins. `turns`: turns
 * that are running end, no other is asked for (quota, unreachable server). `everything`: running turns are ended at once.
 */
export type Stops = "agents" | "turns" | "everything";

/** Why an autonomous group stops: it is done, has had all its waves, or goes round in a circle. */
export type LoopEnd = "nothing-left" | "max-waves" | "no-change";

/** Why a run ended that has nothing more to say. */
export const DONE_REASON = "everything asked for was done";

export type EndState = "finished" | "failed" | "stopped";

/** What happened, before the journal has numbered, dated and chained it. */
export type EventDraft =
  | {
      readonly type: "run.started";
      readonly session: string;
      readonly schema: number;
      readonly version: string;
      readonly projectRoot: string;
      readonly prompt: string;
      readonly plan: Plan;
      readonly settings: SettingsRecord;
      readonly pid: number;
      /** From earlier runs; absent where there were none, and in journals of older versions. */
      readonly estimates?: Estimates;
    }
  | {
      readonly type: "run.resumed";
      readonly version: string;
      readonly pid: number;
      /** Takes the place of the run's own, for agents and groups that have not begun (`--with-new-config`). */
      readonly plan?: Plan;
    }
  /** Something the person should know that stops nothing. */
  | { readonly type: "run.notice"; readonly message: string }
  | ({
      readonly type: "turn.started";
      readonly wave: number;
      readonly prompt: string;
      /** How the turn goes on where an earlier attempt was cut off. */
      readonly continues: boolean;
    } & TurnRef)
  | ({ readonly type: "turn.thread" } & TurnRef)
  /** At a resume: the prompt of the turn that was cut off had not reached its thread, so that it is asked whole again. */
  | { readonly type: "turn.unheard"; readonly agent: string; readonly threadId: string }
  /** At a resume: the backend has no thread of this name any more, so that its agent begins a new one. */
  | { readonly type: "thread.lost"; readonly agent: string; readonly threadId: string }
  | ({
      readonly type: "turn.item";
      readonly state: "started" | "updated" | "completed";
      readonly item: TurnItem;
    } & TurnRef)
  | ({ readonly type: "turn.notice"; readonly message: string } & TurnRef)
  | ({ readonly type: "turn.retried"; readonly failure: TurnFailure; readonly delayMs: number } & TurnRef)
  | ({
      readonly type: "turn.finished";
      readonly text: string;
      readonly usage: Usage;
      readonly durationMs: number;
      /** It had ended before anybody wrote it down, and was read from its thread at the resume: nothing was asked. */
      readonly adopted?: true;
    } & TurnRef)
  | ({
      readonly type: "turn.failed";
      readonly failure: TurnFailure;
      readonly usage: Usage | null;
      readonly durationMs: number;
    } & TurnRef)
  | {
      readonly type: "blueprint.accepted";
      readonly agent: string;
      readonly wave: number;
      readonly blueprint: Blueprint;
      readonly warnings: readonly string[];
      /** The group it is for, where that is not the agent's own. */
      readonly group?: string;
    }
  /** `final`: the repair turn has been used as well. `text` is the raw answer, whole. */
  | {
      readonly type: "blueprint.rejected";
      readonly agent: string;
      readonly faults: readonly string[];
      readonly text: string;
      readonly final: boolean;
    }
  /** Waves count from 0 over the whole run: a group's configured agents are one, specialists come after them. */
  | {
      readonly type: "wave.started";
      readonly wave: number;
      readonly group: string;
      readonly agents: readonly AgentSpec[];
    }
  /**
   * What has become of the project's files by the end of a wave, noted where an orchestrator agent goes on from it.
   * `changed`: since the last time; null when nobody can tell. `digest` stands for all files that git does not ignore.
   */
  | {
      readonly type: "wave.observed";
      readonly wave: number;
      readonly group: string;
      readonly changed: boolean | null;
      readonly files: readonly string[];
      /** Changed files beyond those that `files` names. */
      readonly more: number;
      readonly digest: string | null;
    }
  /** No further wave comes in this group. `waves`: how many the orchestrator agent has named. */
  | {
      readonly type: "autonomous.ended";
      readonly group: string;
      readonly cause: LoopEnd;
      readonly waves: number;
      readonly reason: string;
    }
  /** What earlier runs in this folder have left, as it stands in prompts of this one. */
  | {
      readonly type: "memory.recalled";
      readonly text: string;
      readonly artifacts: readonly { readonly id: string; readonly agent: string; readonly session: string }[];
    }
  | { readonly type: "agent.finished"; readonly agent: string; readonly wave: number }
  | { readonly type: "agent.failed"; readonly agent: string; readonly wave: number; readonly failure: TurnFailure }
  | { readonly type: "agent.skipped"; readonly agent: string; readonly wave: number; readonly because: string }
  /** From here on less and less is done; a second one may stop more than the first. */
  | {
      readonly type: "run.interrupted";
      readonly by: "ctrl-s" | "signal" | "command" | "quit" | "failure";
      readonly stops: Stops;
      readonly reason: string;
      readonly running: readonly string[];
    }
  | {
      readonly type: "run.finished";
      readonly state: EndState;
      readonly exitCode: number;
      readonly reason: string;
      readonly usage: Usage;
    };

/** Fields that the journal adds. `seq` counts from 1 without holes, `prev` is the SHA-256 of the line before. */
export interface Envelope {
  readonly seq: number;
  /** ISO 8601, UTC, with milliseconds. */
  readonly at: string;
  readonly prev: string;
}

export type Event = EventDraft & Envelope;
export type EventType = Event["type"];
export type EventOf<T extends EventType> = Extract<Event, { type: T }>;

/** What happens within a turn: for people to see, it decides nothing. */
export const STREAMED: ReadonlySet<EventType> = new Set<EventType>(["turn.item", "turn.notice", "turn.retried"]);

/** Events that something else rests on: on disk before anybody acts on them. The rest is synced within 50 ms. */
export const DURABLE: ReadonlySet<EventType> = new Set<EventType>([
  "run.started",
  "run.resumed",
  "turn.started",
  "turn.thread",
  "turn.finished",
  "turn.failed",
  "turn.unheard",
  "thread.lost",
  "blueprint.accepted",
  "blueprint.rejected",
  "wave.started",
  "wave.observed",
  "autonomous.ended",
  "memory.recalled",
  "run.interrupted",
  "run.finished",
]);
