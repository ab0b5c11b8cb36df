import { chooseForm } from "../../blueprint/answer_form.ts";
import { describeForm, MAX_SPECIALISTS } from "../../blueprint/schema.ts";
import { ORCHESTRATOR_ID } from "../../plan/deciders.ts";
import { findOpenLoop, modesFor } from "../../scheduler/loops.ts";
import type { AgentRun, RunState } from "../../scheduler/state.ts";
import { joinParts, listLines, logOf } from "./excerpt.ts";
import { describeHappenings, nameDecisions } from "./orchestrator_history.ts";
import { configuredAgents, describeMemory, describeTask, quoteDependencies } from "./shared.ts";

/** What the orchestrator agent is asked after each wave: what has happened, and who shall work next. */
export function askOrchestrator(state: RunState, agent: AgentRun): string {
  const loop = findOpenLoop(state);
  const modes = modesFor(state, agent);
  const left = modes.maxWaves - (loop?.waves ?? 0);
  return joinParts(
    describeTask(state),
    describeMemory(state),
    describeHappenings(state, loop?.group ?? agent.group),
    nameDecisions(state, loop),
    `# Your part

You are the orchestrator of this squad. A wave of agents has ended, and nobody but you decides what comes next. Look at the
project as it is now, not only at what the agents say of it: read files and logs, run commands that only read. You cannot
change files.

- If work is left that the task asks for, name the agents of the next wave: up to ${MAX_SPECIALISTS}, each with a border of its own. They
  see the task, the answers they depend on and their own prompt, nothing else: put into it what they need of the above.
- What failed and is still needed comes first. Ask for it in another way than the one that failed.
- Do not name work that is done, and do not ask for the same again: a wave that changes nothing ends the run.
- If nothing is left, name nobody and say why. You may name ${left} more ${left === 1 ? "wave" : "waves"}; stop earlier when the task is done.`,
    modes.relay ? describeRelay(modes.relay.graph) : "",
    `The whole logs: ${logOf("timeline")} for the run, ${logOf("AGENT")} for each agent, ${logOf(ORCHESTRATOR_ID)} for what you yourself saw and said.`,
    describeDecisionForm(state, agent),
  );
}

function describeRelay(graph: Readonly<Record<string, readonly string[]>>): string {
  const rules = Object.entries(graph).map(
    ([from, to]) => `${from} may hand on to ${to.length === 0 ? "nobody" : to.join(" or ")}`,
  );
  return joinParts(
    "This is a relay: each wave takes over from one that has ended. Say who hands on what to whom, so that the receiver can go on without asking. Who hands on has finished; who receives is an agent of your wave.",
    rules.length > 0 ? `${listLines(rules)}\n- agents that are not listed here are free` : "",
  );
}

/** What is asked at the end of a chain of specialists: who carries out what they have planned. */
export function askContinuation(state: RunState, agent: AgentRun): string {
  const chain = agent.spec.dependsOn;
  return joinParts(
    describeTask(state),
    quoteDependencies(state, agent),
    `# Your part

The specialists above (${chain.join(", ")}) worked one after the other. Such a chain often ends with plans and no work. Look
at the project as it is now; you cannot change files.

- If what they planned is not carried out, name up to ${MAX_SPECIALISTS} implementers that change the files. Say in each prompt which of
  these specialists it carries out, and name the logs it needs: ${[...configuredAgents(state, agent.group).map(({ spec }) => spec.id), ...chain].map(logOf).join(", ")}.
- Two implementers never own the same file. Let one wait for another only when it reads that one's result.
- If all of it is carried out already, name nobody and say why.`,
    describeDecisionForm(state, agent),
  );
}

/** The form of a blueprint, for whoever gives one. */
export const describeDecisionForm = (state: RunState, agent: AgentRun): string =>
  `Form of the answer:\n${describeForm(chooseForm(agent.spec.kind, modesFor(state, agent)))}`;
