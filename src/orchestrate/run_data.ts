import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Settings } from "../config/settings.ts";
import { runsFolder } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import { actionsPath, memoryPath } from "../store/locations.ts";
import { escapeName, nameInProject } from "./git_exclude.ts";

export type FolderProblem =
  | { readonly kind: "folder-unusable"; readonly path: string; readonly code: string }
  | { readonly kind: "disk-full"; readonly path: string };

/** The run's own data: what no agent may write, and what git shall not show. */
export interface RunData {
  /** Absolute. All of them exist: a sandbox rule about a missing path would leave an empty folder in its place. */
  readonly protectedPaths: readonly string[];
  /** Patterns of git, from the project folder on. */
  readonly gitPatterns: readonly string[];
}

/** Makes what the sandbox rules name, before the first agent starts. */
export function prepareRunData(projectRoot: string, settings: Settings): Result<RunData, FolderProblem> {
  const memory = memoryPath(projectRoot, settings.memoryDir);
  const databases = settings.agentfs ? [memory, actionsPath(projectRoot, settings)] : [memory];
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
    protectedPaths: [runsFolder(projectRoot), ...(existsSync(own) ? [own] : []), ...files],
    gitPatterns: [
      ".orchestrator/",
      ...inProject.map(escapeName).flatMap((name) => [name, `${name}-*`, `${name}.corrupt-*`]),
    ],
  });
}

export function describeFolderError(path: string, error: unknown): FolderProblem {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  return code === "ENOSPC" || code === "EDQUOT" ? { kind: "disk-full", path } : { kind: "folder-unusable", path, code };
}
