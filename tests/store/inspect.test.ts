import { afterAll, expect, test } from "bun:test";
import { join } from "node:path";
import { renderTable } from "../../src/cli/artifact_table.ts";
import { parseSince } from "../../src/cli/commands/memory.ts";
import type { Artifact } from "../../src/store/artifact.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { RecordedRun } from "./recorded_run.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const entry = join(import.meta.dir, "../cli/program_entry.ts");

async function recordRun(): Promise<void> {
  const run = new RecordedRun(folder.path);
  run.turn("planner");
  run.turn("builder");
  run.finish();
  const recorder = run.start();
  expect((await recorder.caughtUp(run.seq)).ok).toBe(true);
  await recorder.stop();
  await run.close();
}

function call(command: readonly string[]) {
  const env = { ...process.env, NO_COLOR: "1" };
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, ...command], { cwd: folder.path, env });
  return { stdout: stdout.toString(), stderr: stderr.toString(), exitCode };
}

test("memory inspect and agentfs read print what a run has left", async () => {
  expect(call([entry, "memory", "inspect"])).toMatchObject({ stdout: "", exitCode: 0 });
  await recordRun();
  const table = call([entry, "memory", "inspect"]);
  expect(table.stdout.split("\n")[1]).toContain("builder");
  expect(table.stdout).not.toContain("\x1b");
  const json = call([entry, "memory", "inspect", "--agent", "planner", "--json"]);
  expect(JSON.parse(json.stdout)).toMatchObject([{ agent: "planner", type: "plan", content: "Answer of planner 1" }]);
  expect(call([entry, "memory", "inspect", "--limit", "1", "--content"]).stdout).toContain("Answer of builder 1");
  expect(call([entry, "memory", "inspect", "--since", "yesterday"])).toMatchObject({ exitCode: 2 });
  const reader = join(import.meta.dir, "../../scripts/agentfs_reader.ts");
  const turns = JSON.parse(call([reader, "--agent", "planner", "--events", "--json"]).stdout);
  expect(turns).toMatchObject([{ agent: "planner", prompt: "Prompt of planner 1", response: "Answer of planner 1" }]);
  expect(turns[0].events.length).toBe(3);
});

test("--since takes an age or a date", () => {
  const nowMs = Date.UTC(2026, 10, 24);
  expect(parseSince("2d", nowMs)).toBe(nowMs - 2 * 86_400_000);
  expect(parseSince("90m", nowMs)).toBe(nowMs - 90 * 60_000);
  expect(parseSince("2026-11-01", nowMs)).toBe(Date.UTC(2026, 10, 1));
  expect(parseSince("soon", nowMs)).toBeNaN();
});

test("the table fits the terminal, and no text can take it over", () => {
  const artifact: Artifact = {
    id: "x",
    agent: "planner",
    type: "plan",
    session: "demo",
    tags: ["a", "b"],
    createdAt: "2026-11-24T04:16:17.123Z",
    content: `\x1b]0;title\x07漢字${"long ".repeat(50)}`,
    relatedArtifacts: [],
  };
  const lines = renderTable([artifact], { width: 60, color: false }).split("\n");
  for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(60);
  expect(lines.join("")).not.toContain("\x1b");
});
