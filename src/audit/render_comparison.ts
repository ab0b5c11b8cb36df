import { count, formatDuration } from "../views/quantities.ts";
import type { Style } from "../views/style.ts";
import { clipLine, neutraliseLine, neutraliseText, padEnd } from "../views/terminal_text.ts";
import {
  type AgentComparison,
  counts,
  differs,
  type Pair,
  type RunComparison,
  type TurnComparison,
} from "./compare_runs.ts";
import type { TextDifference } from "./text_difference.ts";

const LONGEST_CELL = 60;

/** Two runs side by side: the totals, then what differs, a line each; with `--full` the texts below. */
export function renderComparison(comparison: RunComparison, style: Style): string[] {
  const { sessions, same, totals, prompt, agents, sameAgents, files } = comparison;
  const lines = [...renderTotals(totals, sessions, style), ""];
  if (prompt) lines.push(`task: ${describeText(prompt)}`);
  for (const agent of agents) lines.push(...renderAgent(agent, style));
  if (sameAgents > 0) lines.push(style.dim(`${count(sameAgents, "agent")} the same in both`));
  for (const { name, a, b } of files) {
    const [left, right] = sessions;
    const where =
      a === null
        ? `only in ${right} (${b})`
        : b === null
          ? `only in ${left} (${a})`
          : `${a} in ${left}, ${b} in ${right}`;
    lines.push(`file ${neutraliseLine(name)}: ${where}`);
  }
  lines.push(same ? style.green("the two runs are the same") : style.yellow("the two runs differ"));
  for (const patch of listPatches(comparison)) lines.push("", neutraliseText(patch).trimEnd());
  return lines;
}

function renderTotals(totals: readonly Pair[], sessions: readonly [string, string], style: Style): string[] {
  const rows = totals.map((pair) => ({ name: pair.name.replace(/ in ms$/, ""), cells: showPair(pair), pair }));
  const nameWidth = Math.max(...rows.map(({ name }) => name.length));
  const width = Math.max(sessions[0].length, ...rows.map(({ cells }) => cells[0].length));
  const lay = (name: string, [a, b]: readonly string[]) =>
    `${padEnd(name, nameWidth)}  ${padEnd(a ?? "", width)}  ${b ?? ""}`.trimEnd();
  const body = rows.map(({ name, cells, pair }) => {
    const line = lay(name, cells);
    return counts(pair) && differs(pair) ? style.yellow(line) : line;
  });
  return [style.bold(lay("", sessions)), ...body];
}

function showPair({ name, a, b }: Pair): readonly [string, string] {
  const show = (value: Pair["a"]): string => {
    if (value === null) return "-";
    if (typeof value === "string") return clipLine(neutraliseLine(value), LONGEST_CELL);
    return name === "time in ms" ? formatDuration(value) : value.toLocaleString("en-US");
  };
  return [show(a), show(b)];
}

function renderAgent({ agent, onlyIn, facts, turns }: AgentComparison, style: Style): string[] {
  const name = style.bold(neutraliseLine(agent));
  if (onlyIn !== null) return [`${name}: only in ${onlyIn}`];
  const told = facts.map((fact) => {
    const [a, b] = showPair(fact);
    return `${name}: ${fact.name} ${a || "nobody"} | ${b || "nobody"}`;
  });
  return [...told, ...turns.map((turn) => `${name}: ${describeTurn(turn)}`)];
}

function describeTurn({ turn, onlyIn, end, prompt, answer }: TurnComparison): string {
  if (onlyIn !== null) return `${turn} only in ${onlyIn}`;
  const parts = [
    ...(end ? [`${end.a} | ${end.b}`] : []),
    ...(prompt ? [`prompt ${describeText(prompt)}`] : []),
    ...(answer ? [`answer ${describeText(answer)}`] : []),
  ];
  return `${turn}: ${parts.join(", ")}`;
}

function describeText({ added, removed }: TextDifference): string {
  return added === null || removed === null ? "differs altogether" : `differs (+${added} -${removed} lines)`;
}

function listPatches({ prompt, agents }: RunComparison): string[] {
  const texts = [prompt, ...agents.flatMap(({ turns }) => turns.flatMap((turn) => [turn.prompt, turn.answer]))];
  return texts.flatMap((text) => (text?.patch ? [text.patch] : []));
}
