import type { Blueprint } from "../../blueprint/blueprint.ts";
import { takesPart } from "../../scheduler/readiness.ts";
import { type AgentRun, finalAnswer, type Loop, type RunState } from "../../scheduler/state.ts";
import { cutToBytes, excerptAnswer, joinParts, listLines, logOf } from "./excerpt.ts";

/** What the orchestrator agent reads of the run, about 24,000 tokens at four bytes each. */
const HAPPENINGS_LIMIT_BYTES = 96 * 1024;
/** Of one answer; whoever says more has its log read. */
const ANSWER_LIMIT_BYTES = 12 * 1024;
/** Too little to be of use: better just named. */
const LEAST_BYTES = 400;
const DECISIONS_LIMIT_BYTES = 16 * 1024;

/** What has become of the agents so far: those that failed first, then the newest wave first, within a budget. */
export function describeHappenings(state: RunState, group: string): string {
  const agents = [...state.agents.values()].filter(takesPart);
  const order = agents.sort((a, b) => rank(a) - rank(b) || b.wave - a.wave || a.order - b.order);
  let left = HAPPENINGS_LIMIT_BYTES;
  const told = order.map((agent) => {
    const text = tell(agent, Math.min(ANSWER_LIMIT_BYTES, left));
    left -= Buffer.byteLength(text);
    return text;
  });
  return joinParts(
    "# What has happened, what failed first, then the newest first",
    ...told,
    describeFiles(state, group),
  );
}

const rank = ({ status }: AgentRun): number => (status === "failed" || status === "skipped" ? 0 : 1);

function tell(agent: AgentRun, limitBytes: number): string {
  const { spec, wave, status, faults, last, blockedBy } = agent;
  const why = last?.failure?.message ?? (blockedBy === null ? faults.join("; ") : `${blockedBy} did not finish`);
  const state = status === "finished" ? "finished" : `${status}${why ? `: ${cutToBytes(why, 1000)}` : ""}`;
  const head = `## ${spec.id} (${spec.role}), wave ${wave}: ${state}`;
  const answer = spec.blueprint ? "" : finalAnswer(agent);
  if (answer === "") return head;
  if (limitBytes < LEAST_BYTES) return `${head}\n\n[left out; see ${logOf(spec.id)}]`;
  return joinParts(head, excerptAnswer(answer, limitBytes, spec.id));
}

/** Which files the last waves have changed, as far as that was seen. */
function describeFiles(state: RunState, group: string): string {
  const lines = state.observations
    .filter((seen) => seen.group === group && seen.changed !== null)
    .slice(1)
    .reverse()
    .map(({ wave, files, more, changed }) => {
      if (!changed) return `wave ${wave}: none`;
      const rest = more > 0 ? `, and ${more} more` : "";
      return files.length > 0 ? `wave ${wave}: ${files.join(", ")}${rest}` : `wave ${wave}: some; git tells which`;
    });
  return lines.length === 0 ? "" : `## Files changed\n\n${listLines(lines)}`;
}

/** What was decided after each wave so far, the newest first. */
export function nameDecisions(state: RunState, loop: Loop | null): string {
  const told = [...(loop?.blueprints ?? [])].reverse().map(({ by, wave, blueprint }) => {
    const { agents, reason } = blueprint;
    const who = agents.map(({ id, role }) => `${id} (${role}, ${state.agents.get(id)?.status ?? "not begun"})`);
    return `wave ${wave}, named by ${by}: ${who.join(", ")}${reason ? `. ${reason}` : ""}${describeBaton(blueprint)}`;
  });
  if (told.length === 0) return "";
  return `# Who was named so far\n\n${cutToBytes(listLines(told), DECISIONS_LIMIT_BYTES)}`;
}

function describeBaton({ handoff }: Blueprint): string {
  return handoff ? ` ${handoff.from} handed on to ${handoff.to}: ${handoff.message}` : "";
}
