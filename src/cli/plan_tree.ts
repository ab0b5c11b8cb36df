import type { Settings } from "../config/settings.ts";
import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import { levels } from "../plan/graph.ts";
import { modesOf } from "../plan/modes.ts";
import type { GroupPlan, Plan } from "../plan/plan.ts";
import type { Style } from "../views/style.ts";

/** Where a run would keep what it leaves behind; null is what the settings turn off. */
export interface Storage {
  readonly journal: string;
  readonly logs: string;
  readonly memory: string;
  readonly actionLog: string | null;
}

export interface PlanPage {
  readonly plan: Plan;
  readonly settings: Settings;
  readonly prompt: string | null;
  readonly projectRoot: string;
  readonly storage: Storage;
  readonly source: string | null;
  readonly style: Style;
}

/** The plan as a tree for a person: groups, agents, who waits for whom, and where things will be. */
export function describePlan(page: PlanPage): string {
  const { plan, settings, prompt, storage, style } = page;
  const facts: [string, string][] = [
    ["Project", page.projectRoot],
    ["Prompt", prompt === null ? style.dim("(none given)") : shorten(prompt)],
    ["Squad", page.source ?? "built in"],
    ["Backend", spellBackend(settings)],
    ["Schedule", `${settings.schedule}, up to ${settings.maxParallel} agents at a time`],
    ["Commands", `network ${settings.network ? "on" : "off"}, web search ${settings.webSearch ? "on" : "off"}`],
  ];
  const places: [string, string][] = [
    ["Journal", storage.journal],
    ["Logs", storage.logs],
    ["Memory", storage.memory],
    ["Action log", storage.actionLog ?? style.dim("off (--no-agentfs)")],
  ];
  const groups = plan.groups.flatMap((group) => [
    "",
    style.bold(`Group ${group.id}`) + style.dim(describeModes(group)),
    ...drawGroup(group, page),
  ]);
  return [...facts.map(toLine), ...groups, "", ...places.map(toLine)].join("\n");
}

const toLine = ([name, value]: readonly [string, string]): string => `${`${name}:`.padEnd(12)}${value}`;

/** `  autonomous, up to 3 waves · relay with notes`; nothing where no mode is on. */
function describeModes(group: GroupPlan): string {
  const { parallel, autonomous, maxWaves, relay } = modesOf(group);
  const modes = [
    ...(parallel ? ["parallel"] : []),
    ...(autonomous ? [`autonomous, up to ${maxWaves} ${maxWaves === 1 ? "wave" : "waves"}`] : []),
    ...(relay ? [`relay${relay.requireHandoffNote ? " with notes" : ""}`] : []),
  ];
  return modes.length === 0 ? "" : `  ${modes.join(" · ")}`;
}

function drawGroup(group: GroupPlan, { style, settings }: PlanPage): string[] {
  const agents = group.agents.filter(({ kind }) => kind !== "orchestrator");
  const { parallel, autonomous } = modesOf(group);
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  const order = levels(agents)
    .flat()
    .flatMap((id) => byId.get(id) ?? []);
  const hasMore = autonomous || agents.some((agent) => agent.blueprint);
  const lines = order.map((agent, at) => {
    const last = at === order.length - 1 && !hasMore;
    const after = agent.dependsOn.length > 0 ? `after ${agent.dependsOn.join(", ")}` : "at once";
    const turns = agent.followUpEnabled ? "2 turns" : "1 turn";
    const details = [after, turns, agent.sandbox, agent.model ?? "model of Codex"].join(" · ");
    return `${last ? "└─" : "├─"} ${agent.id}${style.dim(`  ${agent.role} · ${details}`)}`;
  });
  const builder = agents.find((agent) => agent.blueprint);
  const sandbox = settings.sandbox ?? "workspace-write";
  const born: [who: string, details: string][] = [];
  if (builder) {
    const atOnce = parallel ? "4 specialists at once" : "up to 4 specialists";
    born.push([atOnce, `from ${builder.id}'s blueprint · 1 turn each · ${sandbox}`]);
    if (!autonomous) born.push(["continuation", "only after a straight chain of them · names up to 4 implementers"]);
  }
  if (autonomous) born.push([ORCHESTRATOR_ID, "after each wave · names up to 4 more specialists, or nobody"]);
  const newcomers = born.map(
    ([who, details], at) => `${at === born.length - 1 ? "└─" : "├─"} ${who}${style.dim(`  ${details}`)}`,
  );
  return [...lines, ...newcomers];
}

function spellBackend({ backend, baseUrl, scenario }: Settings): string {
  if (backend === "scripted") return `scripted (scenario ${scenario ?? "built in"})`;
  return baseUrl === null ? backend : `${backend} at ${baseUrl}`;
}

function shorten(prompt: string): string {
  const oneLine = prompt.replace(/\s+/g, " ").trim();
  return oneLine.length > 100 ? `${oneLine.slice(0, 99)}…` : oneLine;
}
