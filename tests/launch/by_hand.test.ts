// needs zellij
// runs alone
// budget 300 s
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../rig/wait.ts";
import { openZellijTerminal, type ZellijTerminal } from "../rig/zellij_terminal.ts";

const RUN = ["--prompt", "Ship the MVP", "--backend", "scripted", "--scenario", "slow", "--session"];
const TEST_MS = 120_000;

const says = (terminal: ZellijTerminal, session: string, state: string) => () =>
  terminal.run("status", session, "--json").out.includes(`"state": "${state}"`);

test(
  "the layout file typed by hand goes on with a stopped run, and Ctrl+Q stops it again",
  async () => {
    await using terminal = openZellijTerminal();
    terminal.launch(...RUN, "hand");
    await terminal.see("▶ plan");
    terminal.keys("C-q");
    await terminal.see("exit=4");
    terminal.keys("clear; zellij --session typed --new-session-with-layout zellij.kdl; echo left=$?", "Enter");
    await terminal.see("core-logs");
    await until("the run that goes on", says(terminal, "hand", "running"), 30_000);
    const keeper = join(terminal.project, ".orchestrator", "hand", "panes.json");
    await until("the pane keeper", () => readFileSync(keeper, "utf8").includes('"typed"'));
    terminal.keys("C-q");
    await terminal.see("left=0");
    await until("the stop", says(terminal, "hand", "stopped"), 20_000);
    await until("the end of every process", () => terminal.processes().length === 0, 10_000);
    expect(terminal.run("audit", "verify", "hand").code).toBe(0);
  },
  TEST_MS,
);

test(
  "a Zellij that dies leaves the run going, and attach opens new panes",
  async () => {
    await using terminal = openZellijTerminal();
    terminal.launch(...RUN, "broken");
    await terminal.see("▶ plan");
    const keeper = join(terminal.project, ".orchestrator", "broken", "panes.json");
    const readServer = () => JSON.parse(readFileSync(keeper, "utf8")) as { server: { pid: number } };
    const { server } = await until("the pane keeper", () => {
      try {
        return readServer();
      } catch {
        return null;
      }
    });
    process.kill(server.pid, "SIGKILL");
    const left = await terminal.see(/exit=\d+/);
    expect(left).toContain("exit=5");
    expect(left).toContain("codex-squad attach broken");
    expect(says(terminal, "broken", "running")()).toBe(true);
    terminal.launch("attach", "broken");
    await until("the new keeper", () => readServer().server.pid !== server.pid, 30_000);
    await terminal.see("QUIT");
    expect(says(terminal, "broken", "running")()).toBe(true);
    terminal.keys("C-q");
    await terminal.see("exit=4");
    await until("the end of every process", () => terminal.processes().length === 0, 10_000);
  },
  TEST_MS,
);
