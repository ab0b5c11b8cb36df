import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sessionPaths } from "../../src/core/paths.ts";
import { readEvents } from "../../src/events/read.ts";
import { nativeCodexPath } from "../rig/codex_home.ts";
import type { Workshop } from "./workshop.ts";

/** How much the orchestrator's own process held at most in a whole scripted run of the shipped program. */
export async function measureRunMemory(
  workshop: Workshop,
): Promise<{ readonly peakMb: number; readonly agents: number }> {
  const home = workshop.makeFolder("memory");
  const project = join(home, "project");
  mkdirSync(project);
  mkdirSync(join(home, "codex"));
  const words = ["run", "--headless", "--backend", "scripted", "--session", "bench", "--prompt", "Measure"];
  const codex = ["--codex-path", nativeCodexPath()];
  const child = Bun.spawn([await workshop.program(), ...words, ...codex], {
    cwd: project,
    env: { ...process.env, HOME: home, CODEX_HOME: join(home, "codex") },
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  // The kernel keeps the highest value, but forgets it with the process: the last look before the end counts.
  let peakKb = 0;
  const watch = setInterval(() => {
    peakKb = readPeakKb(child.pid) ?? peakKb;
  }, 10);
  const exitCode = await child.exited;
  clearInterval(watch);
  if (exitCode !== 0) throw new Error(`the scripted run ended with ${exitCode}`);
  const events = [...readEvents(sessionPaths(project, "bench").journal)];
  return { peakMb: peakKb / 1000, agents: events.filter(({ type }) => type === "agent.finished").length };
}

function readPeakKb(pid: number): number | null {
  try {
    const [, kb] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kb === undefined ? null : Number(kb) * 1.024;
  } catch {
    return null;
  }
}
