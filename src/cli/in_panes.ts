import type { Origins } from "../config/resolve.ts";
import { SETTING_KEYS, SETTINGS, type SettingKey, type Settings } from "../config/settings.ts";
import { EXIT, type ExitCode } from "../core/exit_codes.ts";
import type { SessionPaths } from "../core/paths.ts";
import { type SessionOutcome, spawnCodexSquadSession } from "../launch/spawn_session.ts";
import { excludeFromGit, findExcludes } from "../orchestrate/git_exclude.ts";
import type { Output } from "./output.ts";
import { printReport } from "./print_report.ts";

export interface PanesRun {
  readonly paths: SessionPaths;
  /** argv of the orchestrator in the background. */
  readonly command: readonly string[];
  /** The prompt, which may be longer than an argument can be. */
  readonly input?: string;
  readonly show: Pick<Settings, "metrics" | "json">;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
}

/** Runs a squad in the background with its panes in this terminal; ends when the person leaves them. */
export async function runInPanes({ paths, command, input, show, env, output }: PanesRun): Promise<ExitCode> {
  const outcome = await spawnCodexSquadSession({
    paths,
    command,
    ...(input === undefined ? {} : { input }),
    env,
    say: (line) => output.warn(line),
    onFileMade: (name) => hideFromGit(paths.projectRoot, name, output),
  });
  if (!outcome.ok) {
    const { error } = outcome;
    if (error.kind !== "ended-early") return output.fail(error);
    process.stderr.write(`${error.output}\n`);
    return error.exitCode as ExitCode;
  }
  return tellOutcome({ outcome: outcome.value, paths, show, output });
}

/** What is said when the person is back in the shell. */
export async function tellOutcome({
  outcome,
  paths,
  show,
  output,
}: Pick<PanesRun, "paths" | "show" | "output"> & { readonly outcome: SessionOutcome }): Promise<ExitCode> {
  if (outcome.kind === "detached") {
    await output.warn(outcome.because);
    return EXIT.detached;
  }
  await printReport({ paths, show, output });
  return outcome.exitCode as ExitCode;
}

export function hideFromGit(projectRoot: string, name: string, output: Output): void {
  const excludes = findExcludes(projectRoot);
  const problem = excludes && excludeFromGit(excludes, [name]);
  if (problem) void output.warn(problem);
}

/** Belongs to the one who calls, or is handed over in another way. */
const NOT_HANDED_ON: ReadonlySet<SettingKey> = new Set([
  "prompt",
  "promptFile",
  "session",
  "projectRoot",
  "headless",
  "json",
]);

/** The flags that give another process these settings: what was given here by flag or environment, paths absolute. */
export function flagsOf(settings: Settings, origins: Origins<SettingKey>): string[] {
  return SETTING_KEYS.flatMap((key) => {
    const row = SETTINGS[key];
    const value = settings[key];
    if (NOT_HANDED_ON.has(key) || origins[key].from === "default" || value === null) return [];
    if (row.kind === "boolean") return value === row.default ? [] : [`--${row.flag}`];
    if (row.kind === "duration") return [`--${row.flag}`, String(Number(value) / 1000)];
    return [`--${row.flag}`, Array.isArray(value) ? value.join(",") : String(value)];
  });
}
