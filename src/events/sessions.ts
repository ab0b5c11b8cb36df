import { readdirSync, statSync } from "node:fs";
import { isSessionName } from "../core/ids.ts";
import { runsFolder, type SessionPaths, sessionPaths } from "../core/paths.ts";
import { parseLine, peekLine } from "./line.ts";
import { readRawLines } from "./read.ts";

/** A session that has a journal, with the time of its first event. */
export interface SessionEntry {
  readonly paths: SessionPaths;
  readonly startedAt: string;
}

/** Every session of a project folder, newest first; none when there was no run yet. */
export function listSessions(projectRoot: string): SessionEntry[] {
  const entries: SessionEntry[] = [];
  let names: string[] = [];
  try {
    names = readdirSync(runsFolder(projectRoot));
  } catch {
    return [];
  }
  for (const name of names.filter(isSessionName)) {
    const paths = sessionPaths(projectRoot, name);
    const startedAt = hasJournal(paths) ? readStart(paths) : null;
    if (startedAt !== null) entries.push({ paths, startedAt });
  }
  return entries.sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
}

/** When the first event came; null where there is none, or nobody lets us read it. */
function readStart({ journal }: SessionPaths): string | null {
  try {
    for (const { line } of readRawLines(journal)) {
      // The first event holds the whole plan: of all sessions, that is too much to parse for a time.
      const at = peekLine(line)?.at ?? parseLine(line)?.at;
      if (at !== undefined) return at;
    }
  } catch {
    // Somebody else's run in a shared folder is no reason not to see one's own.
  }
  return null;
}

/** What is no file there, a folder or a pipe, is nobody's run. */
export function hasJournal({ journal }: SessionPaths): boolean {
  try {
    return statSync(journal).isFile();
  } catch {
    return false;
  }
}

/** The session that a command means when it names none. */
export function newestSession(projectRoot: string): SessionPaths | null {
  return listSessions(projectRoot)[0]?.paths ?? null;
}
