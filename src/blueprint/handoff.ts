import type { RelayRules } from "../plan/plan.ts";
import { type Blueprint, type Handoff, NOTE_PARTS } from "./blueprint.ts";
import { describeLoss, type StateOf } from "./parse.ts";

/** What is wrong with what a wave of a relay hands on, as sentences that the repair turn quotes. */
export function findHandoffFaults(blueprint: Blueprint, rules: RelayRules, stateOf: StateOf): string[] {
  const { handoff, agents } = blueprint;
  if (agents.length === 0) return [];
  if (!handoff) {
    return rules.requireHandoffNote ? ["the wave hands nothing on: handoff with its note is missing"] : [];
  }
  const own = new Set(agents.map(({ id }) => id));
  const giver = describeGiver(handoff, own, stateOf);
  const receiver = describeReceiver(handoff, own, stateOf);
  return [giver, receiver, giver ?? receiver ?? describeBreach(handoff, rules), ...describeNote(handoff, rules)].filter(
    (fault, place, all): fault is string => fault !== null && all.indexOf(fault) === place,
  );
}

function describeGiver({ from }: Handoff, own: ReadonlySet<string>, stateOf: StateOf): string | null {
  if (own.has(from)) return `handoff.from: "${from}" is only born in this wave and has nothing to hand on yet`;
  const state = stateOf(from);
  if (state === null) return `handoff.from: "${from}" is no agent of this run`;
  if (state === "failed" || state === "skipped") return `handoff.from: "${from}" ${describeLoss(state)}`;
  return state === "finished" ? null : `handoff.from: "${from}" has not finished`;
}

function describeReceiver({ from, to }: Handoff, own: ReadonlySet<string>, stateOf: StateOf): string | null {
  if (to.trim() === "") return "handoff.to: it is handed to nobody";
  if (to === from) return `handoff.to: "${from}" hands on to itself`;
  if (own.has(to)) return null;
  const state = stateOf(to);
  if (state === null) return `handoff.to: "${to}" is no agent of this wave`;
  if (state === "failed" || state === "skipped")
    return `handoff.to: "${to}" ${describeLoss(state)} and receives nothing`;
  return `handoff.to: "${to}" has had its turn; hand on to an agent of this wave`;
}

/** The graph binds only the agents that it lists. */
function describeBreach({ from, to }: Handoff, { graph }: RelayRules): string | null {
  const allowed = Object.hasOwn(graph, from) ? graph[from] : undefined;
  if (allowed === undefined || allowed.includes(to)) return null;
  const whom = allowed.length === 0 ? "nobody" : allowed.join(" or ");
  return `the relay graph lets "${from}" hand on to ${whom}, not to "${to}"`;
}

function describeNote({ message, note }: Handoff, { requireHandoffNote }: RelayRules): string[] {
  const faults = message.trim() === "" ? ["handoff.message: says nothing"] : [];
  if (!note)
    return requireHandoffNote ? [...faults, `handoff.note: is missing; it has ${NOTE_PARTS.join(", ")}`] : faults;
  return NOTE_PARTS.every((part) => note[part].length === 0) ? [...faults, "handoff.note: says nothing"] : faults;
}
