import { err, ok, type Result } from "../core/result.ts";
import { parseValue } from "./parse_value.ts";
import { type OptionRow, type Origin, SETTINGS, type SettingKey, type Settings, type ValueOf } from "./settings.ts";

/** What is wrong with one flag or environment variable, by its name as the person wrote it (`--model`, `AGENTFS_ID`). */
export type SettingProblem =
  | { readonly kind: "bad-value"; readonly name: string; readonly value: string; readonly allowed: string }
  | { readonly kind: "not-yet"; readonly name: string };

/** Flags as the command line gave them: the text of those with a value, `true` for those without. */
export type Flags = Readonly<Record<string, string | true | undefined>>;

export interface Given {
  readonly flags: Flags;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute folder that relative paths start from. */
  readonly currentFolder: string;
}

export type OptionRows = Readonly<Record<string, OptionRow>>;
export type OptionValues<R extends OptionRows> = { readonly [K in keyof R]: ValueOf<R[K]> };
export type Origins<K extends string> = { readonly [Key in K]: Origin };

export interface ResolvedSettings {
  readonly settings: Settings;
  readonly origins: Origins<SettingKey>;
}

/**
 * Every setting with where it came from: flag before environment before default. Reports all problems at once.
 * Settings outside of `only` have their defaults, so that a command that does not use one is not stopped by it.
 */
export function resolveSettings(given: Given, only?: ReadonlySet<string>): Result<ResolvedSettings, SettingProblem[]> {
  const { values, origins, problems } = resolveRows(SETTINGS, given, only);
  if (problems.length > 0) return err(problems);
  const settings = { ...values, projectRoot: values.projectRoot ?? given.currentFolder };
  return ok({ settings: settings as unknown as Settings, origins });
}

/** The settings that nobody touched: what tests and `resume` of an older journal start from. */
export function defaultSettings(currentFolder: string): Settings {
  const resolved = resolveSettings({ flags: {}, env: {}, currentFolder });
  if (!resolved.ok) throw new Error("the defaults of the settings table do not pass its own checks");
  return resolved.value.settings;
}

/** The values of any table of rows, settings or one subcommand's own options. */
export function resolveRows<R extends OptionRows>(
  rows: R,
  given: Given,
  only?: ReadonlySet<string>,
): { values: OptionValues<R>; origins: Origins<keyof R & string>; problems: SettingProblem[] } {
  const values: Record<string, unknown> = {};
  const origins: Record<string, Origin> = {};
  const problems: SettingProblem[] = [];
  for (const [key, row] of Object.entries(rows)) {
    const source = findSource(key, row, only?.has(key) === false ? { ...given, flags: {}, env: {} } : given);
    origins[key] = source.origin;
    values[key] = row.default;
    if (source.origin.from === "default") continue;
    const parsed = readSource(row, source, given.currentFolder);
    if (parsed.ok) values[key] = parsed.value;
    else problems.push(parsed.error);
  }
  return {
    values: values as OptionValues<R>,
    origins: origins as Origins<keyof R & string>,
    problems,
  };
}

interface Source {
  readonly origin: Origin;
  readonly name: string;
  readonly text: string | true;
}

/** An environment variable that is empty counts as not set, as shells have no other way to say so. */
function findSource(key: string, row: OptionRow, { flags, env }: Given): Source {
  const flag = flags[key];
  const name = `--${row.flag}`;
  if (flag !== undefined) return { origin: { from: "flag", name }, name, text: flag };
  for (const variable of row.env ?? []) {
    const text = env[variable];
    if (text) return { origin: { from: "environment", name: variable }, name: variable, text };
  }
  return { origin: { from: "default" }, name, text: "" };
}

function readSource(row: OptionRow, source: Source, currentFolder: string): Result<unknown, SettingProblem> {
  const { name, text } = source;
  if (row.kind === "boolean") {
    const parsed = text === true ? ok(!row.default) : parseValue(row, text, currentFolder);
    if (!parsed.ok) return err({ kind: "bad-value", name, value: String(text), allowed: parsed.error });
    return parsed;
  }
  if (text === true) return err({ kind: "bad-value", name, value: "", allowed: "a value" });
  if (row.kind === "choice" && row.plannedValues?.includes(text)) {
    return err({ kind: "not-yet", name: `${name} ${text}` });
  }
  const parsed = parseValue(row, text, currentFolder);
  return parsed.ok ? parsed : err({ kind: "bad-value", name, value: text, allowed: parsed.error });
}
