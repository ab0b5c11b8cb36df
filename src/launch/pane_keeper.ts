import { appendFileSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAtLeast, ZellijClient } from "zellij-toolkit";
import { sendControl } from "../control/client.ts";
import { type SessionPaths, sessionPaths } from "../core/paths.ts";
import { followEvents } from "../events/read.ts";
import { identify, isAlive, type ProcessIdentity } from "../process/identity.ts";
import { lockFile } from "../process/lock.ts";
import { ZELLIJ_WITH_NO_FOCUS } from "./choose_view.ts";
import { type KeeperReport, keeperFile } from "./keeper_report.ts";
import { PaneSet } from "./pane_set.ts";
import { hasOrchestrator } from "./run_life.ts";

/** Less than the 5 s within which nothing of ours may outlive what it serves. */
const ANSWER_WITHIN_MS = 3000;
/** A Zellij server and its clients tell nobody of their end. */
const LOOK_EVERY_MS = 1000;

/**
 * `__panes SESSION PROJECT_ROOT SERVER_PID [alone]`: looks after the panes of the Zellij session that it was started in, until
 * that session is gone. Opens a pane for each specialist, marks the ended ones, stops the run when the person quits
 * Zellij, and ends the session when the run has ended and nobody watches. One for each session.
 */
export async function runPaneKeeper(argv: readonly string[]): Promise<number> {
  const [session = "", projectRoot = "", serverPid = "", alone] = argv;
  const zellijSession = process.env.ZELLIJ_SESSION_NAME;
  const server = identify(Number(serverPid));
  if (!zellijSession) return 2;
  const paths = sessionPaths(projectRoot, session);
  // Quit before its first pane had come this far.
  if (!server) return stopRun(paths);
  // By the server and not by the session's name: the keeper of a session that has just died may still be ending.
  const lock = lockFile(join(paths.folder, `panes-${server.pid}.lock`));
  if (!lock.ok) return 0;
  // A server that was killed answers nothing: what is asked of it ends with it.
  const stop = new AbortController();
  const client = new ZellijClient({ session: zellijSession, signal: stop.signal, timeoutMs: ANSWER_WITHIN_MS });
  const socket = socketOf(server);
  const note = (line: string) => noteTo(paths, line);
  const watching = watchSession({ paths, server, client, zellijSession, stop });
  try {
    const version = await client.version();
    const noFocus = version.ok && isAtLeast(version.value, ZELLIJ_WITH_NO_FOCUS);
    const panes = new PaneSet({ paths, client, noFocus, note, laidOut: alone === undefined });
    const temporary = `${keeperFile(paths)}.${process.pid}`;
    writeFileSync(temporary, JSON.stringify({ zellijSession, server } satisfies KeeperReport));
    renameSync(temporary, keeperFile(paths));
    for await (const batch of followEvents(paths.journal, { signal: stop.signal }))
      await panes.update(batch.map(({ event }) => event));
  } finally {
    stop.abort();
    await watching;
  }
  // Zellij removes its socket when it is quit or killed by its own command, not when it breaks. One that was gone before
  // it could be asked for its socket was quit as soon as it had begun.
  const quit = socket === null || !existsSync(socket);
  return quit ? stopRun(paths) : 0;
}

async function stopRun(paths: SessionPaths): Promise<number> {
  if (!hasOrchestrator(paths)) return 0;
  const sent = await sendControl(paths.projectRoot, paths.session, { kind: "stop", by: "quit" });
  if (!sent.ok && hasOrchestrator(paths)) noteTo(paths, `the run could not be stopped: ${sent.error.message}`);
  return 0;
}

const noteTo = (paths: SessionPaths, line: string): void => appendFileSync(paths.diagnostics, `panes: ${line}\n`);

interface Watched {
  readonly paths: SessionPaths;
  readonly server: ProcessIdentity;
  readonly client: ZellijClient;
  readonly zellijSession: string;
  readonly stop: AbortController;
}

/** Returns when the session is gone, ended by us where nobody needs it any more. */
async function watchSession({ paths, server, client, zellijSession, stop }: Watched): Promise<void> {
  let unwatchedLooks = 0;
  while (isAlive(server)) {
    if (hasOrchestrator(paths)) unwatchedLooks = 0;
    else {
      const clients = await client.sessions.countClients();
      unwatchedLooks = clients.ok && clients.value === 0 ? unwatchedLooks + 1 : 0;
      // Twice, for a client may just be about to attach.
      if (unwatchedLooks >= 2) await client.sessions.delete(zellijSession, { force: true });
    }
    await Bun.sleep(LOOK_EVERY_MS);
  }
  stop.abort();
}

/** The socket that a Zellij server listens on stands in its command line; null when it does not. */
function socketOf({ pid }: ProcessIdentity): string | null {
  const asked = Bun.spawnSync(["ps", "-ww", "-o", "args=", "-p", String(pid)], { stderr: "ignore" });
  return /--server (.+)$/.exec(asked.stdout.toString().trim())?.[1] ?? null;
}
