import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { SessionPaths } from "../core/paths.ts";

/** Who runs a session now, as `owner.json` says. It may be dead: compare pid and start time (process/identity). */
export interface Owner {
  readonly pid: number;
  /** Tells a reused pid from ours. */
  readonly startTime: string;
  /** Every process of the run carries it in its environment. */
  readonly marker: string;
  /** Absolute path of the control socket. */
  readonly socket: string;
}

/** Replaces owner.json in one step, so that a reader never sees half of it. */
export function writeOwner(paths: SessionPaths, owner: Owner): void {
  const temporary = `${paths.owner}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(owner)}\n`);
  renameSync(temporary, paths.owner);
}

/** Null when nobody has run the session yet, or the file is unreadable. */
export function readOwner(paths: SessionPaths): Owner | null {
  try {
    const value = JSON.parse(readFileSync(paths.owner, "utf8")) as Partial<Owner>;
    const { pid, startTime, marker, socket } = value;
    if (typeof pid !== "number" || typeof startTime !== "string") return null;
    if (typeof marker !== "string" || typeof socket !== "string") return null;
    return { pid, startTime, marker, socket };
  } catch {
    return null;
  }
}

/**
 * A socket path that is short enough for every system (about 100 bytes), however deep the project lies, in a folder
 * that only we can enter. Throws when somebody else owns that folder.
 */
export function socketPath(
  paths: SessionPaths,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const { uid } = userInfo();
  const base = [env.XDG_RUNTIME_DIR, tmpdir(), "/tmp"].find((folder) => folder && folder.length < 60) ?? "/tmp";
  const folder = join(base, `codex-squad-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== uid) throw new Error(`${folder} belongs to somebody else`);
  if ((stat.mode & 0o077) !== 0) chmodSync(folder, 0o700);
  return join(folder, `${createHash("sha256").update(paths.folder).digest("hex").slice(0, 16)}.sock`);
}
