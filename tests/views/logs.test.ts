import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AgentLog } from "../../src/views/agent_log.ts";
import { createStyle, PLAIN } from "../../src/views/style.ts";
import { measureWidth } from "../../src/views/terminal_text.ts";
import { Timeline } from "../../src/views/timeline.ts";
import {
  agentFinished,
  dateEvents,
  interrupted,
  readStory,
  runFinished,
  spec,
  started,
  turnItem,
  turnStarted,
} from "./story.ts";

const file = { style: PLAIN, columns: () => null };
const golden = (name: string) => readFileSync(join(import.meta.dir, "../fixtures/golden", `${name}.log`), "utf8");
const fold = (log: AgentLog | Timeline, events = readStory()) => events.flatMap((event) => log.add(event));

test.each(["planner", "builder", "api", "docs"])("the log of %s reads as written", (agent) => {
  expect(`${fold(new AgentLog(agent, file)).join("\n")}\n`).toBe(golden(agent));
});

test("the timeline reads as written", () => {
  expect(`${fold(new Timeline(file)).join("\n")}\n`).toBe(golden("timeline"));
});

test("--debug-prompt puts every prompt's size into the timeline", () => {
  const lines = fold(new Timeline({ ...file, debugPrompt: true }));
  expect(lines.filter((line) => line.includes("prompt: ")).length).toBe(9);
  expect(lines).toContain("          prompt: 110 characters, 110 bytes, 8 lines");
});

test.each([40, 100])("no line of a pane is wider than its %d columns, and colours change no text", (columns) => {
  const coloured = fold(new AgentLog("api", { style: createStyle(true), columns: () => columns }));
  const plain = fold(new AgentLog("api", { style: PLAIN, columns: () => columns }));
  // The first two lines are a header of names that are never cut.
  for (const line of plain.slice(2)) expect(measureWidth(line)).toBeLessThanOrEqual(columns);
  expect(coloured.map((line) => Bun.stripANSI(line))).toEqual(plain);
  expect(coloured.join("")).toContain("\x1b[3");
});

test("what an agent or its command prints never reaches the terminal as control", () => {
  const hostile =
    "\x1b[2J\x1b[H\x1b]0;owned\x07\x1b]52;c;ZXZpbA==\x1b\\\x1bPq\x1b\\\x1bc\x9b2J\x9d0;owned\x9c\x07\x08\x7f\x1b[6n\x1b\u202eevil";
  const id = "1";
  const events = dateEvents([
    started([spec("a", [], { role: hostile })], hostile),
    turnStarted("a", "work", hostile),
    turnItem("a", { kind: "message", id, text: `${hostile}\n{"a":"${hostile}"}` }),
    turnItem("a", { kind: "reasoning", id, text: hostile }),
    turnItem("a", { kind: "command", id, command: hostile, output: hostile, exitCode: 1, status: "failed" }),
    turnItem("a", { kind: "files", id, changes: [{ path: hostile, change: "add" }], status: "ok" }),
    turnItem("a", { kind: "tool", id, server: hostile, tool: hostile, input: hostile, output: hostile, status: "ok" }),
    turnItem("a", { kind: "search", id, query: hostile }),
    turnItem("a", { kind: "todo", id, entries: [{ text: hostile, done: true }] }),
    turnItem("a", { kind: "warning", id, message: hostile }),
    { type: "run.notice", message: hostile },
    { type: "agent.skipped", agent: "a", wave: 0, because: hostile },
  ]);
  for (const log of [new AgentLog("a", file), new Timeline(file)]) {
    const text = fold(log, events).join("\n");
    expect(text).toContain("evil");
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(text).not.toContain("owned");
  }
});

test("a long output keeps its head and its end; a progress bar its last state", () => {
  const output = `${Array.from({ length: 500 }, (_, line) => `line ${line}`).join("\n")}\n 1%\r 50%\r100% done\n`;
  const command = { kind: "command", id: "1", command: "make", output, exitCode: 0, status: "ok" } as const;
  const events = dateEvents([started([spec("a")]), turnStarted("a", "work"), turnItem("a", command)]);
  const lines = fold(new AgentLog("a", file), events);
  expect(lines).toContain("          │ line 0");
  expect(lines).toContain("          ┆ 489 more lines");
  expect(lines).toContain("          │ 100% done");
  expect(lines.join("\n")).not.toContain("50%");
});

test("an interrupt is said to those it concerns: running ones finish, waiting ones do not start", () => {
  const events = dateEvents([
    started([spec("done"), spec("busy"), spec("later", ["busy"])]),
    agentFinished("done"),
    turnStarted("busy", "plan"),
    interrupted(["busy"]),
    runFinished("stopped"),
  ]);
  expect(fold(new AgentLog("busy", file), events).join("\n")).toContain(
    "interrupted by Ctrl+S: Agents that have begun",
  );
  expect(fold(new AgentLog("later", file), events).join("\n")).toContain("not started in this run");
  expect(fold(new AgentLog("done", file), events).join("\n")).not.toContain("interrupted");
});
