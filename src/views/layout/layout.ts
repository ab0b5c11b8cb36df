import type { LayoutDocument, LayoutPane, LayoutTab } from "zellij-toolkit";
import { placeAgents, TIMELINE } from "./tabs.ts";

/** First line of every layout file of ours: a file without it is the user's and stays. */
export const LAYOUT_MARK = "made by codex-squad";

/** The raw byte of Ctrl+S. */
const CTRL_S = 19;

export interface LayoutParts {
  readonly session: string;
  readonly projectRoot: string;
  /** Agents of the plan, in its order. */
  readonly planned: readonly string[];
  /** Specialists that the run has had since. */
  readonly born: readonly string[];
  /** argv of what a pane shows: an agent's log, or the timeline. */
  readonly follow: (name: string) => readonly string[];
  /** argv of the pane that starts or joins the run first, and then is the log of `agent`. */
  readonly bootstrap: (agent: string) => readonly string[];
}

/** The panes of a session as data: `convertJsonToKdl` makes the file of it. Pure. */
export function makeLayout(parts: LayoutParts): LayoutDocument {
  const { session, projectRoot, planned, born } = parts;
  const [core, spawned, ...later] = placeAgents(planned, born);
  const pane = (name: string): LayoutPane => showing(name, parts.follow(name));
  const [first = TIMELINE, ...rest] = core?.agents ?? [];
  const coreTab: LayoutTab = {
    name: core?.name ?? "",
    focus: true,
    panes: arrange([{ ...showing(first, parts.bootstrap(first)), focus: true }, ...rest.map(pane)]),
  };
  const beneath = (spawned?.agents ?? []).map(pane);
  const spawnedTab: LayoutTab = {
    name: spawned?.name ?? "",
    panes: beneath.length > 0 ? [{ ...pane(TIMELINE), size: "40%" }, ...arrange(beneath)] : [pane(TIMELINE)],
  };
  return {
    comments: [
      `${LAYOUT_MARK}: panes of session ${session}; written anew at each start, yours stays when this line is gone`,
      `by hand: zellij --session ${session} --new-session-with-layout THIS_FILE`,
    ],
    options: {
      session_serialization: false,
      show_startup_tips: false,
      show_release_notes: false,
      on_force_close: "detach",
    },
    keybinds: [
      {
        scope: "shared_except",
        modes: ["locked"],
        binds: [
          {
            keys: ["Ctrl s"],
            // Normal mode first: otherwise the byte would edit a name or a search.
            actions: [
              ["SwitchToMode", "Normal"],
              ["GoToTab", 1],
              ["Write", CTRL_S],
            ],
          },
        ],
      },
    ],
    cwd: projectRoot,
    defaultTabTemplate: [
      { size: 1, borderless: true, plugin: { location: "tab-bar" } },
      { children: true },
      { size: 1, borderless: true, plugin: { location: "status-bar" } },
    ],
    tabs: [coreTab, spawnedTab, ...later.map(({ name, agents }) => ({ name, panes: arrange(agents.map(pane)) }))],
  };
}

function showing(name: string, [command = "", ...args]: readonly string[]): LayoutPane {
  return { name, command, args };
}

/** One pane as it is; more in rows of two. */
function arrange(panes: readonly LayoutPane[]): LayoutPane[] {
  if (panes.length < 2) return [...panes];
  const rows: LayoutPane[] = [];
  for (let at = 0; at < panes.length; at += 2) {
    const row = panes.slice(at, at + 2);
    const [single] = row;
    rows.push(row.length === 1 && single ? single : { splitDirection: "vertical", panes: row });
  }
  return rows;
}
