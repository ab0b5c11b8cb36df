import { type Event, STREAMED } from "../events/event.ts";
import { listSessions } from "../events/sessions.ts";
import { verifyJournal } from "../events/verify.ts";
import { apply } from "../scheduler/apply.ts";
import type { TurnOrder } from "../scheduler/next.ts";
import { emptyState, type RunState } from "../scheduler/state.ts";
import { next } from "../squad/story.ts";
import { describeRun } from "../views/render_status.ts";
import { applyToRun, createRunRecord } from "../views/run_state.ts";
import { isRunning } from "./find_session.ts";

/** A run that is not finished: `resume --list`. */
export interface ResumableRun {
  readonly session: string;
  readonly startedAt: string;
  /** `running` ones and those with a damaged journal cannot be resumed. */
  readonly state: "running" | "failed" | "stopped" | "crashed" | "damaged";
  readonly reason: string | null;
  /** The turns that a resume would start with. */
  readonly next: readonly Pick<TurnOrder, "agent" | "phase" | "attempt" | "continues">[];
}

/** Every run of a folder that is not finished, the newest first, and where a resume would go on. */
export function listResumable(projectRoot: string): ResumableRun[] {
  return listSessions(projectRoot).flatMap(({ paths, startedAt }): ResumableRun[] => {
    const run = createRunRecord();
    const state = emptyState();
    const { fault } = verifyJournal(paths.journal, {
      visit: (event: Event) => {
        applyToRun(run, event);
        apply(state, event);
      },
      without: STREAMED,
    });
    const { session } = paths;
    if (fault) {
      const reason = `line ${fault.line}: ${fault.message}`;
      return [{ session, startedAt, state: "damaged", reason, next: [] }];
    }
    const alive = isRunning(paths);
    const described = describeRun(run, { alive, nowMs: run.lastAtMs });
    if (described.state === "finished") return [];
    const going = alive ? [] : findNextTurns(state);
    return [{ session, startedAt, state: described.state, reason: described.reason, next: going }];
  });
}

/** What a resume would ask for first. Changes the state, which is thrown away. */
function findNextTurns(state: RunState): ResumableRun["next"] {
  apply(state, { type: "run.resumed", version: "", pid: 0 });
  const orders: TurnOrder[] = [];
  for (;;) {
    const command = next(state);
    if (command.do === "record") apply(state, command.event);
    else if (command.do === "observe") {
      const { wave, group } = command;
      apply(state, { type: "wave.observed", wave, group, changed: null, files: [], more: 0, digest: null });
    } else if (command.do === "turn") {
      const { turn } = command;
      orders.push(turn);
      apply(state, { type: "turn.started", ...turn, wave: state.agents.get(turn.agent)?.wave ?? 0, prompt: "" });
    } else return orders.map(({ agent, phase, attempt, continues }) => ({ agent, phase, attempt, continues }));
  }
}

/** A run on one or two lines, for a person. */
export function renderResumable({ session, startedAt, state, reason, next: turns }: ResumableRun): string {
  const head = `${session}  ${startedAt.slice(0, 16).replace("T", " ")} UTC  ${state}${reason ? `: ${reason}` : ""}`;
  if (state === "running" || state === "damaged") return head;
  const from = turns.map(({ agent, phase, continues }) => `${agent} ${phase}${continues ? " (goes on)" : ""}`);
  return `${head}\n  goes on with: ${from.length === 0 ? "nothing but its end" : from.join(", ")}`;
}
