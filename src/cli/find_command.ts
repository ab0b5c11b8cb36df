import { distance } from "fastest-levenshtein";
import { SETTINGS } from "../config/settings.ts";
import { COMMANDS, type CommandEntry } from "./command_table.ts";
import type { RunProblem } from "./explain.ts";

export type FoundCommand =
  | { readonly kind: "command"; readonly entry: CommandEntry; readonly rest: readonly string[] }
  | { readonly kind: "program-help" }
  | { readonly kind: "group-help"; readonly entries: readonly CommandEntry[] }
  | { readonly kind: "problem"; readonly problem: RunProblem };

const VALUE_FLAGS: ReadonlySet<string> = new Set(
  Object.values(SETTINGS).flatMap((row) => (row.kind === "boolean" ? [] : [`--${row.flag}`])),
);

/** Which command argv means, and what is left of argv for it. Words that name no command are `run`'s prompt. */
export function findCommand(argv: readonly string[], commands: readonly CommandEntry[] = COMMANDS): FoundCommand {
  const places = findWords(argv);
  const [first, second] = places.map((place) => argv[place]);
  if (first === undefined) {
    const end = argv.includes("--") ? argv.indexOf("--") : argv.length;
    const help = argv.slice(0, end).some((word) => word === "--help" || word === "-h");
    return help ? { kind: "program-help" } : useCommand(commands, "run", argv);
  }
  const without = (count: number) => argv.filter((_, at) => !places.slice(0, count).includes(at));
  if (first === "help") return { kind: "program-help" };
  if (commands.some((entry) => entry.name === first)) return useCommand(commands, first, without(1));
  const group = commands.filter((entry) => entry.name.startsWith(`${first} `));
  if (group.length > 0) {
    if (group.some((entry) => entry.name === `${first} ${second}`)) {
      return useCommand(commands, `${first} ${second}`, without(2));
    }
    if (argv.includes("--help") || argv.includes("-h")) return { kind: "group-help", entries: group };
    const actions = group.map((entry) => entry.name.slice(first.length + 1)).join(" or ");
    const message = second === undefined ? `${first}: say what: ${actions}` : `${first} knows no "${second}"`;
    return problem(message, `${first} ${actions}. To use it as a prompt write --prompt`);
  }
  const near = places.length <= 2 ? nearestCommand(first, commands, places.length === 1) : null;
  if (near)
    return problem(`there is no command "${first}"`, `did you mean ${near}? To use it as a prompt write --prompt`);
  return useCommand(commands, "run", argv);
}

/** A near miss. A word that stands alone is hardly a prompt, so it may be further off than the first of two. */
function nearestCommand(word: string, commands: readonly CommandEntry[], alone: boolean): string | null {
  const names = new Set(commands.map((entry) => entry.name.split(" ")[0] ?? entry.name));
  let best: { name: string; letters: number } | null = null;
  for (const name of names) {
    const letters = distance(word, name);
    const allowed = Math.min(2, Math.floor(name.length / (alone ? 2 : 3)));
    if (letters <= allowed && (best === null || letters < best.letters)) best = { name, letters };
  }
  return best?.name ?? null;
}

/** Where in argv the words stand that are neither flags nor a flag's value. */
function findWords(argv: readonly string[]): number[] {
  const places: number[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? "";
    if (word === "--") break;
    if (!word.startsWith("-") || word === "-") places.push(at);
    else if (VALUE_FLAGS.has(word)) at += 1;
  }
  return places;
}

function useCommand(commands: readonly CommandEntry[], name: string, rest: readonly string[]): FoundCommand {
  const entry = commands.find((candidate) => candidate.name === name);
  return entry ? { kind: "command", entry, rest } : problem(`there is no command "${name}"`);
}

const problem = (message: string, hint?: string): FoundCommand => ({
  kind: "problem",
  problem: { kind: "usage", message, ...(hint ? { hint } : {}) },
});
