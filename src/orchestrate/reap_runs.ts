import { readdirSync } from "node:fs";
import { readOwner } from "../control/owner.ts";
import { isSessionName } from "../core/ids.ts";
import { runsFolder, type SessionPaths, sessionPaths } from "../core/paths.ts";
import { isAlive } from "../process/identity.ts";
import { lockFile } from "../process/lock.ts";
import { reapLeftovers } from "../process/reap.ts";

/**
 * Ends what runs of this folder have left running, whose orchestrator and warden were both killed: by recorded pid and
 * start time, and by the run's marker. The caller holds the folder's lock. Gives the number of processes.
 */
export async function reapDeadRuns(projectRoot: string): Promise<number> {
  let ended = 0;
  for (const paths of findLeftovers(projectRoot)) {
    ended += await reapLeftovers(paths.processes, readOwner(paths)?.marker ?? null);
  }
  return ended;
}

/**
 * The same for a command that comes by. Nearly always there is nothing, which costs one look at each session's folder.
 * While a run is going on it does nothing: that one has looked at its start.
 */
export async function reapInPassing(projectRoot: string): Promise<number> {
  if (findLeftovers(projectRoot).length === 0) return 0;
  try {
    const lock = lockFile(`${runsFolder(projectRoot)}/lock`);
    if (!lock.ok) return 0;
    try {
      return await reapDeadRuns(projectRoot);
    } finally {
      lock.value.release();
    }
  } catch {
    // A folder that only can be read: then the next run, which can write, has to do it.
    return 0;
  }
}

/** Sessions with records of processes that nobody watches any more. */
function findLeftovers(projectRoot: string): SessionPaths[] {
  return listNames(runsFolder(projectRoot))
    .filter(isSessionName)
    .map((name) => sessionPaths(projectRoot, name))
    .filter((paths) => {
      if (!listNames(paths.processes).some((name) => /\.json(\.new)?$/.test(name))) return false;
      const owner = readOwner(paths);
      return owner === null || owner.pid === process.pid || !isAlive(owner);
    });
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
