import { blueprintJsonSchema, describeBlueprint } from "../blueprint/schema.ts";
import { cutMiddle } from "../events/cut.ts";
import type { TurnOrder } from "../scheduler/next.ts";
import { type AgentRun, finalAnswer, type RunState } from "../scheduler/state.ts";

/** An answer that another agent depends on stands verbatim in its prompt up to here. */
const ANSWER_LIMIT_BYTES = 32 * 1024;
/** All of them together. */
const ANSWERS_LIMIT_BYTES = 128 * 1024;

/** What a turn that was cut off is told; its prompt is in the thread already. */
export const CONTINUE_PROMPT =
  "You were interrupted. Go on where you stopped and finish what the last message asked for, in the form that it asked for.";

/** The prompt of a turn, from the state alone. */
export function writePrompt(state: RunState, order: TurnOrder): string {
  const agent = state.agents.get(order.agent);
  if (!agent) return "";
  if (order.continues) return CONTINUE_PROMPT;
  switch (order.phase) {
    case "plan":
      return joinParts(describeTask(state), ...quoteDependencies(state, agent), `# Your part\n\n${agent.spec.prompt}`);
    case "work":
      return joinParts(
        introduceSpecialist(agent),
        describeTask(state),
        ...quoteDependencies(state, agent),
        `# Your part\n\n${agent.spec.prompt}`,
      );
    case "follow-up":
      return joinParts(agent.spec.followUpPrompt ?? "Now give the final answer.", describeForm(agent));
    case "repair":
      return askForRepair(agent);
    default:
      return order.phase satisfies never;
  }
}

/** The JSON Schema that the answer of this turn must fit; none for turns that are not an agent's last. */
export function chooseSchema(
  agent: AgentRun,
  phase: TurnOrder["phase"],
): Readonly<Record<string, unknown>> | undefined {
  const last = phase !== "plan" || !agent.spec.followUpEnabled;
  if (!last) return undefined;
  return agent.spec.blueprint ? blueprintJsonSchema() : agent.spec.followUpSchema;
}

const joinParts = (...parts: readonly string[]): string => parts.filter((part) => part !== "").join("\n\n");

const describeTask = (state: RunState): string => `# The task\n\n${state.prompt}`;

function introduceSpecialist(agent: AgentRun): string {
  return [
    `You are "${agent.spec.id}" (${agent.spec.role}), one of several agents that work on one task in this folder, some of`,
    "them at the same time. Do your part and only that; leave files alone that are somebody else's. When you are done, say",
    "what you did: the files you changed, how you checked it, and what those who come after you must know.",
  ].join("\n");
}

/** The final answers an agent depends on, in the order it names them; what is too long ends with where the rest is. */
function quoteDependencies(state: RunState, agent: AgentRun): string[] {
  let left = ANSWERS_LIMIT_BYTES;
  return agent.spec.dependsOn.flatMap((id) => {
    const dependency = state.agents.get(id);
    if (!dependency) return [];
    const answer = finalAnswer(dependency);
    const limit = Math.min(ANSWER_LIMIT_BYTES, left);
    const quoted = cutToBytes(answer, limit);
    left -= Buffer.byteLength(quoted);
    const rest = quoted === answer ? "" : `\n\n[cut here; the whole answer is in logs/${id}.log]`;
    return [`# Answer of ${id} (${dependency.spec.role})\n\n${quoted}${rest}`];
  });
}

/** The longest head of a text that fits, never half a character. */
function cutToBytes(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limitBytes) return text;
  return new TextDecoder().decode(bytes.subarray(0, Math.max(0, limitBytes)), { stream: true });
}

function describeForm(agent: AgentRun): string {
  const rules = agent.spec.followUpSchemaRules ?? [];
  const parts = agent.spec.blueprint ? [`Form of the answer:\n${describeBlueprint()}`] : [];
  if (rules.length > 0) parts.push(`Rules for the answer:\n${rules.map((rule) => `- ${rule}`).join("\n")}`);
  return parts.join("\n\n");
}

function askForRepair(agent: AgentRun): string {
  const refused = finalAnswer(agent);
  return joinParts(
    "Your blueprint cannot be used:",
    agent.faults.map((fault) => `- ${fault}`).join("\n"),
    agent.threadId === null ? `It was:\n\n${cutMiddle(refused, 16 * 1024)}` : "",
    "Answer again with the whole blueprint, corrected.",
    describeForm(agent),
  );
}
