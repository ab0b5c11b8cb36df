import { expect, test } from "bun:test";
import { join } from "node:path";
import type { BenchReport } from "./report.ts";

const bench = (...args: string[]) =>
  Bun.spawnSync([process.execPath, join(import.meta.dir, "main.ts"), ...args], { stdin: "ignore" });

test("a benchmark gives one JSON document with machine, rows and goals", () => {
  const { exitCode, stdout } = bench("schedule", "--quick", "--json");
  expect(exitCode).toBe(0);
  const document = JSON.parse(stdout.toString()) as { machine: object; benchmarks: BenchReport[] };
  expect(document.machine).toHaveProperty("cpu");
  expect(document.benchmarks.map(({ name }) => name)).toEqual(["schedule"]);
  const [schedule] = document.benchmarks;
  // Known durations leave nothing to chance: this one is arithmetic, not time.
  expect(schedule?.goals[0]).toMatchObject({ goal: 1.02, bound: "at most", met: true });
  for (const goal of schedule?.goals ?? []) {
    expect(Object.keys(goal)).toEqual(["name", "value", "goal", "bound", "met"]);
    expect(Number.isFinite(goal.value)).toBe(true);
  }
  const graphs = schedule?.rows.filter((row) => row["barrier / ours"] !== undefined) ?? [];
  expect(graphs.length).toBeGreaterThan(0);
  for (const row of graphs) expect(row["barrier / ours"]).toBeGreaterThan(1);
});

test("a benchmark that does not exist is named, and what there is", () => {
  const { exitCode, stderr } = bench("nothing");
  expect(exitCode).toBe(2);
  expect(stderr.toString()).toBe(
    'no benchmark "nothing"; there are: schedule, dispatch, start, ingest, memory, pane, turn, status, resume, audit, cache, starlark\n',
  );
});
