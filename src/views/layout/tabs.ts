/** Names of the tabs, by which panes that come later find them. */
export const CORE_TAB = "core-logs";
export const SPAWNED_TAB = "spawned-agents";
const LATER_TAB = "agent-logs-";

/** The pane of the whole run's log. */
export const TIMELINE = "timeline";

/** Agents in one tab; `spawned-agents` holds the timeline besides. */
export const AGENTS_PER_TAB = 4;

export interface TabPlace {
  readonly name: string;
  readonly agents: readonly string[];
}

/**
 * Which agent stands in which tab: the first four that were planned in `core-logs`, the rest of them and then those that
 * were born later in `spawned-agents` and `agent-logs-1`, `-2`, ... The first two tabs are always there.
 */
export function placeAgents(planned: readonly string[], born: readonly string[]): TabPlace[] {
  const later = [...planned.slice(AGENTS_PER_TAB), ...born];
  const tabs: TabPlace[] = [
    { name: CORE_TAB, agents: planned.slice(0, AGENTS_PER_TAB) },
    { name: SPAWNED_TAB, agents: later.slice(0, AGENTS_PER_TAB) },
  ];
  for (let at = AGENTS_PER_TAB; at < later.length; at += AGENTS_PER_TAB)
    tabs.push({ name: laterTab(tabs.length - 1), agents: later.slice(at, at + AGENTS_PER_TAB) });
  return tabs;
}

/** The tab for one more agent: the first with room, which need not exist yet. `agentsIn` counts by a tab's name. */
export function choosePlace(agentsIn: ReadonlyMap<string, number>): string {
  if ((agentsIn.get(SPAWNED_TAB) ?? 0) < AGENTS_PER_TAB) return SPAWNED_TAB;
  for (let number = 1; ; number++) {
    const name = laterTab(number);
    if ((agentsIn.get(name) ?? 0) < AGENTS_PER_TAB) return name;
  }
}

const laterTab = (number: number): string => `${LATER_TAB}${number}`;
