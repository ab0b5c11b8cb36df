import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import type { Observation } from "../scheduler/run.ts";
import type { RunState } from "../scheduler/state.ts";

/** Paths that are named; of the rest only how many. */
const MOST_FILES = 40;
/** A folder without git that has more than this is not looked through. */
const MOST_ENTRIES = 20_000;
const GIT_LIMIT_MS = 20_000;
/** Never a work of agents, and often large. */
const PASSED_OVER: ReadonlySet<string> = new Set([".git", "node_modules"]);

/** Path and whatever changes when the file does. */
type Stamps = ReadonlyMap<string, string>;

/**
 * Looks at what has become of the project's files since the last look. With git those that differ from the commit are
 * enough; without, all of them are looked at. Reads no contents, and takes no lock of git's.
 */
export function makeObserver(
  projectRoot: string,
  /** Our own data. */
  passedOver: readonly string[],
): (state: RunState) => Promise<Observation> {
  let before: Stamps | null = null;
  return async (state) => {
    const now = (await readGitStamps(projectRoot)) ?? readFolderStamps(projectRoot, new Set(passedOver));
    if (now === null) return { changed: null, files: [], more: 0, digest: null };
    const digest = Bun.SHA256.hash(JSON.stringify([...now].sort()), "hex");
    const last = state.observations.at(-1)?.digest ?? null;
    const files = before === null ? [] : findDifferences(before, now);
    before = now;
    return {
      changed: last === null ? null : last !== digest,
      files: files.slice(0, MOST_FILES),
      more: Math.max(0, files.length - MOST_FILES),
      digest,
    };
  };
}

function findDifferences(before: Stamps, now: Stamps): string[] {
  const paths = new Set([...before.keys(), ...now.keys()]);
  return [...paths].filter((path) => path !== HEAD && before.get(path) !== now.get(path)).sort();
}

/** Stands among the paths for the commit itself. */
const HEAD = "";

async function readGitStamps(projectRoot: string): Promise<Stamps | null> {
  const top = await askGit(projectRoot, ["rev-parse", "--show-toplevel"]);
  if (top === null) return null;
  const status = await askGit(projectRoot, ["status", "--porcelain=v1", "-z", "--untracked-files=all", "--", "."]);
  if (status === null) return null;
  const stamps = new Map([[HEAD, (await askGit(projectRoot, ["rev-parse", "HEAD"])) ?? "no commit"]]);
  const fields = status.split("\0");
  for (let at = 0; at < fields.length; at++) {
    const field = fields[at] ?? "";
    if (field === "") continue;
    const full = join(top.trim(), field.slice(3));
    stamps.set(relative(projectRoot, full), `${field.slice(0, 2)} ${readStamp(full)}`);
    // A rename has its old name in a field of its own.
    if (field.startsWith("R")) at += 1;
  }
  return stamps;
}

async function askGit(cwd: string, args: readonly string[]): Promise<string | null> {
  try {
    const child = Bun.spawn(["git", ...args], {
      cwd,
      env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      timeout: GIT_LIMIT_MS,
    });
    const [text, code] = await Promise.all([child.stdout.text(), child.exited]);
    return code === 0 ? text : null;
  } catch {
    return null;
  }
}

/** Null for a folder that is too large to look through, or that cannot be read. */
function readFolderStamps(projectRoot: string, passedOver: ReadonlySet<string>): Stamps | null {
  const stamps = new Map<string, string>();
  const folders = [projectRoot];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    let entries: Dirent[];
    try {
      entries = readdirSync(folder, { withFileTypes: true });
    } catch {
      return null;
    }
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (PASSED_OVER.has(entry.name) || passedOver.has(path)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) stamps.set(relative(projectRoot, path), readStamp(path));
      if (stamps.size + folders.length > MOST_ENTRIES) return null;
    }
  }
  return stamps;
}

function readStamp(path: string): string {
  try {
    const { size, mtimeMs, mode } = lstatSync(path);
    return `${size} ${mtimeMs} ${mode}`;
  } catch {
    return "gone";
  }
}
