import { statSync, watch } from "node:fs";
import { convertJsonToKdl } from "zellij-toolkit";
import type { SessionPaths } from "../core/paths.ts";
import { isAlive } from "../process/identity.ts";
import { CORE_TAB } from "../views/layout/tabs.ts";
import { ALONE, WATCH_ONLY } from "./bootstrap.ts";
import { keeperFile, readReport } from "./keeper_report.ts";
import { LAYOUT_NAME, writeLayoutFile } from "./layout_file.ts";
import { layoutOf } from "./pane_commands.ts";
import { configFlags } from "./zellij_home.ts";
import type { ZellijSession } from "./zellij_session.ts";

/** How a Zellij client ended, and why. */
export type ClientEnd =
  /** The person quit Zellij (Ctrl+Q): the session is gone. */
  | "quit"
  /** The session lives on without this client. */
  | "detached"
  /** Zellij could not be started or died. */
  | "broke";

export interface ShowOptions {
  readonly say: (line: string) => Promise<void>;
  /** Called with the name of a file that we put into the project folder, so that git can be told not to show it. */
  readonly onFileMade?: ((name: string) => void) | undefined;
}

/** A server that neither answers nor goes within this time has broken. */
const DECIDED_WITHIN_MS = 15_000;
/** Nothing tells of a Zellij session's end. */
const LOOK_EVERY_MS = 100;
const LOOKS_UNTIL_GONE = 5;
/** Our first pane reports within a second or so, more on a machine that compiles Zellij's plugins for the first time. */
const PANES_WITHIN_MS = 20_000;
/** File times can be coarser than the clock. */
const CLOCK_STEP_MS = 1000;

/**
 * Shows a run in Zellij in this terminal until the client ends. Attaches to the run's session when it lives, starts one
 * with the layout otherwise; `say` gets what the person should know beforehand.
 */
export async function showSession(
  paths: SessionPaths,
  session: ZellijSession,
  { say, onFileMade }: ShowOptions,
): Promise<ClientEnd> {
  const { name, env } = session;
  let argv = ["zellij", "attach", "--", name];
  if (!session.alive) {
    const written = writeLayoutFile(paths, convertJsonToKdl(layoutOf(paths)));
    if (written.kept) await say(`${written.kept} is yours and stays as it is; the panes are in ${written.path}`);
    else onFileMade?.(LAYOUT_NAME);
    argv = ["zellij", ...configFlags(paths, env), "--session", name, "--new-session-with-layout", written.path];
  }
  const stop = new AbortController();
  // A living session was reported when it began.
  const startedMs = session.alive ? 0 : Date.now();
  const zellij = Bun.spawn(argv, {
    cwd: paths.projectRoot,
    env: { ...env, [WATCH_ONLY]: "1" },
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  });
  const hangUp = () => zellij.kill("SIGHUP");
  process.on("SIGHUP", hangUp);
  const checking = session.alive ? Promise.resolve() : repairWhenEmpty(paths, session, stop.signal);
  const exitCode = await zellij.exited;
  process.off("SIGHUP", hangUp);
  stop.abort();
  await checking;
  if (exitCode !== 0) return "broke";
  return lookForSession(paths, session, startedMs);
}

/**
 * Both quitting and detaching end the client with 0. What tells them apart is what becomes of the server: after a detach
 * it still answers for its panes; after a quit it has closed them, and goes, on a busy machine only after seconds.
 */
async function lookForSession(
  paths: SessionPaths,
  { name, client }: ZellijSession,
  sinceMs: number,
): Promise<ClientEnd> {
  const deadlineMs = performance.now() + DECIDED_WITHIN_MS;
  let looksWithoutIt = 0;
  for (;;) {
    const server = isReport(paths, name, sinceMs) ? readReport(paths, name)?.server : undefined;
    if (server !== undefined && !isAlive(server)) return "quit";
    const panes = await client.panes.list();
    if (panes.ok && panes.value.length > 0) return "detached";
    // A list of sessions leaves out one whose server is slow to answer: it is asked more than once, and only where no
    // pane has reported the server.
    const listed = await client.sessions.exists(name);
    looksWithoutIt = listed.ok && !listed.value ? looksWithoutIt + 1 : 0;
    if (server === undefined && looksWithoutIt === LOOKS_UNTIL_GONE) return "quit";
    if (performance.now() > deadlineMs) return "broke";
    await Bun.sleep(LOOK_EVERY_MS);
  }
}

/** Zellij can ignore a layout without a word: when our first pane does not report, it is opened by command. */
async function repairWhenEmpty(
  paths: SessionPaths,
  { name, client }: ZellijSession,
  signal: AbortSignal,
): Promise<void> {
  if (await keeperReports(paths, name, AbortSignal.any([signal, AbortSignal.timeout(PANES_WITHIN_MS)]))) return;
  if (signal.aborted) return;
  const tabs = await client.tabs.list();
  if (!tabs.ok || tabs.value.some((tab) => tab.name === CORE_TAB)) return;
  const first = layoutOf(paths).tabs?.[0]?.panes?.flatMap((pane) => pane.panes ?? [pane])[0];
  if (first?.command) await client.tabs.new({ name: CORE_TAB, command: [first.command, ...(first.args ?? []), ALONE] });
}

function keeperReports(paths: SessionPaths, name: string, signal: AbortSignal): Promise<boolean> {
  const startedMs = Date.now();
  return new Promise((resolve) => {
    const watcher = watch(paths.folder);
    const finish = (reported: boolean) => {
      watcher.close();
      resolve(reported);
    };
    const look = () => {
      if (isReport(paths, name, startedMs)) finish(true);
    };
    watcher.on("change", look);
    watcher.on("error", () => finish(false));
    signal.addEventListener("abort", () => finish(false), { once: true });
    look();
  });
}

function isReport(paths: SessionPaths, name: string, sinceMs: number): boolean {
  try {
    return statSync(keeperFile(paths)).mtimeMs >= sinceMs - CLOCK_STEP_MS && readReport(paths, name) !== null;
  } catch {
    return false;
  }
}
