import { err, ok, type Result } from "../core/result.ts";
import { listFiles, readText } from "./agentfs_file.ts";
import type { TurnRecord } from "./fold.ts";
import { cleanPart } from "./names.ts";
import type { StoreProblem } from "./problem.ts";
import { readSnapshot } from "./snapshot.ts";

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
  const outcome = await readSnapshot(path, (database) => {
    const files = listFiles(database, filter.session ? `/runs/${cleanPart(filter.session)}` : "/runs");
    const turns = new Map<string, ActionTurn & { readonly stamp: string }>();
    const eventFiles = new Map(
      files.flatMap((file) => (isIn(file.path, "events") ? [[turnKey(file.path), file]] : [])),
    );
    for (const file of files) {
      const inAgents = isIn(file.path, "agents");
      if (!inAgents && !(filter.events && isIn(file.path, "events"))) continue;
      const { agent, stamp } = splitPath(file.path);
      if (filter.agent && agent !== cleanPart(filter.agent)) continue;
      const key = turnKey(file.path);
      if (inAgents || !turns.has(key)) turns.set(key, { path: file.path, agent, stamp });
    }
    const newest = [...turns].sort(([, a], [, b]) => (a.stamp < b.stamp ? 1 : a.stamp > b.stamp ? -1 : 0));
    return newest.slice(0, filter.limit ?? newest.length).map(([key, { path: file, agent }]): ActionTurn => {
      const stored = isIn(file, "agents") ? files.find((candidate) => candidate.path === file) : undefined;
      const record = stored ? (JSON.parse(readText(database, stored)) as TurnRecord) : {};
      const eventFile = filter.events ? eventFiles.get(key) : undefined;
      const events = eventFile ? parseLines(readText(database, eventFile)) : [];
      return { path: file, agent, ...record, ...(filter.events ? { events } : {}) };
    });
  });
  if (outcome.ok) return outcome;
  return outcome.error.kind === "store-missing" ? ok([]) : err(outcome.error);
}

/** `/runs/<session>/<folder>/<agent>/<stamp>__<phase>-<attempt>.<extension>` */
function splitPath(path: string): { session: string; agent: string; stamp: string; turn: string } {
  const [, , session = "", , agent = "", file = ""] = path.split("/");
  const [stamp = "", turn = ""] = file.split("__");
  return { session, agent, stamp, turn: turn.replace(/\.jsonl?$/, "") };
}

function turnKey(path: string): string {
  const { session, agent, turn } = splitPath(path);
  return `${session}/${agent}/${turn}`;
}

const isIn = (path: string, folder: "agents" | "events"): boolean => path.split("/")[3] === folder;

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
