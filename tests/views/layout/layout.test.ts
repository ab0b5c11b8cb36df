// needs zellij
import { expect, test } from "bun:test";
import { convertJsonToKdl, ZellijClient } from "zellij-toolkit";
import { makeLayout } from "../../../src/views/layout/layout.ts";
import { choosePlace, placeAgents } from "../../../src/views/layout/tabs.ts";

const names = (count: number, prefix: string) => Array.from({ length: count }, (_, at) => `${prefix}${at + 1}`);
const layout = (planned: readonly string[], born: readonly string[], projectRoot = "/p") =>
  makeLayout({
    session: "s",
    projectRoot,
    planned,
    born,
    follow: (name) => [`${projectRoot}/squad`, "logs", name],
    bootstrap: (agent) => [`${projectRoot}/squad`, "__bootstrap", agent],
  });

test("four planned agents in core-logs, the next four with the timeline, then four a tab", () => {
  expect(placeAgents(names(6, "p"), names(7, "b"))).toEqual([
    { name: "core-logs", agents: ["p1", "p2", "p3", "p4"] },
    { name: "spawned-agents", agents: ["p5", "p6", "b1", "b2"] },
    { name: "agent-logs-1", agents: ["b3", "b4", "b5", "b6"] },
    { name: "agent-logs-2", agents: ["b7"] },
  ]);
  expect(placeAgents(["planner"], ["late"])[1]).toEqual({ name: "spawned-agents", agents: ["late"] });
});

test("one agent after the other finds the place that the layout would give it", () => {
  const agentsIn = new Map([["core-logs", 3]]);
  for (const { name, agents } of placeAgents(names(3, "p"), names(13, "b")).slice(1))
    for (const _ of agents) {
      expect(choosePlace(agentsIn)).toBe(name);
      agentsIn.set(name, (agentsIn.get(name) ?? 0) + 1);
    }
  agentsIn.set("agent-logs-1", 2);
  expect(choosePlace(agentsIn)).toBe("agent-logs-1");
});

test("Zellij reads every layout, in folders with names that it would expand or misread too", async () => {
  const zellij = new ZellijClient();
  const roots = ["/p", '/a "b" \\n $HOME/~/{x};', "/$NOT_SET_ANYWHERE"];
  for (const [at, root] of roots.entries())
    for (const count of [0, 1, 3, 4, 9]) {
      const kdl = convertJsonToKdl(layout(names(count, "p"), names(at * 3, "b"), root));
      expect(await zellij.layouts.validate(kdl), kdl).toEqual({ ok: true, value: undefined });
    }
});

test("the first pane starts or joins the run and has the focus; each agent and the timeline have one pane", () => {
  const { tabs = [] } = layout(["planner", "researcher", "builder"], ["north"]);
  const panes = tabs.flatMap((tab) => tab.panes ?? []).flatMap((pane) => pane.panes ?? [pane]);
  expect(panes.map(({ name, args }) => [name, args?.[0]])).toEqual([
    ["planner", "__bootstrap"],
    ["researcher", "logs"],
    ["builder", "logs"],
    ["timeline", "logs"],
    ["north", "logs"],
  ]);
  expect(panes.filter((pane) => pane.focus).map((pane) => pane.name)).toEqual(["planner"]);
});
