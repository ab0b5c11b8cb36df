import { expect, test } from "bun:test";
import { describePath, findCriticalPath, type PathAgent, type PathWave } from "../../src/views/critical_path.ts";
import { seededRandom } from "../rig/simulator/dice.ts";

const agent = (id: string, durationMs: number, dependsOn: string[] = []): PathAgent => ({ id, dependsOn, durationMs });
const wave = (after: string | null, ...agents: PathAgent[]): PathWave => ({ agents, after });

test("the longest chain counts by time, not by the number of agents", () => {
  const many = [agent("a", 1), agent("b", 1, ["a"]), agent("c", 1, ["b"])];
  expect(findCriticalPath([wave(null, ...many, agent("long", 9))])).toEqual({ agents: ["long"], ms: 9 });
  expect(findCriticalPath([wave(null, ...many, agent("long", 2))])).toEqual({ agents: ["a", "b", "c"], ms: 3 });
  expect(findCriticalPath([])).toEqual({ agents: [], ms: 0 });
});

test("a blueprint's agents come after whoever gave it, and not after others that took longer", () => {
  const core = wave(null, agent("planner", 2), agent("builder", 3, ["planner"]), agent("aside", 9));
  const named = wave("builder", agent("api", 5), agent("page", 4, ["api"]));
  expect(findCriticalPath([core, named])).toEqual({ agents: ["planner", "builder", "api", "page"], ms: 14 });
});

test("the next group comes after the longest way through all before, and after what it depends on", () => {
  const one = wave(null, agent("a", 2), agent("b", 5), agent("c", 2, ["a"]));
  expect(findCriticalPath([one, wave(null, agent("d", 1, ["c"]))])).toEqual({ agents: ["b", "d"], ms: 6 });
});

test("an agent that several waves name stands between them each time", () => {
  const waves = [
    wave(null, agent("a", 2)),
    wave(null, agent("o", 1)),
    wave("o", agent("b", 3)),
    wave(null, agent("o", 1)),
  ];
  expect(findCriticalPath(waves)).toEqual({ agents: ["a", "o", "b", "o"], ms: 7 });
});

test("what took no time lengthens no path, but a dependency stands in it all the same", () => {
  expect(findCriticalPath([wave(null, agent("a", 2), agent("skipped", 0, ["a"]))]).agents).toEqual(["a"]);
  const named = wave("a", agent("quick", 0), agent("b", 1, ["quick"]));
  expect(findCriticalPath([wave(null, agent("a", 2)), named]).agents).toEqual(["a", "quick", "b"]);
});

test("dependencies that do not exist, and a circle, hold nothing up", () => {
  const circle = [agent("x", 5, ["y"]), agent("y", 5, ["x"])];
  expect(findCriticalPath([wave("nobody", agent("a", 2, ["ghost"]), ...circle)])).toEqual({ agents: ["a"], ms: 2 });
});

test("on random graphs it is what trying all ways gives", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 200; round++) {
    const agents = Array.from({ length: 9 }, (_, index) =>
      agent(
        `n${index}`,
        Math.floor(random() * 9),
        index === 0 ? [] : [`n${Math.floor(random() * index)}`, `n${Math.floor(random() * index)}`],
      ),
    );
    const longest = (id: string): number => {
      const { dependsOn, durationMs } = agents[Number(id.slice(1))] ?? agent(id, 0);
      return durationMs + Math.max(0, ...dependsOn.map(longest));
    };
    const path = findCriticalPath([wave(null, ...agents)]);
    expect(path.ms).toBe(Math.max(...agents.map(({ id }) => longest(id))));
    const times = path.agents.map((id) => agents[Number(id.slice(1))]?.durationMs ?? 0);
    expect(times.reduce((sum, ms) => sum + ms, 0)).toBe(path.ms);
  }
});

test("a chain of a hundred thousand is no special case", () => {
  const chain = Array.from({ length: 100_000 }, (_, index) =>
    agent(`n${index}`, 1, index === 0 ? [] : [`n${index - 1}`]),
  );
  expect(findCriticalPath([wave(null, ...chain)])).toMatchObject({ ms: 100_000, agents: { length: 100_000 } });
});

test("a long path keeps its ends", () => {
  const ids = (length: number) => Array.from({ length }, (_, index) => `a${index}`);
  expect(describePath(ids(3))).toBe("a0 → a1 → a2");
  expect(describePath(ids(9)).split(" → ")).toHaveLength(9);
  expect(describePath(ids(20))).toBe("a0 → a1 → a2 → a3 → a4 → 12 more → a17 → a18 → a19");
});
