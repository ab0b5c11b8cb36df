import { buildGenericAnswer } from "./generic.ts";
import type { Fault, ModelCall, ModelReply } from "./model_call.ts";
import type { Scenario, Step } from "./scenario.ts";

/** What can go wrong before a response is given, and how often it does. */
type Gate = Extract<Step, object> & { readonly kind: "fault" | "cut" | "hang" };

/** One response of the model: something said, at most one kind of tool calls, or the end of the turn. */
interface Move {
  readonly gates: readonly Gate[];
  readonly delayMs: number;
  readonly reply: ModelReply;
  /** How many tool results come back for it. */
  readonly toolCalls: number;
}

/**
 * The model that a scenario describes. A turn's place in its script is the number of tool results that the request
 * carries; only how often a fault has struck is remembered here, by session, agent, phase and place.
 */
export function createScriptedModel(scenario: Scenario): (call: ModelCall) => Promise<ModelReply> {
  const struck = new Map<string, number>();

  const strikes = (key: string, times: number | "always"): boolean => {
    const count = (struck.get(key) ?? 0) + 1;
    struck.set(key, count);
    return times === "always" || count <= times;
  };

  return async (call) => {
    const running = findRunningCommand(call);
    if (running !== null) return { kind: "poll", commandSession: running };
    const steps = findSteps(scenario, call);
    if (!steps) return buildGenericAnswer(call);
    const moves = buildMoves(steps, call);
    const { move, place } = findMove(moves, countToolResults(call));
    let { reply } = move;
    for (const [index, gate] of move.gates.entries()) {
      const key = [call.session, call.agent, call.phase, place, index].join("\0");
      const harmed = applyGate(gate, reply, (times) => strikes(key, times));
      if (harmed) {
        reply = harmed;
        break;
      }
    }
    return move.delayMs > 0 ? { kind: "delay", delayMs: move.delayMs, reply } : reply;
  };
}

function applyGate(gate: Gate, reply: ModelReply, strikes: (times: number | "always") => boolean): ModelReply | null {
  if (gate.fault && strikes(gate.fault.times)) return { kind: "fault", ...faultOnWire(gate.fault) };
  if (gate.cut && strikes(gate.cut.times)) {
    const { afterEvents, afterBytes } = gate.cut;
    const at = afterBytes === undefined ? { afterEvents: afterEvents ?? 2 } : { afterBytes };
    return { kind: "cut", at, reply };
  }
  if (gate.hang && strikes(gate.hang.times)) return { kind: "hang", afterEvents: gate.hang.afterEvents, reply };
  return null;
}

function faultOnWire(fault: NonNullable<Step["fault"]>): Fault {
  const { times: _, type, ...rest } = fault;
  const wire: Record<string, unknown> = { ...rest, errorType: type };
  return Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== undefined)) as unknown as Fault;
}

/** Steps of the agent's phase and attempt, the most exact entry first; null when the scenario has none. */
function findSteps(scenario: Scenario, call: ModelCall): readonly Step[] | null {
  for (const agent of [call.agent, "*"]) {
    const phases = Object.hasOwn(scenario.agents, agent) ? scenario.agents[agent] : undefined;
    if (!phases) continue;
    for (const phase of [call.phase, "*"]) {
      const entry = Object.entries(phases).find(([name]) => name === phase)?.[1];
      if (!entry) continue;
      const steps = Array.isArray(entry) ? entry : (entry[String(call.attempt)] ?? entry["*"]);
      if (steps) return steps;
    }
  }
  return null;
}

/** Steps in the model's own portions: what is said before a tool call goes out with it. */
function buildMoves(steps: readonly Step[], call: ModelCall): readonly Move[] {
  const moves: Move[] = [];
  let gates: Gate[] = [];
  let said: string[] = [];
  let delayMs = 0;
  let beside: { usage?: NonNullable<Step["usage"]>; reasoning?: string } = {};

  const close = (reply: ModelReply, toolCalls: number): void => {
    moves.push({ gates, delayMs, reply, toolCalls });
    gates = [];
    said = [];
    delayMs = 0;
    beside = {};
  };
  const spoken = (): { say?: string } => (said.length > 0 ? { say: said.join("\n\n") } : {});

  for (const step of steps) {
    delayMs += step.delayMs ?? 0;
    if (step.usage) beside.usage = step.usage;
    if (step.reasoning !== undefined) beside.reasoning = fill(step.reasoning, call);
    if (step.fault) gates.push({ ...step, kind: "fault" });
    else if (step.cut) gates.push({ ...step, kind: "cut" });
    else if (step.hang) gates.push({ ...step, kind: "hang" });
    else if (step.say !== undefined) said.push(fill(joinLines(step.say), call));
    else if (step.answer !== undefined) close({ kind: "json", value: step.answer, ...spoken(), ...beside }, 0);
    else if (step.run !== undefined) {
      for (const command of Array.isArray(step.run) ? step.run : [step.run]) {
        close({ kind: "commands", commands: [fill(command, call)], ...spoken(), ...beside }, 1);
      }
    } else if (step.edit) close({ kind: "patch", patch: buildPatch(step.edit, call), ...spoken(), ...beside }, 1);
    else if (step.patch !== undefined) {
      close({ kind: "patch", patch: fill(joinLines(step.patch), call), ...spoken(), ...beside }, 1);
    }
  }
  if (moves.at(-1)?.toolCalls !== 0) {
    close({ kind: "message", text: said.length > 0 ? said.join("\n\n") : "Done.", ...beside }, 0);
  }
  return moves;
}

/** The first move whose tool calls have not come back yet; the last one when a client asks on and on. */
function findMove(moves: readonly Move[], toolResults: number): { move: Move; place: number } {
  let before = 0;
  for (const [place, move] of moves.entries()) {
    if (before >= toolResults || place === moves.length - 1) return { move, place };
    before += move.toolCalls;
  }
  return { move: { gates: [], delayMs: 0, reply: { kind: "message", text: "Done." }, toolCalls: 0 }, place: 0 };
}

const RUNNING = /Process running with session ID (\d+)/;

/** A command that outlasted codex's patience has to be asked for again before the script goes on. */
function findRunningCommand(call: ModelCall): number | null {
  const match = RUNNING.exec(call.toolOutputs.at(-1)?.text ?? "");
  return match ? Number(match[1]) : null;
}

const countToolResults = (call: ModelCall): number => call.toolOutputs.filter(({ text }) => !RUNNING.test(text)).length;

const joinLines = (text: string | readonly string[]): string => (typeof text === "string" ? text : text.join("\n"));

const fill = (text: string, call: ModelCall): string =>
  text.replace(
    /\{\{(agent|phase|session|prompt)\}\}/g,
    (_, name: "agent" | "phase" | "session" | "prompt") => call[name],
  );

/** Files as one patch. A file that is there already is replaced whole. */
function buildPatch(files: Readonly<Record<string, string | readonly string[]>>, call: ModelCall): string {
  const parts = Object.entries(files).map(([path, content]) => {
    const lines = fill(joinLines(content), call).replace(/\n$/, "").split("\n");
    return [`*** Add File: ${path}`, ...lines.map((line) => `+${line}`)].join("\n");
  });
  return ["*** Begin Patch", ...parts, "*** End Patch"].join("\n");
}
