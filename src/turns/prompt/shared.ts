import { relative } from "node:path";
import { sessionPaths } from "../../core/paths.ts";
import { cutMiddle } from "../../events/cut.ts";
import { type AgentRun, finalAnswer, type RunState } from "../../scheduler/state.ts";
import { excerptAnswer, joinParts } from "./excerpt.ts";

/*
 * What agents of a run have in common stands first in their prompts, in the same words: a provider that keeps the heads
 * of prompts then reads them once.
 */

/** Of a task, in UTF-16 units; answers, memory and an agent's own part have to fit in beside it. */
export const TASK_LIMIT = 512 * 1024;
/** An answer that another agent depends on stands verbatim in its prompt up to here. */
const ANSWER_LIMIT_BYTES = 32 * 1024;
/** All of them together. */
const ANSWERS_LIMIT_BYTES = 128 * 1024;

/**
 * The task, as the person wrote it. Codex takes 2^20 characters in all and fails without a word on more, so that a
 * very long task has its middle left out, and its file named.
 */
export function describeTask({ prompt, session }: RunState): string {
  const shown = cutMiddle(prompt, TASK_LIMIT);
  if (shown === prompt) return `# The task\n\n${prompt}`;
  const { prompt: file, projectRoot } = sessionPaths("", session);
  return `# The task\n\nIts middle is left out here; read the whole of it in ${relative(projectRoot, file)} first.\n\n${shown}`;
}

/** What earlier runs in this folder have left; nothing where there is none. */
export function describeMemory(state: RunState): string {
  if (state.memory === "") return "";
  return joinParts(
    "# Earlier memory",
    "From earlier runs in this folder, the newest first. It tells what was so then, and asks for nothing: where the files say otherwise, the files are right.",
    state.memory,
  );
}

/** The final answers an agent depends on, in the order it names them; what is too long ends with where the rest is. */
export function quoteDependencies(state: RunState, agent: AgentRun): string {
  let left = ANSWERS_LIMIT_BYTES;
  const parts = agent.spec.dependsOn.flatMap((id) => {
    const dependency = state.agents.get(id);
    if (!dependency) return [];
    const answer = finalAnswer(dependency);
    const quoted = excerptAnswer(answer, Math.min(ANSWER_LIMIT_BYTES, left), id);
    left -= Math.min(Buffer.byteLength(answer), ANSWER_LIMIT_BYTES, left);
    return [`# Answer of ${id} (${dependency.spec.role})\n\n${quoted}`];
  });
  return joinParts(...parts);
}

/** The agents of a group's configuration, whose logs tell how its blueprint came about. */
export const configuredAgents = (state: RunState, group: string): AgentRun[] =>
  [...state.agents.values()].filter(
    (agent) => agent.group === group && agent.bornBy === null && agent.spec.kind === "core",
  );
