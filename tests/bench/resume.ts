import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { startModelServer } from "../../src/backends/scripted/model_server.ts";
import { sessionPaths } from "../../src/core/paths.ts";
import { followEvents } from "../../src/events/read.ts";
import { nativeCodexPath, privateCodexHome } from "../rig/codex_home.ts";
import { until } from "../rig/wait.ts";
import type { JournalOrder } from "./journal_process.ts";
import { writeLongJournal } from "./long_journal.ts";
import { atMost, type BenchReport } from "./report.ts";
import { median, percentile } from "./samples.ts";
import type { Workshop } from "./workshop.ts";

const SESSION = "run-1";

/** Journals of 10,000 events: a usual squad that ran many commands, and a thousand agents with a few events each. */
const SHAPES = [
  { what: "24 agents", agents: 24, commands: 250 },
  { what: "1115 agents", agents: 1115, commands: 1 },
] as const;

/** From the start of `resume` over such a journal to its first turn, beside parsing all its lines. */
export async function benchResume(workshop: Workshop): Promise<BenchReport> {
  using home = privateCodexHome();
  const server = startModelServer({ respond: async () => ({ kind: "message", text: "done" }) });
  try {
    const settings = { baseUrl: server.baseUrl, codexPath: nativeCodexPath(), model: "gpt-5.5", memory: false };
    const program = await workshop.program();
    const own = await workshop.ownProgram("own_program.ts");
    const rows: BenchReport["rows"][number][] = [];
    const goals: BenchReport["goals"][number][] = [];
    for (const { what, agents, commands } of SHAPES) {
      const template = workshop.makeFolder("resume");
      const run = { agents: workshop.quick ? 20 : agents, waiting: 4, commands: workshop.quick ? 1 : commands };
      const long = await writeLongJournal({ projectRoot: template, session: SESSION, settings, ...run });
      const parse: JournalOrder = { do: "parse", path: long.journal };
      const samples = { parse: [] as number[], resume: [] as number[] };
      for (let round = -1; round < (workshop.quick ? 1 : 8); round++) {
        const beganMs = performance.now();
        Bun.spawnSync([own, "bench-journals", JSON.stringify(parse)], { stdout: "ignore" });
        const parseMs = performance.now() - beganMs;
        const resumeMs = await timeResume({ program, template, env: home.env, folder: workshop.makeFolder("resumed") });
        if (round < 0) continue;
        samples.parse.push(parseMs);
        samples.resume.push(resumeMs);
      }
      const [parsing, resuming] = [median(samples.parse), median(samples.resume)];
      rows.push({
        what: `resume to its first turn, ${what}`,
        "median ms": resuming,
        "p90 ms": percentile(samples.resume, 0.9),
        "parse all lines, ms": parsing,
        "/ parse": resuming / parsing,
      });
      goals.push(atMost(`resume of 10k events of ${what}, ms`, resuming, 150));
    }
    return { name: "resume", rows, goals };
  } finally {
    server.stop();
  }
}

async function timeResume(parts: {
  readonly program: string;
  readonly template: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}): Promise<number> {
  const { program, template, folder, env } = parts;
  mkdirSync(join(folder, ".orchestrator"));
  cpSync(join(template, ".orchestrator"), join(folder, ".orchestrator"), { recursive: true });
  const { journal } = sessionPaths(folder, SESSION);
  const fromByte = Bun.file(journal).size;
  const watch = new AbortController();
  const first = (async () => {
    for await (const batch of followEvents(journal, { signal: watch.signal, fromByte })) {
      const started = batch.find(({ event }) => event.type === "turn.started");
      // By its own date: who looks on from here has to wait for a core.
      if (started) return Date.parse(started.event.at);
    }
    return Number.NaN;
  })();
  const beganMs = Date.now();
  const child = Bun.spawn([program, "resume", "--headless"], {
    cwd: folder,
    env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const tookMs = (await first) - beganMs;
  watch.abort();
  child.kill("SIGKILL");
  await child.exited;
  // The recorder has a whole journal to write, and would do so beside the next round.
  await until("the recorder's end", () => Bun.spawnSync(["pgrep", "-f", folder]).stdout.length === 0);
  return tookMs;
}
