import { err, ok, type Result } from "../core/result.ts";
import { compareNewest, listFiles, readAgentFs, readText, type StoredFile } from "./agentfs_file.ts";
import type { TurnRecord } from "./fold.ts";
import { cleanPart } from "./names.ts";
import type { StoreProblem } from "./problem.ts";

/** A turn of the action log. One that has not finished is known by its events alone. */
export interface ActionTurn extends Partial<TurnRecord> {
  /** Its file in the database. */
  readonly path: string;
  readonly agent: string;
  readonly events?: readonly ActionEvent[];
}

export interface ActionEvent {
  readonly at: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface ActionFilter {
  readonly session?: string | null;
  readonly agent?: string | null;
  readonly events?: boolean;
  readonly limit?: number | null;
}

/** Turns of an action log, newest first, with their events when wanted; none where there is no file yet. */
export async function readActions(
  path: string,
  filter: ActionFilter = {},
): Promise<Result<ActionTurn[], StoreProblem>> {
  const outcome = await readAgentFs(path, (database) => {
    const files = listFiles(database, filter.session ? `/runs/${cleanPart(filter.session)}` : "/runs");
    const turns = new Map<string, StoredFile>();
    const eventFiles = new Map<string, StoredFile>();
    for (const file of files) {
      const { folder, agent, key } = splitPath(file.path);
      if (filter.agent && agent !== cleanPart(filter.agent)) continue;
      if (folder === "agents") turns.set(key, file);
      if (folder === "events" && filter.events) eventFiles.set(key, file);
    }
    for (const [key, file] of eventFiles) if (!turns.has(key)) turns.set(key, file);
    const newest = [...turns].sort(([, a], [, b]) => compareNewest(a, b));
    return newest.slice(0, filter.limit ?? newest.length).map(([key, file]): ActionTurn => {
      const { folder, agent } = splitPath(file.path);
      const record = folder === "agents" ? (JSON.parse(readText(database, file)) as TurnRecord) : {};
      const eventFile = eventFiles.get(key);
      const events = filter.events ? { events: eventFile ? parseLines(readText(database, eventFile)) : [] } : {};
      return { path: file.path, agent, ...record, ...events };
    });
  });
  if (outcome.ok) return outcome;
  return outcome.error.kind === "store-missing" ? ok([]) : err(outcome.error);
}

/** `/runs/<session>/<folder>/<agent>/<time>__<phase>-<attempt>.<extension>`; the key is the same in both folders. */
function splitPath(path: string): { folder: string; agent: string; key: string } {
  const [, , session = "", folder = "", agent = "", file = ""] = path.split("/");
  const turn = file.slice(file.indexOf("__")).replace(/\.jsonl?$/, "");
  return { folder, agent, key: `${session}/${agent}/${turn}` };
}

/** A snapshot may end within a line that is being written: that one is not there yet. */
function parseLines(text: string): ActionEvent[] {
  return text.split("\n").flatMap((line): ActionEvent[] => {
    try {
      return [JSON.parse(line) as ActionEvent];
    } catch {
      return [];
    }
  });
}
