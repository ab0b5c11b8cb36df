import { type Handoff, NOTE_PARTS } from "../../blueprint/blueprint.ts";
import { modesFor } from "../../scheduler/loops.ts";
import type { AgentRun, RunState } from "../../scheduler/state.ts";
import { joinParts, listLines, logOf } from "./excerpt.ts";
import { configuredAgents } from "./shared.ts";

/** Who a specialist is, what it was handed, and its own part, which stands in nobody else's prompt. */
export function writeOwnPart(state: RunState, agent: AgentRun): string {
  return joinParts(
    introduce(agent),
    describeChain(state, agent),
    agent.handoff ? describeHandoff(agent.handoff) : "",
    `# Your part\n\n${agent.spec.prompt}`,
    modesFor(state, agent).relay ? ASK_FOR_NOTE : "",
  );
}

function introduce(agent: AgentRun): string {
  return [
    `You are "${agent.spec.id}" (${agent.spec.role}), one of several agents that work on one task in this folder, some of`,
    "them at the same time. Do your part and only that; leave files alone that are somebody else's. When you are done, say",
    "what you did: the files you changed, how you checked it, and what those who come after you must know.",
  ].join("\n");
}

/** For those that carry out what a chain of specialists has planned: whose plans, and where they stand. */
function describeChain(state: RunState, agent: AgentRun): string {
  const giver = agent.bornBy === null ? undefined : state.agents.get(agent.bornBy);
  if (giver?.spec.kind !== "continuation") return "";
  const chain = giver.spec.dependsOn;
  const core = configuredAgents(state, agent.group);
  return joinParts(
    `# What you carry out\n\nThese specialists worked one after the other, and their plans are to become real: ${chain.join(", ")}. Read what you need of them, and do it; do not plan again.`,
    listLines([
      ...chain.map((id) => `${id} (${state.agents.get(id)?.spec.role ?? id}): ${logOf(id)}`),
      ...core.map(({ spec }) => `${spec.id} (${spec.role}), which they started from: ${logOf(spec.id)}`),
    ]),
  );
}

function describeHandoff({ from, message, note }: Handoff): string {
  const parts = note
    ? NOTE_PARTS.filter((part) => note[part].length > 0).map((part) => `${title(part)}:\n${listLines(note[part])}`)
    : [];
  return joinParts(`# Handed on to you by ${from}`, message, ...parts);
}

const ASK_FOR_NOTE = `Whoever comes next knows only what you hand on. End your answer with a handoff note under these headings: ${NOTE_PARTS.map(title).join(", ")}.`;

function title(part: string): string {
  return part.charAt(0).toUpperCase() + part.slice(1);
}
