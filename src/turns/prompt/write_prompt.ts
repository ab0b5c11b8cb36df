import { chooseForm } from "../../blueprint/answer_form.ts";
import { blueprintJsonSchema } from "../../blueprint/schema.ts";
import { cutMiddle } from "../../events/cut.ts";
import { modesFor } from "../../scheduler/loops.ts";
import type { TurnOrder } from "../../scheduler/next.ts";
import { type AgentRun, finalAnswer, type RunState } from "../../scheduler/state.ts";
import { askContinuation, askOrchestrator, describeDecisionForm } from "./deciders.ts";
import { joinParts, listLines } from "./excerpt.ts";
import { describeMemory, describeTask, quoteDependencies } from "./shared.ts";
import { writeOwnPart } from "./specialist.ts";

/** What a turn that was cut off is told; its prompt is in the thread already. */
export const CONTINUE_PROMPT =
  "You were interrupted. Go on where you stopped and finish what the last message asked for, in the form that it asked for.";

/** Of what an agent itself has said, where it has to be told again. */
const OUTLINE_LIMIT = 32 * 1024;

/** The prompt of a turn, from the state alone. */
export function writePrompt(state: RunState, order: TurnOrder): string {
  const agent = state.agents.get(order.agent);
  if (!agent) return "";
  if (order.continues) return CONTINUE_PROMPT;
  switch (order.phase) {
    case "plan":
      return writePlan(state, agent);
    case "work":
      return writeWork(state, agent);
    case "follow-up":
      return joinParts(
        ...tellAgain(state, agent),
        agent.spec.followUpPrompt ?? "Now give the final answer.",
        describeForm(state, agent),
      );
    case "repair":
      return joinParts(...tellAgain(state, agent), askForRepair(state, agent));
    default:
      return order.phase satisfies never;
  }
}

function writePlan(state: RunState, agent: AgentRun): string {
  return joinParts(
    describeTask(state),
    describeMemory(state),
    quoteDependencies(state, agent),
    `# Your part\n\n${agent.spec.prompt}`,
    // Without a follow-up this is the only turn that can be told.
    agent.spec.followUpEnabled ? "" : describeForm(state, agent),
  );
}

/** Whose thread is gone has to hear once more what it was asked, and what it answered. */
function tellAgain(state: RunState, agent: AgentRun): string[] {
  if (agent.threadId !== null) return [];
  const asked = agent.spec.kind === "core" ? writePlan(state, agent) : writeWork(state, agent);
  const outline = agent.answers.get("plan");
  return [asked, outline === undefined ? "" : `# Your outline so far\n\n${cutMiddle(outline, OUTLINE_LIMIT)}`];
}

function writeWork(state: RunState, agent: AgentRun): string {
  switch (agent.spec.kind) {
    case "orchestrator":
      return askOrchestrator(state, agent);
    case "continuation":
      return askContinuation(state, agent);
    default:
      return joinParts(describeTask(state), quoteDependencies(state, agent), writeOwnPart(state, agent));
  }
}

/** The JSON Schema that the answer of this turn must fit; none for turns that are not an agent's last. */
export function chooseSchema(
  state: RunState,
  agent: AgentRun,
  phase: TurnOrder["phase"],
): Readonly<Record<string, unknown>> | undefined {
  const last = phase !== "plan" || !agent.spec.followUpEnabled;
  if (!last) return undefined;
  if (!agent.spec.blueprint) return agent.spec.followUpSchema;
  return blueprintJsonSchema(chooseForm(agent.spec.kind, modesFor(state, agent)));
}

function describeForm(state: RunState, agent: AgentRun): string {
  const rules = agent.spec.followUpSchemaRules ?? [];
  return joinParts(
    agent.spec.blueprint ? describeDecisionForm(state, agent) : "",
    rules.length > 0 ? `Rules for the answer:\n${listLines(rules)}` : "",
  );
}

function askForRepair(state: RunState, agent: AgentRun): string {
  return joinParts(
    "Your blueprint cannot be used:",
    listLines(agent.faults),
    agent.threadId === null ? `It was:\n\n${cutMiddle(finalAnswer(agent), 16 * 1024)}` : "",
    "Answer again with the whole blueprint, corrected.",
    describeForm(state, agent),
  );
}
