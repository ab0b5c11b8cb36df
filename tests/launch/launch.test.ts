// needs zellij
// runs alone
// budget 300 s
import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../rig/wait.ts";
import { openZellijTerminal, type ZellijTerminal } from "../rig/zellij_terminal.ts";

const SCRIPTED = ["--backend", "scripted", "--scenario", "slow"];
const PROMPT = ["--prompt", "Ship the MVP"];
const TEST_MS = 120_000;

/** By Zellij's own keys; its tab mode is left by the number. */
async function goToTab(terminal: ZellijTerminal, number: number): Promise<void> {
  terminal.keys("C-t");
  await terminal.see("Rename");
  terminal.keys(String(number));
}

test(
  "one prompt opens the panes; Ctrl+S lands on core-logs from the other tab; Ctrl+Q leaves nothing behind",
  async () => {
    await using terminal = openZellijTerminal();
    terminal.launch(...PROMPT, ...SCRIPTED, "--session", "one");
    // The bars are plugins, which come a moment after the panes.
    await terminal.see("QUIT");
    const first = await terminal.see(/✓ plan finished/);
    for (const name of ["core-logs", "spawned-agents", "planner", "researcher", "builder"])
      expect(first).toContain(name);
    expect(terminal.git("status", "--porcelain")).toBe("");
    await goToTab(terminal, 2);
    await terminal.see("wave 0 of core");
    terminal.keys("C-s");
    const landed = await terminal.see("interrupt asked for");
    expect(landed).toContain("builder");
    expect(landed).not.toContain("wave 0 of core");
    const log = join(terminal.project, "logs", "interrupt.log");
    await until("interrupt.log", () => existsSync(log));
    expect(readFileSync(log, "utf8")).toContain("was interrupted by Ctrl+S");
    await until("the end of the run", () => terminal.run("status", "one", "--json").out.includes('"stopped"'), 30_000);
    terminal.keys("C-q");
    const left = await terminal.see(/exit=\d+/);
    expect(left).toContain("exit=4");
    expect(left).toContain("codex-squad resume one");
    await until("the end of every process", () => terminal.processes().length === 0, 10_000);
    expect(terminal.git("status", "--porcelain")).toBe("");
    expect(terminal.run("audit", "verify").code).toBe(0);
  },
  TEST_MS,
);

test(
  "specialists get their panes, a detached run goes on, attach comes back, Ctrl+Q stops it, the user's layout stays",
  async () => {
    await using terminal = openZellijTerminal();
    const own = join(terminal.project, "zellij.kdl");
    writeFileSync(own, "// mine\n");
    terminal.launch(...PROMPT, ...SCRIPTED, "--session", "two");
    await terminal.see("▶ plan");
    terminal.keys("C-o");
    terminal.keys("d");
    const left = await terminal.see(/exit=\d+/);
    expect(left).toContain("exit=5");
    expect(left).toContain("codex-squad attach two");
    expect(readFileSync(own, "utf8")).toBe("// mine\n");
    expect(terminal.git("status", "--porcelain")).toBe("?? zellij.kdl\n");
    expect(terminal.run("status", "two", "--json").out).toContain('"running"');
    const wave = () => terminal.run("events", "two", "--type", "wave.started", "--json").out.includes('"north"');
    await until("the specialists", wave, 60_000);
    terminal.launch("attach", "two");
    await terminal.see("✓ builder");
    await goToTab(terminal, 2);
    const second = await terminal.see("wave 1 of core");
    for (const name of ["north", "south", "east", "west", "timeline"]) expect(second).toContain(name);
    terminal.keys("C-q");
    await terminal.see("exit=4");
    expect(terminal.screen()).toContain("two was stopped");
    await until("the end of every process", () => terminal.processes().length === 0, 10_000);
    expect(terminal.run("audit", "verify", "two").code).toBe(0);
  },
  TEST_MS,
);

test("without a terminal the same command runs headless and says how to get panes", () => {
  const terminal = openZellijTerminal();
  try {
    const run = terminal.run(...PROMPT, "--backend", "scripted", "--session", "three");
    expect(run.code).toBe(0);
    expect(run.err).toContain("running without panes: this is no terminal");
    expect(run.out).toContain("three is done");
    expect(terminal.run("layout", "three").out).toContain('tab name="core-logs"');
  } finally {
    void terminal[Symbol.asyncDispose]();
  }
}, 60_000);
