import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { withoutZellij } from "zellij-toolkit";
import type { SessionPaths } from "../core/paths.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** Sockets have paths of 104 bytes at most on macOS, 108 on Linux; some of it is Zellij's own folders. */
const LONGEST_SOCKET_PATH = 100;
const ZELLIJ_OWN_FOLDERS = "/contract_version_1/";

/**
 * The environment for Zellij: nothing that says that we are inside another session, and a short folder for its sockets
 * where the usual one would make the session's socket path too long. The same for the same session every time.
 */
export function zellijEnvironment(env: Env, session: string): Env {
  const clean = withoutZellij(env);
  const { uid } = userInfo();
  const runtime = env.XDG_RUNTIME_DIR;
  const usual = env.ZELLIJ_SOCKET_DIR ?? (runtime ? join(runtime, "zellij") : join(tmpdir(), `zellij-${uid}`));
  const length = Buffer.byteLength(usual) + ZELLIJ_OWN_FOLDERS.length + Buffer.byteLength(session);
  return length <= LONGEST_SOCKET_PATH ? clean : { ...clean, ZELLIJ_SOCKET_DIR: `/tmp/codex-squad-zellij-${uid}` };
}

/**
 * Flags for Zellij's configuration: none where the user has one. Where there is none Zellij would write a file into the
 * home folder that has our layout's settings in it, so it gets a folder of ours. (`--config FILE` is no way out: with no
 * configuration folder Zellij then silently ignores the layout.)
 */
export function configFlags(paths: SessionPaths, env: Env): string[] {
  if (env.ZELLIJ_CONFIG_DIR || env.ZELLIJ_CONFIG_FILE) return [];
  if (configFolders(env).some((folder) => existsSync(join(folder, "config.kdl")))) return [];
  const own = join(paths.folder, "zellij");
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, "config.kdl"), "show_startup_tips false\nshow_release_notes false\n");
  return ["--config-dir", own];
}

function configFolders(env: Env): string[] {
  const home = env.HOME ?? homedir();
  return [
    join(env.XDG_CONFIG_HOME ?? join(home, ".config"), "zellij"),
    ...(process.platform === "darwin"
      ? [join(home, "Library/Application Support/org.Zellij-Contributors.Zellij")]
      : []),
  ];
}
