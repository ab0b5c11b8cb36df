// budget 120 s
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { ModelReply } from "../../src/backends/scripted/model_call.ts";
import { readRecords } from "../../src/process/record.ts";
import { answering, openSquad } from "../rig/squad.ts";
import { until } from "../rig/wait.ts";

const runs = (pid: number, command: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim() === command;
  } catch {
    return false;
  }
};

test.each(["read-only", "workspace-write", "danger-full-access"])(
  "orchestrator and warden killed together: the next command ends what is left, also with setsid (%s)",
  async (sandbox) => {
    const command: ModelReply = { kind: "commands", commands: ["sleep 315 & setsid sleep 316 & wait"] };
    await using rig = openSquad({
      respond: answering({ a: [] }, (call) => (call.agent === "a" && call.toolOutputs.length === 0 ? command : null)),
    });
    const run = rig.run("--sandbox", sandbox);
    const sleeping = (): boolean =>
      ["sleep 315", "sleep 316"].every((wanted) => rig.processes().some((pid) => runs(pid, wanted)));
    await until("both commands", sleeping, 30_000);
    const { pid } = await rig.status();
    const all = rig.processes();
    const warden = all.find((one) => readFileSync(`/proc/${one}/cmdline`, "utf8").includes("__warden"));
    // The warden carries no marker of its own run where it need not be found: look for it by its words as well.
    for (const one of [warden ?? findWarden(rig.paths.processes), pid]) process.kill(one, "SIGKILL");
    await run.ended;
    expect(readRecords(rig.paths.processes).length).toBeGreaterThan(0);
    const status = await rig.command("status");
    expect(status.code).toBe(0);
    // A sandbox takes its commands along; without one they are left to us.
    if (sandbox === "danger-full-access") expect(status.err).toContain("that a killed run had left running");
    await until("the end of all", () => rig.processes().length === 0, 2000);
    expect(readRecords(rig.paths.processes)).toEqual([]);
    expect((await rig.command("status")).err).toBe("");
  },
  60_000,
);

function findWarden(processes: string): number {
  const listed = Bun.spawnSync(["pgrep", "-f", `__warden.*${processes}`]).stdout.toString();
  return Number.parseInt(listed, 10);
}
