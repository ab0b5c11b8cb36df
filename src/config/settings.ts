/**
 * The one table of settings. Flags, environment variables, `--help`, `config show` and README's table are all made from
 * it; a new flag is one row here. Pure data: reading argv and the environment is `resolve.ts`.
 */

import { DEFAULT_MAX_WAVES } from "../plan/modes.ts";

interface Row {
  /** Without the dashes. A boolean whose default is true is written as its negation (`no-memory`). */
  readonly flag: string;
  /** First set one wins. */
  readonly env?: readonly string[];
  /** How the value is called in help: `--model <name>`. */
  readonly placeholder?: string;
  readonly help: string;
  readonly section: Section;
  /** Belongs to one start, not to the run: left out of the journal, not reused by `resume`. */
  readonly transient?: true;
}

export type Section = "Run" | "Squad" | "Model" | "Limits" | "Output" | "Storage";

export interface BooleanRow extends Row {
  readonly kind: "boolean";
  readonly default: boolean;
}
export interface TextRow extends Row {
  readonly kind: "text" | "path" | "name-or-path" | "url" | "session";
  readonly default: string | null;
}
export interface IntegerRow extends Row {
  readonly kind: "integer";
  readonly default: number;
  readonly min: number;
  readonly max: number;
}
/** In milliseconds once resolved; written as `30m`, `90s`, `1h30m`, or seconds as a plain number. */
export interface DurationRow extends Row {
  readonly kind: "duration";
  readonly default: number;
}
export interface ChoiceRow<V extends string = string> extends Row {
  readonly kind: "choice";
  readonly values: readonly V[];
  /** Named in the requirements of a later version: refused by name. */
  readonly plannedValues?: readonly string[];
  readonly default: V | null;
}
export interface ListRow extends Row {
  readonly kind: "list";
  readonly default: readonly string[] | null;
}

export type SettingRow = BooleanRow | TextRow | IntegerRow | DurationRow | ChoiceRow | ListRow;

type WithoutSection<R> = R extends SettingRow ? Omit<R, "section"> : never;

/** An option that one subcommand has for itself: read and checked like a setting, but in no section of help. */
export type OptionRow = WithoutSection<SettingRow>;

const minute = 60_000;

const rows = {
  prompt: {
    kind: "text",
    flag: "prompt",
    placeholder: "text",
    default: null,
    section: "Run",
    help: "What the squad shall do (or write it after the flags)",
  },
  promptFile: {
    kind: "path",
    flag: "prompt-file",
    placeholder: "file",
    default: null,
    section: "Run",
    transient: true,
    help: "Read the prompt from a file; - is standard input",
  },
  session: {
    kind: "session",
    flag: "session",
    placeholder: "name",
    default: null,
    section: "Run",
    help: "Name of the run, its folder and the Zellij session (made up when left out)",
  },
  projectRoot: {
    kind: "path",
    flag: "project-root",
    placeholder: "folder",
    default: null,
    section: "Run",
    transient: true,
    help: "Work in this folder instead of the current one",
  },
  headless: {
    kind: "boolean",
    flag: "headless",
    default: false,
    section: "Run",
    transient: true,
    help: "Never open Zellij: show progress here",
  },
  trust: {
    kind: "boolean",
    flag: "trust",
    default: false,
    section: "Run",
    help: "Let Codex read this repository's own .codex/config.toml",
  },
  groups: {
    kind: "list",
    flag: "groups",
    placeholder: "ids",
    default: null,
    section: "Squad",
    help: "Run only these groups, comma-separated",
  },
  agents: {
    kind: "list",
    flag: "agents",
    placeholder: "ids",
    default: null,
    section: "Squad",
    help: "Run only these agents, comma-separated",
  },
  agentsLark: {
    kind: "path",
    flag: "agents-lark",
    placeholder: "file",
    default: null,
    section: "Squad",
    help: "Compile and use this Starlark configuration",
  },
  agentsConfig: {
    kind: "path",
    flag: "agents-config",
    env: ["ORCHESTRATED_CODEX_AGENTS_CONFIG"],
    placeholder: "file",
    default: null,
    section: "Squad",
    help: "Use this compiled configuration (JSON)",
  },
  parallel: {
    kind: "boolean",
    flag: "parallel",
    default: false,
    section: "Squad",
    help: "Ask for four specialists that do not wait for each other",
  },
  autonomous: {
    kind: "boolean",
    flag: "autonomous",
    default: false,
    section: "Squad",
    help: "Name new waves of agents until no work is left",
  },
  relay: {
    kind: "boolean",
    flag: "relay",
    default: false,
    section: "Squad",
    help: "Autonomous waves that each hand a message on",
  },
  concise: {
    kind: "boolean",
    flag: "concise",
    default: false,
    section: "Squad",
    help: "One-sentence answers, no specialists",
  },
  conciseFull: {
    kind: "boolean",
    flag: "concise-full",
    default: false,
    section: "Squad",
    help: "One-sentence answers, with specialists",
  },
  backend: {
    kind: "choice",
    flag: "backend",
    env: ["ORCHESTRATED_CODEX_BACKEND"],
    values: ["codex", "scripted"],
    plannedValues: ["minimax"],
    default: "codex",
    section: "Model",
    help: "Who answers: codex, or scripted (real codex, model answers from a scenario file)",
  },
  scenario: {
    kind: "name-or-path",
    flag: "scenario",
    placeholder: "file",
    default: null,
    section: "Model",
    help: "Scenario of the scripted backend: a file (a path, or *.json), or the name of a built-in one",
  },
  baseUrl: {
    kind: "url",
    flag: "base-url",
    env: ["ORCHESTRATED_CODEX_BASE_URL"],
    placeholder: "url",
    default: null,
    section: "Model",
    help: "A server of the OpenAI Responses API in place of the account's own; its key from OPENAI_API_KEY",
  },
  model: {
    kind: "text",
    flag: "model",
    placeholder: "name",
    default: null,
    section: "Model",
    help: "Model for every agent (otherwise Codex decides)",
  },
  mini: {
    kind: "boolean",
    flag: "mini",
    default: false,
    section: "Model",
    help: "Every turn on the small model of --mini-model",
  },
  miniModel: {
    kind: "text",
    flag: "mini-model",
    placeholder: "name",
    default: "codex-mini-latest",
    section: "Model",
    help: "What --mini uses",
  },
  codexPath: {
    kind: "path",
    flag: "codex-path",
    env: ["ORCHESTRATED_CODEX_CODEX_PATH"],
    placeholder: "file",
    default: null,
    section: "Model",
    help: "Another codex executable",
  },
  sandbox: {
    kind: "choice",
    flag: "sandbox",
    values: ["read-only", "workspace-write", "danger-full-access"],
    default: null,
    section: "Limits",
    help: "For every agent (otherwise: core agents read-only, specialists workspace-write)",
  },
  network: {
    kind: "boolean",
    flag: "network",
    default: false,
    section: "Limits",
    help: "Let the agents' commands use the network",
  },
  webSearch: {
    kind: "boolean",
    flag: "web-search",
    default: false,
    section: "Limits",
    help: "Let the agents search the web",
  },
  maxParallel: {
    kind: "integer",
    flag: "max-parallel",
    placeholder: "n",
    default: 4,
    min: 1,
    max: 256,
    section: "Limits",
    help: "How many agents may run at the same time",
  },
  maxWaves: {
    kind: "integer",
    flag: "max-waves",
    placeholder: "n",
    default: DEFAULT_MAX_WAVES,
    min: 1,
    max: 1000,
    section: "Limits",
    help: "How many waves --autonomous may add (in a relay 5 at most)",
  },
  turnTimeout: {
    kind: "duration",
    flag: "turn-timeout",
    placeholder: "time",
    default: 30 * minute,
    section: "Limits",
    help: "Longest time of one turn; 90s, 30m, a plain number is seconds",
  },
  idleTimeout: {
    kind: "duration",
    flag: "idle-timeout",
    placeholder: "time",
    default: 10 * minute,
    section: "Limits",
    help: "Longest silence of a turn; stands still while a command runs",
  },
  schedule: {
    kind: "choice",
    flag: "schedule",
    values: ["dataflow", "barrier"],
    default: "dataflow",
    section: "Limits",
    help: "Start agents as their own dependencies end, or in waves (for comparison)",
  },
  stream: {
    kind: "boolean",
    flag: "stream",
    default: false,
    section: "Output",
    transient: true,
    help: "Print Codex's events as they arrive",
  },
  metrics: {
    kind: "boolean",
    flag: "metrics",
    default: false,
    section: "Output",
    transient: true,
    help: "Print tokens per agent at the end",
  },
  debugPrompt: {
    kind: "boolean",
    flag: "debug-prompt",
    default: false,
    section: "Output",
    transient: true,
    help: "Print characters, bytes and lines of every prompt before it is sent",
  },
  verbose: {
    kind: "boolean",
    flag: "verbose",
    default: false,
    section: "Output",
    transient: true,
    help: "Show stack traces and what the tool itself does",
  },
  json: {
    kind: "boolean",
    flag: "json",
    default: false,
    section: "Output",
    transient: true,
    help: "Print the report as JSON",
  },
  memoryDir: {
    kind: "path",
    flag: "memory-dir",
    env: ["CODEX_MEMORY_DIR"],
    placeholder: "folder",
    default: null,
    section: "Storage",
    help: "Folder of artifacts.agentfs.db (otherwise memory/ in the project)",
  },
  memory: {
    kind: "boolean",
    flag: "no-memory",
    default: true,
    section: "Storage",
    help: "Do not read what earlier runs here learned",
  },
  agentfs: {
    kind: "boolean",
    flag: "no-agentfs",
    default: true,
    section: "Storage",
    help: "Do not write the AgentFS action log",
  },
  agentfsId: {
    kind: "session",
    flag: "agentfs-id",
    env: ["AGENTFS_ID"],
    placeholder: "id",
    default: null,
    section: "Storage",
    help: "Action log in .agentfs/<id>.db",
  },
  agentfsPath: {
    kind: "path",
    flag: "agentfs-path",
    env: ["AGENTFS_PATH"],
    placeholder: "file",
    default: null,
    section: "Storage",
    help: "Action log in this file (otherwise .agentfs/agent-db.db)",
  },
  agentfsSession: {
    kind: "session",
    flag: "agentfs-session",
    env: ["AGENTFS_SESSION"],
    placeholder: "slug",
    default: null,
    section: "Storage",
    help: "Name of the run within the action log (otherwise the session's)",
  },
  auditKey: {
    kind: "path",
    flag: "audit-key",
    placeholder: "file",
    default: null,
    section: "Storage",
    transient: true,
    help: "Seal the end of the run with the key in this file; audit verify checks the seal with it",
  },
} as const satisfies Record<string, SettingRow>;

/** The type of a row's resolved value. */
export type ValueOf<R> = R extends { kind: "boolean" }
  ? boolean
  : R extends { kind: "integer" | "duration" }
    ? number
    : R extends { kind: "list" }
      ? readonly string[] | null
      : R extends { kind: "choice"; values: readonly (infer V)[]; default: infer D }
        ? V | (D extends null ? null : never)
        : R extends { default: string }
          ? string
          : string | null;

export type SettingKey = keyof typeof rows;

/** Every setting, resolved: times in milliseconds, paths absolute. JSON-safe. */
export type Settings = { readonly [K in SettingKey]: ValueOf<(typeof rows)[K]> };

/** What `run.started` carries. An older journal may lack keys that came later. */
export type SettingsRecord = Partial<Settings>;

/** Where a value came from; `config show` prints it. */
export type Origin =
  | { readonly from: "default" }
  | { readonly from: "flag"; readonly name: string }
  | { readonly from: "environment"; readonly name: string }
  | { readonly from: "run"; readonly session: string };

export const SETTINGS: Readonly<Record<SettingKey, SettingRow>> = rows;
export const SETTING_KEYS = Object.keys(rows) as readonly SettingKey[];

/** A run's settings as journaled, with the defaults of what an older version did not know yet. */
export function withDefaults(record: SettingsRecord): Settings {
  const defaults = Object.fromEntries(SETTING_KEYS.map((key) => [key, SETTINGS[key].default]));
  return { ...defaults, ...record } as Settings;
}
