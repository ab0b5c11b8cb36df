import { callZellij, plain, type ZellijContext } from "./command.ts";
import { checkSessionName } from "./ids.ts";
import { fail, ok, type Result } from "./result.ts";

export interface SessionEntry {
  readonly name: string;
  /** Ended, kept by Zellij for resurrection. */
  readonly exited: boolean;
  /** The one that this process runs in. */
  readonly current: boolean;
}

/** Sessions as a whole: there is one server process for each. */
export class SessionManager {
  #context: ZellijContext;

  constructor(context: ZellijContext) {
    this.#context = context;
  }

  /** All sessions, ended ones included. */
  async list(): Promise<Result<SessionEntry[]>> {
    const listed = await callZellij(this.#context, { args: ["list-sessions", "--no-formatting"] });
    if (!listed.ok) return listed.error.kind === "no-session" ? ok([]) : listed;
    return ok(parseSessions(listed.value));
  }

  /** True for a session that is alive. */
  async exists(name: string): Promise<Result<boolean>> {
    const listed = await this.list();
    return listed.ok ? ok(listed.value.some((entry) => entry.name === name && !entry.exited)) : listed;
  }

  /** Starts a session that nobody looks at; a no-op when it is alive. Without a terminal it measures 50 by 50. */
  async createInBackground(name: string, { configDir }: { configDir?: string } = {}): Promise<Result<void>> {
    const checked = checkSessionName(name);
    if (!checked.ok) return checked;
    const created = await callZellij(this.#context, {
      globals: configDir === undefined ? [] : ["--config-dir", configDir],
      args: ["attach", "--create-background", "--", name],
    });
    if (created.ok) return ok(undefined);
    const alive = await this.exists(name);
    return alive.ok && alive.value ? ok(undefined) : created;
  }

  /** Ends a living session and everything in its panes (they get SIGHUP). */
  async kill(name: string): Promise<Result<void>> {
    return this.#end(name, (checked) => ["kill-session", "--", checked]);
  }

  /** Removes an ended session; `force` ends a living one first. */
  async delete(name: string, { force = false }: { force?: boolean } = {}): Promise<Result<void>> {
    return this.#end(name, (checked) => ["delete-session", ...(force ? ["--force"] : []), "--", checked]);
  }

  /** How many terminals look at the client's session now. */
  async countClients(): Promise<Result<number>> {
    const listed = await callZellij(this.#context, { args: ["action", "list-clients"], inSession: true });
    if (!listed.ok) return listed;
    const lines = plain(listed.value).split("\n");
    if (!lines[0]?.startsWith("CLIENT_ID")) return fail("bad-output", `list-clients printed: ${lines[0] ?? ""}`);
    return ok(lines.slice(1).filter((line) => line.trim() !== "").length);
  }

  async #end(name: string, argsFor: (name: string) => string[]): Promise<Result<void>> {
    const checked = checkSessionName(name);
    if (!checked.ok) return checked;
    const ended = await callZellij(this.#context, { args: argsFor(checked.value) });
    return ended.ok ? ok(undefined) : ended;
  }
}

/** One session a line: `NAME [Created 3s ago] (current)` or `NAME [Created ...] (EXITED - attach to resurrect)`. */
export function parseSessions(text: string): SessionEntry[] {
  const entries: SessionEntry[] = [];
  for (const line of plain(text).split("\n")) {
    const at = line.lastIndexOf(" [Created ");
    if (at <= 0) continue;
    const state = line.slice(at);
    entries.push({ name: line.slice(0, at), exited: state.includes("(EXITED"), current: state.includes("(current)") });
  }
  return entries;
}
