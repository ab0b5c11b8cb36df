/**
 * From argv to a command's exit code. What a command module exports is described in `command.ts`; every command is one
 * line in `command_table.ts`. The first word that is no flag names the command, and where it names none, it begins the
 * prompt of `run`. Help of the whole program and `--version` load no command.
 */
import { existsSync, statSync } from "node:fs";
import { type Flags, resolveRows, resolveSettings } from "../config/resolve.ts";
import { EXIT, type ExitCode } from "../core/exit_codes.ts";
import { runsFolder } from "../core/paths.ts";
import { VERSION } from "../core/version.ts";
import { type AnyCommand, RUN_SETTINGS } from "./command.ts";
import { COMMANDS, type CommandEntry } from "./command_table.ts";
import { catchCrashes } from "./crash.ts";
import type { Problem } from "./explain.ts";
import { findCommand } from "./find_command.ts";
import { createOutput, type Output } from "./output.ts";
import { redactLate } from "./redact_late.ts";

export interface ProgramOptions {
  /** The headless executable: as if `--headless` were given. */
  readonly defaultHeadless?: boolean;
  /** The memory inspector: `inspect` (the default) and `condense` are its only commands. */
  readonly only?: "memory";
}

/** Runs the command that `argv` (without executable and script) asks for; gives the process's exit code. */
export async function runProgram(argv: readonly string[], options: ProgramOptions = {}): Promise<ExitCode> {
  const name =
    options.only === "memory" ? "memory_inspector" : options.defaultHeadless ? "codex_orchestrator" : "codex-squad";
  const { env, stdout, stderr } = process;
  const output = createOutput({ program: name, env, stdout, stderr, redact: redactLate(env) });
  const verbose = argv.includes("--verbose");
  catchCrashes({ output, verbose });
  try {
    const exitCode = await dispatch({ name, argv, options, output });
    const code = output.lost();
    return code === null ? exitCode : output.fail({ kind: "output-lost", code });
  } catch (error) {
    return output.fail({ kind: "bug", error, verbose });
  }
}

interface Call {
  readonly name: string;
  readonly argv: readonly string[];
  readonly options: ProgramOptions;
  readonly output: Output;
}

async function dispatch({ name, argv, options, output }: Call): Promise<ExitCode> {
  const first = argv[0];
  if (first === "--version" || first === "-V") {
    await output.print(VERSION);
    return EXIT.done;
  }
  const found = findCommand(options.only === "memory" ? nameMemoryCommand(argv) : argv);
  switch (found.kind) {
    case "problem":
      return output.fail(found.problem);
    case "program-help":
      await output.print(await describeProgram(name));
      return EXIT.done;
    case "group-help":
      await output.print(listCommands(found.entries));
      return EXIT.done;
    case "command": {
      const typed = options.only === "memory" ? name : `${name} ${found.entry.name}`;
      return runCommand({ entry: found.entry, typed, rest: found.rest, options, output });
    }
  }
}

/** `memory_inspector --limit 3` is `memory inspect --limit 3`. */
function nameMemoryCommand(argv: readonly string[]): readonly string[] {
  return argv[0] === "inspect" || argv[0] === "condense" ? ["memory", ...argv] : ["memory", "inspect", ...argv];
}

interface Invocation {
  readonly entry: CommandEntry;
  readonly typed: string;
  readonly rest: readonly string[];
  readonly options: ProgramOptions;
  readonly output: Output;
}

async function runCommand({ entry, typed, rest, options, output }: Invocation): Promise<ExitCode> {
  const [spec, { parseCommand, settingsOf }] = await Promise.all([entry.load(), import("./parse_command.ts")]);
  const parsed = parseCommand({ name: typed, summary: entry.summary }, spec, rest);
  if (!parsed.ok) return output.fail(parsed.error);
  if (parsed.value.kind === "help") {
    await output.print(parsed.value.text);
    return EXIT.done;
  }
  const { words, settingFlags, optionFlags } = parsed.value;
  return execute({ spec, words, settingFlags, optionFlags, keys: settingsOf(spec), options, output });
}

interface Execution {
  readonly spec: AnyCommand;
  readonly words: readonly string[];
  readonly settingFlags: Flags;
  readonly optionFlags: Flags;
  readonly keys: readonly string[];
  readonly options: ProgramOptions;
  readonly output: Output;
}

async function execute({
  spec,
  words,
  settingFlags,
  optionFlags,
  keys,
  options,
  output,
}: Execution): Promise<ExitCode> {
  const currentFolder = process.cwd();
  const flags =
    options.defaultHeadless && spec.settings?.includes("headless")
      ? { ...settingFlags, headless: true as const }
      : settingFlags;
  const given = { flags, env: process.env, currentFolder };
  const settings = resolveSettings(given, new Set(keys));
  const own = resolveRows(spec.options ?? {}, { ...given, flags: optionFlags });
  const problems: Problem[] = [...(settings.ok ? [] : settings.error), ...own.problems];
  if (!settings.ok || problems.length > 0) return output.fail(problems);
  const projectRoot = settings.value.settings.projectRoot ?? currentFolder;
  const folder = statSync(projectRoot, { throwIfNoEntry: false });
  if (!folder?.isDirectory()) return output.fail({ kind: "folder-missing", path: projectRoot });
  await endLeftovers(projectRoot, output);
  return spec.run({
    words,
    ...settings.value,
    options: own.values,
    projectRoot,
    currentFolder,
    flags,
    env: process.env,
    output,
  });
}

/** A run that was killed together with its warden may have left something: the next command ends it. */
async function endLeftovers(projectRoot: string, output: Output): Promise<void> {
  if (!existsSync(runsFolder(projectRoot))) return;
  const { reapInPassing } = await import("../orchestrate/reap_runs.ts");
  const ended = await reapInPassing(projectRoot);
  if (ended > 0)
    await output.warn(`ended ${ended} ${ended === 1 ? "process" : "processes"} that a killed run had left running`);
}

async function describeProgram(name: string): Promise<string> {
  const { helpOf } = await import("./parse_command.ts");
  const title = {
    name,
    summary:
      "Type one prompt in any repository; a squad of Codex agents plans, researches and builds it.\nWithout a command: run.",
  };
  return helpOf(title, {
    arguments: [{ name: "prompt", variadic: true, help: "What the squad shall do" }],
    settings: RUN_SETTINGS,
    notes: `${listCommands(COMMANDS)}\n\n${name} COMMAND --help tells more. ${name} --version prints the version.`,
  });
}

function listCommands(entries: readonly CommandEntry[]): string {
  const width = Math.max(...entries.map((entry) => entry.name.length)) + 2;
  return ["Commands:", ...entries.map((entry) => `  ${entry.name.padEnd(width)}${entry.summary}`)].join("\n");
}
