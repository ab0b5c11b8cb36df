import { callZellij, type ZellijContext } from "./command.ts";
import { LayoutManager } from "./layouts.ts";
import { PaneManager } from "./panes.ts";
import { PipeManager } from "./pipes.ts";
import { PluginManager } from "./plugins.ts";
import { fail, ok, type Result } from "./result.ts";
import { SessionManager } from "./sessions.ts";
import { TabManager } from "./tabs.ts";
import { parseVersion, type ZellijVersion } from "./version.ts";

export interface ZellijClientOptions {
  /** Default: `zellij` from PATH. */
  readonly binary?: string;
  /** The session that panes, tabs, pipes and plugins mean. */
  readonly session?: string;
  /** Default: this process's environment without its ZELLIJ variables, so that a nested call means what it says. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** For each call. Default: 10 s. */
  readonly timeoutMs?: number;
  /** Ends the calls that are under way, and every later one. */
  readonly signal?: AbortSignal;
}

/** Speaks to Zellij through its command line; every method gives a Result and ends within the time limit. */
export class ZellijClient {
  readonly sessions: SessionManager;
  readonly panes: PaneManager;
  readonly tabs: TabManager;
  readonly pipes: PipeManager;
  readonly plugins: PluginManager;
  readonly layouts: LayoutManager;
  #context: ZellijContext;

  constructor({ binary = "zellij", session, env, timeoutMs = 10_000, signal }: ZellijClientOptions = {}) {
    this.#context = {
      binary,
      ...(session === undefined ? {} : { session }),
      env: env ?? withoutZellij(process.env),
      timeoutMs,
      ...(signal === undefined ? {} : { signal }),
    };
    this.sessions = new SessionManager(this.#context);
    this.panes = new PaneManager(this.#context);
    this.tabs = new TabManager(this.#context);
    this.pipes = new PipeManager(this.#context);
    this.plugins = new PluginManager(this.#context);
    this.layouts = new LayoutManager(this.#context);
  }

  /** The installed version. */
  async version(): Promise<Result<ZellijVersion>> {
    const printed = await callZellij(this.#context, { args: ["--version"] });
    if (!printed.ok) return printed;
    const version = parseVersion(printed.value);
    return version ? ok(version) : fail("bad-output", `--version printed: ${printed.value.trim()}`);
  }
}

/** An environment that does not say that we are inside a Zellij session; where its sockets lie stays. */
export function withoutZellij(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(env).filter(([key]) => !/^ZELLIJ(_SESSION_NAME|_PANE_ID|_TAB_(NAME|POSITION))?$/.test(key)),
  );
}
