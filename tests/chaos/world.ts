import type { ModelCall, ModelReply } from "../../src/backends/scripted/model_call.ts";
import { NOTHING_LEFT, type Respond } from "../rig/squad.ts";

/** How a chaotic run is set up: flags, and a model that answers the same whatever came before. */
export interface World {
  readonly name: string;
  readonly flags: readonly string[];
  readonly respond: Respond;
}

const named = (edges: Readonly<Record<string, readonly string[]>>): object[] =>
  Object.entries(edges).map(([id, dependsOn]) => ({ id, role: `the ${id}`, prompt: `own part of ${id}`, dependsOn }));

const answer = (agents: object[]): ModelReply => ({
  kind: "message",
  text: JSON.stringify({ agents, ...(agents.length === 0 ? { reason: "all of it is done" } : {}) }),
});

/** A command that leaves something behind, in a process group of its own, until its turn is over. */
const work = (call: ModelCall): ModelReply =>
  call.toolOutputs.length === 0 && call.phase === "work"
    ? { kind: "commands", commands: [`echo ${call.agent} >> ${call.agent}.txt; setsid sleep 317 & sleep 0.1`] }
    : { kind: "message", text: `answer of ${call.agent} ${call.phase} `.repeat(40) };

const WAVES: readonly Readonly<Record<string, readonly string[]>>[] = [
  { a: [], b: ["a"], c: ["a"] },
  { d: [], e: ["b"] },
];

/** What has been asked on this thread, this turn's short word after a crash included. */
const whole = (call: ModelCall): string => JSON.stringify(call.input);

function decide(call: ModelCall): ModelReply {
  return answer(whole(call).includes("## e (the e)") ? [] : named(WAVES[1] ?? {}));
}

/** The worlds that a chaotic run is drawn from. */
export const WORLDS: readonly World[] = [
  {
    name: "specialists",
    flags: [],
    respond: (call) => (call.agent === "builder" && call.phase !== "plan" ? answer(named(WAVES[0] ?? {})) : work(call)),
  },
  {
    name: "autonomous",
    flags: ["--autonomous"],
    respond: (call) => {
      if (call.agent === "builder" && call.phase !== "plan") return answer(named(WAVES[0] ?? {}));
      return call.agent === "autonomous-orchestrator" ? decide(call) : work(call);
    },
  },
  {
    name: "chain",
    flags: ["--max-parallel", "2"],
    respond: (call) => {
      if (call.agent === "builder" && call.phase !== "plan") return answer(named({ a: [], b: ["a"] }));
      return call.agent === "continuation" ? { kind: "message", text: NOTHING_LEFT } : work(call);
    },
  },
];
