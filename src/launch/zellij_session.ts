import { createHash } from "node:crypto";
import { type Pane, ZellijClient } from "zellij-toolkit";
import type { SessionPaths } from "../core/paths.ts";
import { isAlive } from "../process/identity.ts";
import { readReport } from "./keeper_report.ts";
import { zellijEnvironment } from "./zellij_home.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** A Zellij session that shows, or is going to show, a run. */
export interface ZellijSession {
  readonly name: string;
  readonly alive: boolean;
  readonly env: Env;
  readonly client: ZellijClient;
}

/**
 * The run's Zellij session: the living one whose panes are the run's, otherwise the name for a new one. It is the run's
 * own name, unless a session of that name shows something else, say a run of another folder.
 */
export async function findZellijSession(paths: SessionPaths, callerEnv: Env): Promise<ZellijSession> {
  let free: ZellijSession | null = null;
  for (const name of [paths.session, `${paths.session}-${shortHash(paths.projectRoot)}`]) {
    const env = zellijEnvironment(callerEnv, name);
    const client = new ZellijClient({ env, session: name });
    // A server that is slow to answer is left out of the list, and yet there.
    const report = readReport(paths, name);
    if (report !== null && isAlive(report.server)) return { name, alive: true, env, client };
    const listed = await client.sessions.list();
    const entry = listed.ok ? listed.value.find((session) => session.name === name) : undefined;
    if (entry && !entry.exited) {
      const panes = await client.panes.list();
      if (panes.ok && panes.value.some((pane) => agentOf(pane, paths) !== null))
        return { name, alive: true, env, client };
      continue;
    }
    // A dead session of that name would keep Zellij from starting one.
    if (entry && !free) await client.sessions.delete(name);
    free ??= { name, alive: false, env, client };
  }
  if (free) return free;
  const name = `${paths.session}-${process.pid}`;
  const env = zellijEnvironment(callerEnv, name);
  return { name, alive: false, env, client: new ZellijClient({ env, session: name }) };
}

/** Whose log a pane of ours shows, by the command it runs; null for all other panes. */
export function agentOf({ command }: Pane, { session, projectRoot }: SessionPaths): string | null {
  if (command === null || !command.includes(projectRoot)) return null;
  const words = command.split(" ");
  for (const [at, word] of words.entries())
    if ((word === "logs" || word === "__bootstrap") && words[at + 2] === session) return words[at + 1] ?? null;
  return null;
}

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 4);
