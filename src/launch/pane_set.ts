import type { Pane, ZellijClient } from "zellij-toolkit";
import type { SessionPaths } from "../core/paths.ts";
import type { Event } from "../events/event.ts";
import { addAgents, type PaneAgents } from "../views/layout/agents.ts";
import { choosePlace, SPAWNED_TAB, TIMELINE } from "../views/layout/tabs.ts";
import { followCommand } from "./pane_commands.ts";
import { agentOf } from "./zellij_session.ts";

export interface PaneSetParts {
  readonly paths: SessionPaths;
  readonly client: Pick<ZellijClient, "panes" | "tabs">;
  readonly noFocus: boolean;
  /**
   * The panes of the plan came with the layout. Zellij is then not asked for them: a session that is quit while
   * somebody asks it something lives on, as if it had been detached from.
   */
  readonly laidOut: boolean;
  readonly note: (line: string) => void;
}

/** The panes of one run in one Zellij session: every agent gets one, once; a pane that a person closes stays closed. */
export class PaneSet {
  #parts: PaneSetParts;
  #agents: PaneAgents = { planned: [], born: [] };
  #hadPane = new Set<string>();
  #marks = new Map<string, string>();
  #shown = new Map<string, string>();

  constructor(parts: PaneSetParts) {
    this.#parts = parts;
  }

  /** Brings the session up to what has happened. */
  async update(events: readonly Event[]): Promise<void> {
    for (const event of events) {
      addAgents(this.#agents, event);
      this.#takeMark(event);
    }
    if (this.#parts.laidOut) for (const name of [TIMELINE, ...this.#agents.planned]) this.#hadPane.add(name);
    const wanted = [TIMELINE, ...this.#agents.planned, ...this.#agents.born].filter((name) => !this.#hadPane.has(name));
    const stale = [...this.#marks].filter(([agent, mark]) => this.#shown.get(agent) !== mark);
    if (wanted.length === 0 && stale.length === 0) return;
    const panes = await this.#listOwn();
    if (!panes) return;
    for (const name of wanted) {
      this.#hadPane.add(name);
      if (!panes.has(name)) await this.#open(name, panes);
    }
    for (const [agent, mark] of stale) {
      const pane = panes.get(agent);
      this.#shown.set(agent, mark);
      if (pane) await this.#parts.client.panes.rename(pane.id, mark === "" ? agent : `${mark} ${agent}`);
    }
  }

  #takeMark(event: Event): void {
    if (event.type === "agent.finished") this.#marks.set(event.agent, "✓");
    else if (event.type === "agent.failed") this.#marks.set(event.agent, "✗");
    else if (event.type === "agent.skipped") this.#marks.set(event.agent, "○");
    // A resume tries again what had failed.
    else if (event.type === "turn.started" && this.#marks.has(event.agent)) this.#marks.set(event.agent, "");
  }

  async #listOwn(): Promise<Map<string, Pane> | null> {
    const { client, paths, note } = this.#parts;
    const listed = await client.panes.list();
    if (!listed.ok) {
      note(listed.error.message);
      return null;
    }
    const own = new Map<string, Pane>();
    for (const pane of listed.value) {
      const name = agentOf(pane, paths);
      if (name !== null) own.set(name, pane);
    }
    return own;
  }

  async #open(name: string, panes: Map<string, Pane>): Promise<void> {
    const { client, paths, noFocus, note } = this.#parts;
    const agentsIn = new Map<string, number>();
    for (const [agent, { tabName }] of panes)
      if (agent !== TIMELINE) agentsIn.set(tabName, (agentsIn.get(tabName) ?? 0) + 1);
    const place = name === TIMELINE ? SPAWNED_TAB : choosePlace(agentsIn);
    const tabs = await client.tabs.list();
    if (!tabs.ok) return note(tabs.error.message);
    const tab = tabs.value.find((entry) => entry.name === place);
    const command = followCommand(paths, name);
    const opened = tab
      ? await client.panes.new({ name, tabId: tab.id, noFocus, command, ...this.#direction(agentsIn.get(place) ?? 0) })
      : await client.tabs.new({ name: place, noFocus, command });
    if (!opened.ok) return note(`no pane for ${name}: ${opened.error.message}`);
    const now = await this.#listOwn();
    const pane = now?.get(name);
    if (!pane) return note(`no pane for ${name}: Zellij does not list it`);
    panes.set(name, pane);
    if (!tab) await client.panes.rename(pane.id, name);
  }

  /** The first goes beneath the timeline; Zellij finds room for the others. */
  #direction(before: number): { direction?: "down" } {
    return before === 0 ? { direction: "down" } : {};
  }
}
