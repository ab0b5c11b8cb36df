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

/** From the start of `resume` over a journal of 10,000 events to its first turn, beside parsing all its lines. */
export async function benchResume(workshop: Workshop): Promise<BenchReport> {
  using home = privateCodexHome();
  const server = startModelServer({ respond: async () => ({ kind: "message", text: "done" }) });
  try {
    const agents = workshop.quick ? 50 : 1115;
    const template = workshop.makeFolder("resume");
    const settings = { baseUrl: server.baseUrl, codexPath: nativeCodexPath(), model: "gpt-5.5", memory: false };
    const long = await writeLongJournal({ projectRoot: template, session: SESSION, agents, waiting: 4, settings });
    const program = await workshop.program();
    const own = await workshop.ownProgram("own_program.ts");
    const parse: JournalOrder = { do: "parse", path: long.journal };
    const samples = { parse: [] as number[], resume: [] as number[] };
    for (let round = -2; round < (workshop.quick ? 2 : 12); round++) {
      const beganMs = performance.now();
      Bun.spawnSync([own, "bench-journals", JSON.stringify(parse)], { stdout: "ignore" });
      const parseMs = performance.now() - beganMs;
      const resumeMs = await timeResume({ program, template, env: home.env, folder: workshop.makeFolder("resumed") });
      if (round < 0) continue;
      samples.parse.push(parseMs);
      samples.resume.push(resumeMs);
    }
    const [parsing, resuming] = [median(samples.parse), median(samples.resume)];
    return {
      name: "resume",
      rows: [
        { what: "parse all lines", "median ms": parsing, "p90 ms": percentile(samples.parse, 0.9) },
        { what: "resume to its first turn", "median ms": resuming, "p90 ms": percentile(samples.resume, 0.9) },
      ],
      goals: [
        atMost("resume of 10k events to the first turn, ms", resuming, 150),
        atMost("resume / parsing all lines", resuming / parsing, 3),
      ],
    };
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
