import type { Flags, OptionRows, OptionValues, Origins } from "../config/resolve.ts";
import { type OptionRow, SETTING_KEYS, type SettingKey, type Settings } from "../config/settings.ts";
import type { ExitCode } from "../core/exit_codes.ts";
import type { Output } from "./output.ts";

/**
 * What a module in `commands/` exports: one `CommandSpec` for each of its commands, made by `defineCommand`, and one
 * line in `command_table.ts` that names it. `summary` there is what help shows, so help never loads the module.
 *
 * - `arguments`: positional words; left out means that none are taken.
 * - `settings`: rows of the settings table that the command takes as flags (and from the environment). All others have
 *   their defaults. `--project-root`, `--verbose` and `--help` are always there. `RUN_SETTINGS` is all of them.
 * - `options`: the command's own flags, in the same kinds as settings. An option may not have a setting's flag that is
 *   also in `settings`.
 * - `run` gives the exit code. Expected failures go through `context.output.fail(problem)`, which prints the line and
 *   gives the code; a throw is a bug and ends with 70.
 *
 * Heavy modules belong behind `await import()` within `run`.
 */
export interface CommandSpec<R extends OptionRows = OptionRows> {
  readonly arguments?: readonly ArgumentRow[];
  readonly settings?: readonly SettingKey[];
  readonly options?: R;
  /** Printed under the help: examples, what the output means. */
  readonly notes?: string;
  readonly run: (context: CommandContext<R>) => Promise<ExitCode>;
}

export interface ArgumentRow {
  readonly name: string;
  readonly help: string;
  readonly required?: boolean;
  /** Takes all the words that follow; the last argument only. */
  readonly variadic?: boolean;
  readonly choices?: readonly string[];
}

export interface CommandContext<R extends OptionRows = OptionRows> {
  /** The positional words as given. */
  readonly words: readonly string[];
  readonly settings: Settings;
  readonly origins: Origins<SettingKey>;
  readonly options: OptionValues<R>;
  /** Absolute, exists, is a folder. */
  readonly projectRoot: string;
  readonly currentFolder: string;
  /** The settings' flags as they were written, for handing a command line on. */
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
}

/** A command as the program keeps it, whatever its own options are. */
export type AnyCommand = CommandSpec<OptionRows>;

/** Gives `run` the types of the command's own options. */
export function defineCommand<const R extends OptionRows = Record<never, never>>(spec: CommandSpec<R>): AnyCommand {
  return spec as unknown as AnyCommand;
}

export const RUN_SETTINGS: readonly SettingKey[] = SETTING_KEYS;
export const BASE_SETTINGS: readonly SettingKey[] = ["projectRoot", "verbose"];

/** The `[session]` argument of the commands that look at one run. */
export const SESSION_ARGUMENT: ArgumentRow = {
  name: "session",
  help: "Name of the run; the newest in the project folder when left out",
};

/** `--json` of the commands that print data. */
export const JSON_OPTION = {
  kind: "boolean",
  flag: "json",
  default: false,
  help: "Print JSON",
} as const satisfies OptionRow;
