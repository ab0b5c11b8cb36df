import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BenchSession } from "./bench_session.ts";
import { atMost, type BenchReport } from "./report.ts";
import { percentile } from "./samples.ts";
import { Screen } from "./screen.ts";
import type { Workshop } from "./workshop.ts";

const PANES = 12;

/** From an event's write to its pane's screen, beside `tail -F`; and what twelve panes hold in memory. */
export async function benchPane(workshop: Workshop): Promise<BenchReport> {
  const cwd = workshop.makeFolder("pane");
  const env = { PATH: process.env.PATH ?? "", HOME: cwd, TERM: "xterm-256color" };
  const agents = Array.from({ length: PANES }, (_, index) => `agent-${index}`);
  const session = new BenchSession(cwd, agents);
  const program = await workshop.program();
  const file = join(cwd, "tailed");
  writeFileSync(file, "");
  const tail = new Screen(["tail", "-F", file], { cwd, env });
  // As a layout starts them.
  const panes = agents.map(
    (id) => new Screen([program, "logs", id, "bench", "--follow", "--pane", "--project-root", cwd], { cwd, env }),
  );
  try {
    for (const [index, id] of agents.entries()) {
      session.say(id, "ready");
      await panes[index]?.shows("ready");
    }
    const memory = panes.map(({ pid }) => readMemory(pid));
    await Promise.all(panes.slice(1).map((pane) => pane.close()));
    const [pane] = panes;
    if (!pane) throw new Error("there is no pane");
    appendFileSync(file, "ready\n");
    await tail.shows("ready");
    const ours: number[] = [];
    const tailed: number[] = [];
    for (let index = 0; index < (workshop.quick ? 20 : 500); index++) {
      ours.push(await timeText(pane, `mark-${index}-`, (text) => session.say("agent-0", text)));
      tailed.push(await timeText(tail, `mark-${index}-`, (text) => appendFileSync(file, `${text}\n`)));
    }
    return makeReport({ ours, tailed, memory });
  } finally {
    await Promise.all([tail, ...panes].map((screen) => screen.close()));
    await session.journal.close();
  }
}

async function timeText(screen: Screen, text: string, write: (text: string) => void): Promise<number> {
  const shown = screen.shows(text);
  const beganMs = performance.now();
  write(text);
  const tookMs = (await shown) - beganMs;
  // Neither reader shall be woken out of its last answer.
  await Bun.sleep(2);
  return tookMs;
}

interface Memory {
  readonly pssMb: number;
  readonly rssMb: number;
}

function readMemory(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const mb = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) * 1024) / 1e6;
  return { pssMb: mb("Pss"), rssMb: mb("Rss") };
}

function makeReport(figures: {
  readonly ours: readonly number[];
  readonly tailed: readonly number[];
  readonly memory: readonly Memory[];
}): BenchReport {
  const { ours, tailed, memory } = figures;
  const row = (what: string, samples: readonly number[]) => ({
    what,
    "p50 ms": percentile(samples, 0.5),
    "p99 ms": percentile(samples, 0.99),
    "p50 / tail": percentile(samples, 0.5) / percentile(tailed, 0.5),
    "p99 / tail": percentile(samples, 0.99) / percentile(tailed, 0.99),
  });
  const mean = (pick: (one: Memory) => number) => memory.reduce((sum, one) => sum + pick(one), 0) / memory.length;
  const pssMb = mean((one) => one.pssMb);
  return {
    name: "pane",
    rows: [
      row("tail -F", tailed),
      row("logs --follow --pane", ours),
      { what: `each of ${PANES} panes`, "PSS MB": pssMb, "RSS MB": mean((one) => one.rssMb) },
    ],
    goals: [
      atMost("event to pane, p99 ms", percentile(ours, 0.99), 5),
      atMost(`PSS MB a pane, ${PANES} at once`, pssMb, 10),
    ],
  };
}
