import type { Usage } from "../core/usage.ts";
import type { AgentSide, RunSide, TurnSide } from "./run_side.ts";
import { compareTexts, type TextDifference } from "./text_difference.ts";

/**
 * How two runs differ. `--json` prints it as it is. Durations, and what a server still had in its cache, are told and
 * count for nothing: they tell of the day, not of the run.
 */
export interface RunComparison {
  readonly sessions: readonly [string, string];
  readonly same: boolean;
  readonly totals: readonly Pair[];
  readonly prompt: TextDifference | null;
  /** Those that differ. */
  readonly agents: readonly AgentComparison[];
  readonly sameAgents: number;
  readonly files: readonly Pair[];
}

/** One fact of both runs; null where a run has none. */
export interface Pair {
  readonly name: string;
  readonly a: string | number | null;
  readonly b: string | number | null;
}

export interface AgentComparison {
  readonly agent: string;
  /** The only run that has it; null: both. */
  readonly onlyIn: string | null;
  /** Facts that differ: state, role, what it waits for, tokens. */
  readonly facts: readonly Pair[];
  /** Turns that differ. */
  readonly turns: readonly TurnComparison[];
}

export interface TurnComparison {
  readonly turn: string;
  readonly onlyIn: string | null;
  readonly end: Pair | null;
  readonly prompt: TextDifference | null;
  readonly answer: TextDifference | null;
}

/** Compares two runs; `full` keeps the unified difference of each text. */
export async function compareRuns(
  a: RunSide,
  b: RunSide,
  { full }: { readonly full: boolean },
): Promise<RunComparison> {
  const sessions = [a.session, b.session] as const;
  const agents: AgentComparison[] = [];
  const names = mergeKeys(a.agents, b.agents);
  for (const agent of names) {
    const [left, right] = [a.agents.get(agent), b.agents.get(agent)];
    if (!left || !right) {
      agents.push({ agent, onlyIn: left ? a.session : b.session, facts: [], turns: [] });
      continue;
    }
    const facts = pairFacts(left, right).filter((fact) => counts(fact) && differs(fact));
    const turns = await compareTurns(left, right, { agent, sessions, full });
    if (facts.length + turns.length > 0) agents.push({ agent, onlyIn: null, facts, turns });
  }
  const prompt = await compareTexts(a.prompt, b.prompt, { names: nameSides("task", sessions), full });
  const files = mergeKeys(a.files, b.files)
    .map((name) => ({ name, a: a.files.get(name) ?? null, b: b.files.get(name) ?? null }))
    .filter(differs);
  const totals = pairTotals(a, b);
  const same = agents.length + files.length === 0 && prompt === null && !totals.filter(counts).some(differs);
  return { sessions, same, totals, prompt, agents, sameAgents: names.length - agents.length, files };
}

const DURATION = "time in ms";
const CACHED = "of them cached";

/** Whether a difference of this fact makes two runs different. */
export const counts = ({ name }: Pair): boolean => name !== DURATION && name !== CACHED;
export const differs = ({ a, b }: Pair): boolean => a !== b;

function pairTotals(a: RunSide, b: RunSide): Pair[] {
  const turnsOf = ({ agents }: RunSide) => [...agents.values()].reduce((sum, { turns }) => sum + turns.size, 0);
  return [
    { name: "state", a: a.state, b: b.state },
    { name: "agents", a: a.agents.size, b: b.agents.size },
    { name: "turns", a: turnsOf(a), b: turnsOf(b) },
    ...pairUsage(a.usage, b.usage),
    { name: "files", a: a.files.size, b: b.files.size },
    { name: DURATION, a: a.elapsedMs, b: b.elapsedMs },
  ];
}

function pairUsage(a: Usage, b: Usage): Pair[] {
  return [
    { name: "tokens in", a: a.input, b: b.input },
    { name: CACHED, a: a.cachedInput, b: b.cachedInput },
    { name: "tokens out", a: a.output, b: b.output },
    { name: "of them reasoning", a: a.reasoning, b: b.reasoning },
  ];
}

const pairFacts = (a: AgentSide, b: AgentSide): Pair[] => [
  { name: "state", a: a.state, b: b.state },
  { name: "role", a: a.role, b: b.role },
  { name: "waits for", a: a.dependsOn.join(", "), b: b.dependsOn.join(", ") },
  ...pairUsage(a.usage, b.usage),
];

interface TurnContext {
  readonly agent: string;
  readonly sessions: readonly [string, string];
  readonly full: boolean;
}

async function compareTurns(a: AgentSide, b: AgentSide, context: TurnContext): Promise<TurnComparison[]> {
  const { agent, sessions, full } = context;
  const found: TurnComparison[] = [];
  for (const turn of mergeKeys(a.turns, b.turns)) {
    const [left, right] = [a.turns.get(turn), b.turns.get(turn)];
    if (!left || !right) {
      found.push({ turn, onlyIn: left ? sessions[0] : sessions[1], end: null, prompt: null, answer: null });
      continue;
    }
    const compare = (what: "prompt" | "answer") =>
      compareTexts(left[what], right[what], {
        names: nameSides(`${agent}/${turn.replace(" ", "-")}.${what}`, sessions),
        full,
      });
    const end = pairEnds(left, right);
    const [prompt, answer] = [await compare("prompt"), await compare("answer")];
    if (end || prompt || answer) found.push({ turn, onlyIn: null, end, prompt, answer });
  }
  return found;
}

function pairEnds(a: TurnSide, b: TurnSide): Pair | null {
  const end = { name: "end", a: a.end, b: b.end };
  return differs(end) ? end : null;
}

const nameSides = (name: string, [a, b]: readonly [string, string]) => [`${a}/${name}`, `${b}/${name}`] as const;

/** The first one's keys in its order, then what only the second has. */
function mergeKeys(a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])];
}
