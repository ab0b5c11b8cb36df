import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { RUN_VARIABLE, TURN_VARIABLE } from "../../process/record.ts";
import type { BackendContext } from "../backend.ts";

const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

/** Codex's home: its login, configuration and threads. */
export const codexHome = (env: BackendContext["env"]): string =>
  env.CODEX_HOME || join(env.HOME || homedir(), ".codex");

export interface CodexEnvironment {
  readonly context: BackendContext;
  readonly turn: string;
  readonly toolsFolder: string | null;
  readonly guard: Readonly<Record<string, string>>;
}

/** The whole environment of a turn's codex: ours, the marks that its processes are found by, and the guard's order. */
export function codexEnvironment({ context, turn, toolsFolder, guard }: CodexEnvironment): Record<string, string> {
  const own = Object.fromEntries(
    Object.entries(context.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const direct = [own.NO_PROXY ?? own.no_proxy ?? "", ...LOOPBACK].filter((name) => name !== "").join(",");
  const path = own.PATH ?? "/usr/bin:/bin";
  return {
    ...own,
    PATH: toolsFolder === null ? path : `${toolsFolder}${delimiter}${path}`,
    CODEX_HOME: codexHome(own),
    // A proxy is for the world outside; a dead one would otherwise keep codex from a server on this machine.
    NO_PROXY: direct,
    no_proxy: direct,
    [RUN_VARIABLE]: context.runMarker,
    [TURN_VARIABLE]: turn,
    ...guard,
  };
}

/** The workspace and every repository around it, also by their real paths: codex asks for trust by any of them. */
export function listProjectFolders(workspace: string): string[] {
  const folders = new Set([workspace]);
  for (const start of [workspace, realpathSync(workspace)]) {
    folders.add(start);
    for (let folder = start; ; folder = dirname(folder)) {
      if (existsSync(join(folder, ".git"))) folders.add(folder);
      if (dirname(folder) === folder) break;
    }
  }
  return [...folders];
}
