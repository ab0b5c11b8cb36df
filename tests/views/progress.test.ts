import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LastActions } from "../../src/views/progress/last_action.ts";
import { drawTree } from "../../src/views/progress/live_tree.ts";
import { applyToRun, createRunRecord, foldRun } from "../../src/views/run_state.ts";
import { PLAIN } from "../../src/views/style.ts";
import { measureWidth } from "../../src/views/terminal_text.ts";
import { readStory } from "./story.ts";

const child = join(import.meta.dir, "progress_child.ts");

async function runPlain(...args: string[]): Promise<string> {
  const run = Bun.spawn([process.execPath, child, ...args], { stdin: "ignore", env: { ...process.env, TZ: "UTC" } });
  const text = await new Response(run.stdout).text();
  expect(await run.exited).toBe(7);
  return text;
}

function drawAt(seq: number, size = { columns: 100, rows: 30 }): string[] {
  const run = createRunRecord();
  const actions = new LastActions();
  for (const event of readStory().slice(0, seq)) {
    applyToRun(run, event);
    actions.add(event);
  }
  return drawTree({ run, actions, style: PLAIN, nowMs: run.lastAtMs + 2000, tick: 0, ...size });
}

test("the tree says who runs, in which phase, how long, and what it does", () => {
  const bunTest = readStory().findIndex((event) => event.type === "turn.item" && event.item.kind === "warning");
  const lines = drawAt(bunTest);
  expect(lines[0]).toBe("run-20261124-040000-1f3a  3 of 6 done · 1 running · 25s · 55.0k in, 1.4k out");
  expect(lines[1]?.trimEnd()).toBe("  ✓ planner        10s  12.0k");
  expect(lines[4]).toMatch(/^ {2}\S api {13}3s {9}work {2}\$ bun test$/);
  expect(lines[5]).toContain("· page");
  expect(lines[5]).toContain("after api");
});

test.each([
  { columns: 40, rows: 30 },
  { columns: 20, rows: 5 },
])("the tree stays within %p", (size) => {
  for (let seq = 1; seq <= readStory().length; seq++) {
    const lines = drawAt(seq, size);
    expect(lines.length).toBeLessThan(size.rows);
    for (const line of lines) expect(measureWidth(line)).toBeLessThan(size.columns);
  }
});

test("without a terminal there is a line for each step, the same as in the timeline", async () => {
  const golden = readFileSync(join(import.meta.dir, "../fixtures/golden/timeline.log"), "utf8");
  expect(await runPlain()).toBe(golden);
});

test("--stream shows what happens within turns behind the agent's name, --debug-prompt the prompts' sizes", async () => {
  const streamed = await runPlain("stream");
  expect(streamed).toContain("planner │ 04:00:02  $ ls -la && git status --short\n");
  expect(streamed).toContain("api │           │ expected 200, got 404\n");
  expect(streamed).toContain("04:00:30  ○ docs  skipped: page failed\n");
  expect(streamed).not.toContain("\x1b");
  const plain = await runPlain("", "debug");
  expect(plain.match(/prompt: [\d,]+ characters?, [\d,]+ bytes?, \d+ lines?/g)?.length).toBe(9);
});

test("a reader that goes away ends the view, not the run", async () => {
  const run = Bun.spawn(
    ["bash", "-c", `"$0" "$1" stream | head -1; exit "\${PIPESTATUS[0]}"`, process.execPath, child],
    {
      stderr: "pipe",
    },
  );
  expect(await new Response(run.stderr).text()).toBe("");
  expect(await run.exited).toBe(7);
});

test("in a terminal the tree ends with the cursor shown, and what matters stays above it", async () => {
  const chunks: Buffer[] = [];
  const run = Bun.spawn([process.execPath, child], {
    env: { ...process.env, TERM: "xterm-256color", CI: undefined, NO_COLOR: undefined },
    terminal: { cols: 100, rows: 30, data: (_terminal, bytes) => chunks.push(Buffer.from(bytes)) },
  });
  expect(await run.exited).toBe(7);
  const screen = Buffer.concat(chunks).toString();
  const story = foldRun(readStory());
  for (const id of story.agents.keys()) expect(screen).toContain(id);
  expect(screen).toContain("blueprint rejected");
  expect(screen.lastIndexOf("\x1b[?25h")).toBeGreaterThan(screen.lastIndexOf("\x1b[?25l"));
});
