import { expect, test } from "bun:test";
import type { EventDraft } from "../../src/events/event.ts";
import { agent, SimulatedRun } from "../rig/simulated_run.ts";

const builder = (id: string) => agent(id, [], { kind: "core", blueprint: true });
const blueprint = (...ids: string[]) =>
  JSON.stringify({ agents: ids.map((id) => ({ id, role: id, prompt: `do ${id}`, dependsOn: [] })) });

/** Both builders have failed, and the resume asks both at the same time. */
function askBothAtOnce(): SimulatedRun {
  const run = new SimulatedRun({
    groups: [
      { id: "one", agents: [builder("first")] },
      { id: "two", agents: [builder("second")] },
    ],
  });
  run.fail("first");
  run.fail("second");
  run.resume();
  expect(run.running).toEqual(["first", "second"]);
  return run;
}

const wavesOf = (run: SimulatedRun) =>
  run.events
    .filter((event): event is Extract<EventDraft, { type: "wave.started" }> => event.type === "wave.started")
    .map(({ wave, group, agents }) => [wave, group, ...agents.map(({ id }) => id)]);

test("two blueprints accepted during an interrupt are both built at the resume, each as its own wave", () => {
  const run = askBothAtOnce();
  run.interrupt();
  run.finish("first", blueprint("a", "b"));
  run.finish("second", blueprint("c"));
  expect(run.end).toEqual({ state: "stopped", exitCode: 4 });
  run.resume();
  expect(wavesOf(run).slice(2)).toEqual([
    [2, "one", "a", "b"],
    [3, "two", "c"],
  ]);
  expect(run.events.filter(({ type }) => type === "blueprint.accepted")).toMatchObject([{ wave: 2 }, { wave: 3 }]);
  expect(run.state.agents.get("a")?.bornBy).toBe("first");
  expect(run.state.agents.get("c")?.bornBy).toBe("second");
  for (const id of ["a", "b", "c"]) run.finish(id);
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});

test("a blueprint may not name agents of one that waits for its wave", () => {
  const run = askBothAtOnce();
  run.interrupt();
  run.finish("first", blueprint("a"));
  run.finish("second", blueprint("a"));
  const rejected = run.events.find(({ type }) => type === "blueprint.rejected");
  expect(rejected).toMatchObject({ agent: "second", faults: ['agent "a" exists in this run already'] });
});

test("a journal in which a blueprint was lost to a later one replays, and its wave is built after all", () => {
  const run = askBothAtOnce();
  run.interrupt();
  run.finish("first", blueprint("a"));
  run.finish("second", blueprint("c"));
  const lost = run.events.findLast(({ type }) => type === "blueprint.accepted");
  const [, , first] = run.events.filter(({ type }) => type === "turn.started");
  expect([lost, first]).toMatchObject([{ agent: "second" }, { agent: "first" }]);
  // As it was written when the later blueprint took the place of the earlier one.
  run.record({ type: "run.resumed", version: "0", pid: 3 });
  run.record({ type: "wave.started", wave: 2, group: "two", agents: [agent("c")] });
  run.resume();
  expect(run.state.agents.get("c")?.bornBy).toBe("second");
  expect(wavesOf(run).slice(2)).toEqual([
    [2, "two", "c"],
    [3, "one", "a"],
  ]);
  for (const id of run.running) run.finish(id);
  expect(run.end).toEqual({ state: "finished", exitCode: 0 });
});
