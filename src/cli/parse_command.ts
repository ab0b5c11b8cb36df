import { Command, CommanderError, Option } from "commander";
import type { Flags } from "../config/resolve.ts";
import { type OptionRow, SETTINGS, type SettingKey } from "../config/settings.ts";
import { err, ok, type Result } from "../core/result.ts";
import { type AnyCommand, type ArgumentRow, BASE_SETTINGS } from "./command.ts";
import type { RunProblem } from "./explain.ts";

export interface ParsedCommand {
  readonly words: readonly string[];
  readonly settingFlags: Flags;
  readonly optionFlags: Flags;
}

export type Parsed = ({ readonly kind: "parsed" } & ParsedCommand) | { readonly kind: "help"; readonly text: string };

type CommandShape = Pick<AnyCommand, "arguments" | "settings" | "options" | "notes">;

export interface CommandTitle {
  /** As it is typed: "codex-squad config show". */
  readonly name: string;
  readonly summary: string;
}

/** Settings that a command takes as flags, in the order of the table. */
export function settingsOf(spec: CommandShape): SettingKey[] {
  const wanted = new Set<SettingKey>([...BASE_SETTINGS, ...(spec.settings ?? [])]);
  const own = new Set(Object.values(spec.options ?? {}).map((row) => row.flag));
  return (Object.keys(SETTINGS) as SettingKey[]).filter((key) => wanted.has(key) && !own.has(SETTINGS[key].flag));
}

/** Reads the words and flags of one command; nothing is checked yet but that they are known and complete. */
export function parseCommand(
  title: CommandTitle,
  spec: CommandShape,
  argv: readonly string[],
): Result<Parsed, RunProblem> {
  const command = buildCommand(title, spec);
  let help = "";
  command.exitOverride().configureOutput({
    writeOut: (text) => {
      help += text;
    },
    writeErr: () => {},
    outputError: () => {},
  });
  const swallowed = findSwallowedFlag(command, argv);
  if (swallowed) return err({ kind: "usage", message: `${swallowed.flag} needs a value`, hint: swallowed.hint });
  try {
    command.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return ok({ kind: "help", text: help });
    return err(explainUsage(error, title));
  }
  const given = command.opts<Record<string, string | boolean>>();
  const flags = new Map<string, string | true>();
  for (const option of command.options) {
    const key = option.attributeName();
    if (command.getOptionValueSource(key) !== "cli") continue;
    const value = given[key];
    flags.set(option.long?.slice(2) ?? key, typeof value === "string" ? value : true);
  }
  const pick = (rows: readonly (readonly [string, OptionRow])[]): Flags =>
    Object.fromEntries(rows.flatMap(([key, row]) => (flags.has(row.flag) ? [[key, flags.get(row.flag)]] : [])));
  return ok({
    kind: "parsed",
    words: command.args,
    settingFlags: pick(settingsOf(spec).map((key) => [key, SETTINGS[key]] as const)),
    optionFlags: pick(Object.entries(spec.options ?? {})),
  });
}

/** The help of a command that need not be loaded. */
export const helpOf = (title: CommandTitle, spec: CommandShape): string => buildCommand(title, spec).helpInformation();

function buildCommand(title: CommandTitle, spec: CommandShape): Command {
  const command = new Command(title.name).description(title.summary).allowExcessArguments(false);
  command.helpOption("-h, --help", "Show this help");
  for (const argument of spec.arguments ?? []) {
    const created = command.createArgument(spellArgument(argument), argument.help);
    command.addArgument(argument.choices ? created.choices(argument.choices) : created);
  }
  for (const row of Object.values(spec.options ?? {})) command.addOption(toOption(row, "Options:"));
  for (const key of settingsOf(spec)) {
    const row = SETTINGS[key];
    command.addOption(toOption(row, spec.settings ? `${row.section}:` : "Options:"));
  }
  const notes = spec.notes;
  if (notes) {
    const help = command.createHelp();
    command.configureHelp({ formatHelp: (cmd, helper) => `${help.formatHelp(cmd, helper)}\n${notes.trimEnd()}\n` });
  }
  return command;
}

function spellArgument({ name, required, variadic }: ArgumentRow): string {
  const inner = variadic ? `${name}...` : name;
  return required ? `<${inner}>` : `[${inner}]`;
}

function toOption(row: OptionRow, group: string): Option {
  const value = row.kind === "boolean" ? "" : ` <${row.placeholder ?? "value"}>`;
  const option = new Option(`--${row.flag}${value}`, describeRow(row));
  return option.helpGroup(group);
}

/** One row's help with its choices, default, environment variables and state. */
export function describeRow(row: OptionRow): string {
  const remarks = [
    ...(row.kind === "choice" ? [row.values.join(", ")] : []),
    ...(spellDefault(row) === null ? [] : [`default ${spellDefault(row)}`]),
    ...(row.env ?? []),
  ];
  return remarks.length > 0 ? `${row.help} (${remarks.join("; ")})` : row.help;
}

/** A default as a person would type it; null when there is none worth saying. */
export function spellDefault(row: OptionRow): string | null {
  if (row.kind === "boolean" || row.default === null) return null;
  if (row.kind === "duration") return `${row.default / 60_000}m`;
  return row.kind === "list" ? (row.default?.join(",") ?? null) : String(row.default);
}

/** `--prompt --headless`: commander would take the second flag as the first one's value. */
function findSwallowedFlag(command: Command, argv: readonly string[]): { flag: string; hint: string } | null {
  const byFlag = new Map(command.options.map((option) => [option.long, option]));
  for (let at = 0; at < argv.length && argv[at] !== "--"; at++) {
    const flag = argv[at];
    const next = argv[at + 1];
    if (!flag || !byFlag.get(flag)?.required) continue;
    if (next !== undefined && byFlag.has(next))
      return { flag, hint: `"${next}" is a flag; if it is meant, write ${flag}=${next}` };
    at += 1;
  }
  return null;
}

function explainUsage(error: CommanderError, title: CommandTitle): RunProblem {
  const [first = "", second = ""] = error.message.replace(/^error: (command-argument value )?/, "").split("\n");
  const suggestion = /Did you mean (.*)\?/.exec(second)?.[1];
  const hint = suggestion ? `did you mean ${suggestion}?` : `see: ${title.name} --help`;
  return { kind: "usage", message: first.replaceAll("'", '"').replace(/\.$/, ""), hint };
}
