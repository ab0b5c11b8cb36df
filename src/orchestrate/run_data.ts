import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Settings } from "../config/settings.ts";
import { runsFolder } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import { findOpeningFault, setAside } from "../store/check.ts";
import { isNoDatabase } from "../store/file_fault.ts";
import { actionsPath, memoryPath } from "../store/locations.ts";
import type { StoreProblem } from "../store/problem.ts";
import { escapeName, nameInProject } from "./git_exclude.ts";

/** Of git: the folder of all runs. */
export const RUNS_PATTERN = ".orchestrator/";

export type FolderProblem =
  | { readonly kind: "folder-unusable"; readonly path: string; readonly code: string }
  | { readonly kind: "disk-full"; readonly path: string };

/** The run's own data: what no agent may write, and what git shall not show. */
export interface RunData {
  /** Absolute. All of them exist: a sandbox rule about a missing path would leave an empty folder in its place. */
  readonly protectedPaths: readonly string[];
  /** Patterns of git, from the project folder on. */
  readonly gitPatterns: readonly string[];
  /** What the person shall be told. */
  readonly notes: readonly string[];
}

/** Makes what the sandbox rules name, before the first agent starts. A file that is somebody else's is left alone. */
export async function prepareRunData(
  projectRoot: string,
  settings: Settings,
): Promise<Result<RunData, FolderProblem | StoreProblem>> {
  const memory = memoryPath(projectRoot, settings.memoryDir);
  const actions = actionsPath(projectRoot, settings);
  if (settings.agentfs && actions === memory) {
    return err({ kind: "store-unfit", path: actions, message: "it is the memory, and the action log needs its own" });
  }
  const databases = settings.agentfs ? [memory, actions] : [memory];
  const notes: string[] = [];
  // Under a name that is ours; one that the user gave may be anybody's file.
  for (const path of settings.agentfsPath ? [memory] : databases) {
    if (!isNoDatabase(path)) continue;
    try {
      notes.push(`${path} cannot be read: it is no database. It is kept as ${setAside(path, Date.now())}`);
    } catch (error) {
      return err(describeFolderError(dirname(path), error));
    }
  }
  for (const path of databases) {
    const fault = await findOpeningFault(path);
    // The recorder keeps a damaged one aside, and waits for one that is in use.
    if (fault?.kind === "store-unfit" || fault?.kind === "store-unreadable") return err(fault);
  }
  const files = databases.flatMap((path) => [path, `${path}-wal`]);
  for (const file of files) {
    try {
      mkdirSync(dirname(file), { recursive: true });
      if (!existsSync(file)) writeFileSync(file, "");
    } catch (error) {
      return err(describeFolderError(dirname(file), error));
    }
  }
  const own = join(projectRoot, ".agentfs");
  const inProject = databases.map((path) => nameInProject(projectRoot, path)).filter((name) => name !== null);
  return ok({
    notes,
    protectedPaths: [runsFolder(projectRoot), ...(existsSync(own) ? [own] : []), ...files],
    gitPatterns: [
      RUNS_PATTERN,
      ...inProject.map(escapeName).flatMap((name) => [name, `${name}-*`, `${name}.corrupt-*`]),
    ],
  });
}

export function describeFolderError(path: string, error: unknown): FolderProblem {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return code === "ENOSPC" || code === "EDQUOT" ? { kind: "disk-full", path } : { kind: "folder-unusable", path, code };
}
