import { Database } from "bun:sqlite";
import { closeSync, fdatasync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { NO_USAGE } from "../../src/core/usage.ts";
import type { EventDraft } from "../../src/events/event.ts";
import { redactDraft } from "../../src/events/redact_draft.ts";
import { openRedactor } from "../../src/redact/open_redactor.ts";
import { actionsPath } from "../../src/store/locations.ts";
import { BenchSession } from "./bench_session.ts";
import { writeWithEngineAlone } from "./engine_loop.ts";
import { readLines } from "./lines.ts";
import { watchLoopLag } from "./loop_lag.ts";
import { atLeast, atMost, type BenchReport } from "./report.ts";
import { median, percentile } from "./samples.ts";
import type { Workshop } from "./workshop.ts";

const AGENTS = Array.from({ length: 8 }, (_, index) => `agent-${index}`);
/** Events that share one fdatasync. */
const GROUP = 100;
/** Makes an item of some 400 bytes. */
const TEXT = "x".repeat(210);
/** What agents read and write, in pieces of the same length: prose and programs of this project. */
const TALK = [
  "README.md",
  "docs/architecture.md",
  "src/orchestrate/orchestrate.ts",
  "src/config/settings.ts",
  "bun.lock",
]
  .map((name) => readFileSync(join(import.meta.dir, "../..", name), "utf8").slice(0, 100 * TEXT.length))
  .flatMap((text) => text.match(new RegExp(`[^]{${TEXT.length}}`, "g")) ?? []);

/** Durable events a second into the journal and on into AgentFS, beside the same writes without anything of ours. */
export async function benchIngest(workshop: Workshop): Promise<BenchReport> {
  const events = workshop.quick ? 2000 : 40_000;
  const rounds = workshop.quick ? 1 : 3;
  const journals: Appended[] = [];
  const bares: number[] = [];
  const recordings: Recorded[] = [];
  const engines: number[] = [];
  const shares = await compareRedaction(workshop);
  for (let round = 0; round < rounds; round++) {
    const session = new BenchSession(workshop.makeFolder("ingest"), AGENTS);
    journals.push(await appendEvents(session, events));
    const bytes = Math.round(statSync(session.paths.journal).size / events);
    await session.journal.close();
    bares.push(await writeBare(join(session.paths.folder, "bare"), events, bytes));
    const recorded = await record(workshop, events);
    recordings.push(recorded);
    engines.push(
      await writeWithEngineAlone({ path: join(workshop.makeFolder("engine"), "bare.db"), ...recorded, events }),
    );
  }
  const journal = median(journals.map(({ perSecond }) => perSecond));
  const bare = median(bares);
  const agentFs = median(recordings.map(({ perSecond }) => perSecond));
  const engine = median(engines);
  const lag = (all: readonly Appended[]) =>
    percentile(
      all.flatMap(({ lagsMs }) => lagsMs),
      0.99,
    );
  const appendLag = lag(journals);
  const recordLag = lag(recordings);
  const bytes = Math.round(median(recordings.map((one) => one.bytes / events)));
  const commits = median(recordings.map((one) => one.commits));
  return {
    name: "ingest",
    rows: [
      { what: `journal, ${GROUP} a sync`, "events/s": journal, "/ bare": journal / bare, "lag p99 ms": appendLag },
      { what: "bare write and fdatasync", "events/s": bare },
      { what: "the same text of agents, not redacted", "events/s": shares.without },
      { what: "... and redacted", "events/s": shares.with, "/ not": shares.share },
      {
        what: "AgentFS by the recorder",
        "events/s": agentFs,
        "/ bare": agentFs / engine,
        "lag p99 ms": recordLag,
        "bytes each": bytes,
        commits,
      },
      { what: "engine alone, same commits", "events/s": engine },
    ],
    goals: [
      atLeast("AgentFS / engine alone", agentFs / engine, 0.6),
      atLeast("AgentFS events/s", agentFs, 10_000),
      atMost("redaction / AgentFS ingest, time of an event", shares.costS * agentFs, 0.1),
      atMost("event-loop lag while appending, p99 ms", appendLag, 10),
      atMost("event-loop lag while the recorder runs, p99 ms", recordLag, 10),
    ],
  };
}

/**
 * The journal with its door and without, by turns: what redaction costs of it. Many short rounds, each compared with
 * the one right before it, for the machine may have other work as well.
 */
async function compareRedaction(workshop: Workshop) {
  const rounds = workshop.quick ? 2 : 30;
  const events = workshop.quick ? 1000 : 6000;
  const secrets = Array.from({ length: 12 }, (_, at) => [`SERVICE_${at}_TOKEN`, crypto.randomUUID()]);
  const redactor = await openRedactor({ ...process.env, ...Object.fromEntries(secrets) });
  const redact = (draft: EventDraft) => redactDraft(draft, redactor);
  const perSecond: Record<"with" | "without", number[]> = { with: [], without: [] };
  for (let round = 0; round < 2 * rounds; round++) {
    const kind = round % 2 === 0 ? "without" : "with";
    const session = new BenchSession(
      workshop.makeFolder("redact"),
      AGENTS,
      ...(kind === "with" ? ([redact] as const) : []),
    );
    const beganMs = performance.now();
    for (let index = 0; index < events; index++) {
      session.say(AGENTS[index % AGENTS.length] ?? "", TALK[index % TALK.length] ?? "");
      if (index % GROUP === GROUP - 1) await session.journal.durable();
    }
    await session.journal.durable();
    perSecond[kind].push((events * 1000) / (performance.now() - beganMs));
    await session.journal.close();
  }
  const shares = perSecond.with.map((one, round) => one / (perSecond.without[round] ?? one));
  const [slow, fast] = [median(perSecond.with), median(perSecond.without)];
  return { with: slow, without: fast, share: median(shares), costS: (1 / median(shares) - 1) / fast };
}

interface Appended {
  readonly perSecond: number;
  readonly lagsMs: readonly number[];
}

/** At full speed, a group on disk before the next one begins. */
async function appendEvents(session: BenchSession, events: number): Promise<Appended> {
  const lag = watchLoopLag();
  const beganMs = performance.now();
  for (let index = 0; index < events; index++) {
    session.say(AGENTS[index % AGENTS.length] ?? "", TEXT);
    if (index % GROUP === GROUP - 1) await session.journal.durable();
  }
  await session.journal.durable();
  const tookS = (performance.now() - beganMs) / 1000;
  return { perSecond: events / tookS, lagsMs: lag.stop() };
}

async function writeBare(path: string, events: number, bytes: number): Promise<number> {
  const line = Buffer.from(`${"x".repeat(bytes - 1)}\n`);
  const fd = openSync(path, "a");
  const beganMs = performance.now();
  for (let index = 0; index < events; index++) {
    writeSync(fd, line);
    if (index % GROUP === GROUP - 1) await new Promise((resolve) => fdatasync(fd, resolve));
  }
  const tookS = (performance.now() - beganMs) / 1000;
  closeSync(fd);
  return events / tookS;
}

interface Recorded extends Appended {
  readonly files: number;
  readonly bytes: number;
  readonly commits: number;
}

/** The shipped recorder behind a journal that grows at full speed, until the last event is committed. */
async function record(workshop: Workshop, events: number): Promise<Recorded> {
  const projectRoot = workshop.makeFolder("recorded");
  const session = new BenchSession(projectRoot, AGENTS);
  const words = ["__recorder", "--project-root", projectRoot, "--session", "bench"];
  const child = Bun.spawn([await workshop.program(), ...words], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const lines = readLines(child.stdout);
  // It is up when it has recorded what the journal began with.
  await lines.next();
  const lag = watchLoopLag();
  const beganMs = performance.now();
  await appendEvents(session, events);
  session.append({ type: "run.finished", state: "finished", exitCode: 0, reason: "", usage: NO_USAGE });
  await session.journal.durable();
  let commits = 0;
  for (let recorded = 0; recorded < session.journal.seq; commits++) {
    recorded = (JSON.parse(await lines.next()) as { recorded?: number }).recorded ?? recorded;
  }
  const tookS = (performance.now() - beganMs) / 1000;
  const lagsMs = lag.stop();
  await child.exited;
  await session.journal.close();
  return { perSecond: events / tookS, lagsMs, commits, ...measureContents(actionsPath(projectRoot, {})) };
}

/** How much the streamed items take up in the database, and that all of them are there. */
function measureContents(path: string): { readonly files: number; readonly bytes: number } {
  const database = new Database(path, { readonly: true });
  try {
    const query = "SELECT count(*) AS files, sum(size) AS bytes FROM fs_inode WHERE size > 4096";
    const { files, bytes } = database.query(query).get() as { files: number; bytes: number };
    if (files !== AGENTS.length) throw new Error(`${files} files with events, not ${AGENTS.length}`);
    return { files, bytes };
  } finally {
    database.close();
  }
}
