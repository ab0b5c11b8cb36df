import { isAbsolute, join, resolve } from "node:path";
import type { SettingsRecord } from "../config/settings.ts";

const MEMORY_FILE = "artifacts.agentfs.db";
const DEFAULT_ACTIONS_ID = "agent-db";

/** The memory database of a project: `memory/artifacts.agentfs.db`, or the same file in the folder the user named. */
export function memoryPath(projectRoot: string, memoryDir: string | null | undefined): string {
  return join(inProject(projectRoot, memoryDir ?? "memory"), MEMORY_FILE);
}

/** The action log of a project: `--agentfs-path`, else `.agentfs/<id>.db`. */
export function actionsPath(projectRoot: string, settings: SettingsRecord): string {
  if (settings.agentfsPath) return inProject(projectRoot, settings.agentfsPath);
  return join(projectRoot, ".agentfs", `${settings.agentfsId ?? DEFAULT_ACTIONS_ID}.db`);
}

const inProject = (projectRoot: string, path: string): string => (isAbsolute(path) ? path : resolve(projectRoot, path));
