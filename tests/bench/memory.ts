import { copyFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { NO_USAGE } from "../../src/core/usage.ts";
import { readArtifacts } from "../../src/store/read_memory.ts";
import { artifactOf, daysAgo, memoryOf, storeArtifacts } from "../store/stored_artifacts.ts";
import { BenchSession } from "./bench_session.ts";
import { readLines } from "./lines.ts";
import { atMost, type BenchReport } from "./report.ts";
import { median, percentile } from "./samples.ts";
import type { Workshop } from "./workshop.ts";

const AGENTS = ["planner", "researcher", "builder", "api", "docs"];
/** About what a plan or an answer takes. */
const TEXT = "## Goal\nA to-do list in src/todo.ts\n\n## Decisions\n- keep it in one file\n\n".concat(
  "word ".repeat(1000),
);

/** `memory inspect` and `memory condense` as people call them, beside what the file itself costs. */
export async function benchMemory(workshop: Workshop): Promise<BenchReport> {
  const count = workshop.quick ? 500 : 10_000;
  const rounds = workshop.quick ? 3 : 30;
  const program = await workshop.program();
  const hello = await measureCommand([await workshop.ownProgram("hello.ts")], workshop.makeFolder("hello"), rounds);

  const project = workshop.makeFolder("memory");
  await fill(project, count, (index) => AGENTS[index % AGENTS.length] ?? "");
  const path = memoryOf(project);
  const inspect = [program, "memory", "inspect", "--limit", "20"];
  const idle = await measureCommand(inspect, project, rounds);
  const copies = Array.from({ length: 5 }, () => measure(() => copyFileSync(path, join(project, "copy"))));
  const busy = await measureWhileWriting(workshop, inspect, project, rounds);
  const large = workshop.makeFolder("large");
  await fill(large, count * 10, (index) => AGENTS[index % AGENTS.length] ?? "");
  const many = await measureCommand(inspect, large, rounds);

  const beganMs = performance.now();
  const all = await readArtifacts(path);
  const readMs = performance.now() - beganMs;
  if (!all.ok || all.value.length < count) throw new Error("the artifacts cannot be read");
  const few = await measureCondense(program, project, AGENTS.length);
  const scattered = workshop.makeFolder("scattered");
  const groups = Math.floor(count / 3);
  await fill(scattered, groups * 3, (index) => `agent-${index % groups}`);
  const worst = await measureCondense(program, scattered, groups);

  const row = (what: string, samples: readonly number[]) => ({
    what,
    "median ms": median(samples),
    "p90 ms": percentile(samples, 0.9),
    "/ hello": median(samples) / median(hello),
  });
  return {
    name: "memory",
    rows: [
      row("hello world", hello),
      row(`inspect --limit 20 of ${count}`, idle),
      row("the same while a run writes", busy),
      row(`inspect --limit 20 of ${count * 10}`, many),
      { what: `copy of ${count} alone`, "median ms": median(copies), MB: statSync(path).size / 1e6 },
      { what: `condense ${count} in ${AGENTS.length} groups`, "median ms": few },
      { what: `condense ${groups * 3} in ${groups} groups`, "median ms": worst },
      { what: `reading ${count} alone`, "median ms": readMs },
    ],
    goals: [
      atMost(`inspect of ${count}, p90 ms`, percentile(idle, 0.9), 150),
      atMost(`inspect of ${count} while a run writes, p90 ms`, percentile(busy, 0.9), 150),
      atMost(`condense ${count}, ms`, few, 10_000),
      atMost(`condense in ${groups} groups, ms`, worst, 10_000),
    ],
  };
}

const fill = (project: string, count: number, agentOf: (index: number) => string): Promise<void> =>
  storeArtifacts(
    memoryOf(project),
    Array.from({ length: count }, (_, index) =>
      artifactOf({
        createdAt: daysAgo(30 - (20 * index) / count),
        agent: agentOf(index),
        session: `s${index}`,
        content: `${TEXT}${index}`,
      }),
    ),
  );

function measure(work: () => void): number {
  const beganMs = performance.now();
  work();
  return performance.now() - beganMs;
}

/** Cold starts, one after the other; the first ones bring the program into memory. */
async function measureCommand(command: string[], cwd: string, rounds: number): Promise<number[]> {
  const samples: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const beganMs = performance.now();
    const child = Bun.spawn(command, { cwd, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    const [text, exitCode] = await Promise.all([child.stdout.text(), child.exited]);
    const tookMs = performance.now() - beganMs;
    if (exitCode !== 0 || text.trim() === "") throw new Error(`${command.join(" ")} ended with ${exitCode}`);
    if (round >= 0) samples.push(tookMs);
  }
  return samples;
}

/** The shipped recorder writes turns into the same memory all the while. */
async function measureWhileWriting(
  workshop: Workshop,
  command: string[],
  project: string,
  rounds: number,
): Promise<number[]> {
  const session = new BenchSession(project, AGENTS);
  const words = ["__recorder", "--project-root", project, "--session", "bench"];
  const child = Bun.spawn([await workshop.program(), ...words], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  await readLines(child.stdout).next();
  let writing = true;
  const feed = async () => {
    for (let attempt = 1; writing; attempt++) {
      const ref = { agent: AGENTS[attempt % AGENTS.length] ?? "", phase: "work", attempt, threadId: "t" } as const;
      for (let item = 0; item < 20; item++) session.say(ref.agent, TEXT.slice(0, 300));
      session.append({ type: "turn.finished", ...ref, text: `${TEXT}${attempt}`, usage: NO_USAGE, durationMs: 1 });
      await Bun.sleep(10);
    }
  };
  const fed = feed();
  const samples = await measureCommand(command, project, rounds);
  writing = false;
  await fed;
  session.append({ type: "run.finished", state: "finished", exitCode: 0, reason: "", usage: NO_USAGE });
  await child.exited;
  await session.journal.close();
  return samples;
}

async function measureCondense(program: string, cwd: string, groups: number): Promise<number> {
  const command = [program, "memory", "condense", "--json"];
  const beganMs = performance.now();
  const child = Bun.spawn(command, { cwd, stdin: "ignore", stdout: "pipe", stderr: "inherit" });
  const [text, exitCode] = await Promise.all([child.stdout.text(), child.exited]);
  const tookMs = performance.now() - beganMs;
  const { summaries } = JSON.parse(text) as { summaries: unknown[] };
  if (exitCode !== 0 || summaries.length !== groups) throw new Error(`${summaries.length} summaries, not ${groups}`);
  return tookMs;
}
