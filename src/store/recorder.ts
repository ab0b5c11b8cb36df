import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { parseArgs } from "node:util";
import { noteSynced } from "../core/crash_point.ts";
import { type SessionPaths, sessionPaths } from "../core/paths.ts";
import type { Event } from "../events/event.ts";
import { followEvents, readEvents } from "../events/read.ts";
import { listSessions } from "../events/sessions.ts";
import type { InterruptSummary } from "./fold.ts";
import type { DatabaseName } from "./job.ts";
import type { StoreProblem } from "./problem.ts";
import { Recording } from "./recording.ts";

/** What the recorder prints, one JSON object a line. */
export type RecorderReport =
  /** Everything up to this event is committed in both databases. */
  | { readonly recorded: number }
  /** Nothing can be committed at the moment; it goes on trying. */
  | { readonly problem: string; readonly kind: StoreProblem["kind"] }
  /** Something the person should know that stops nothing. */
  | { readonly notice: string };

/** The one thing in the databases that no journal can give back. */
const ABOUT_SUMMARIES =
  "Summaries are in no journal: those that memory condense had made are only in the kept file, and it can make them again";

/** How long the recorder goes on after the orchestrator has ended. */
const DRAIN_MS = 5000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;

/**
 * The recorder process: `__recorder --project-root P --session S [--after-seq N]` follows the journal into AgentFS until
 * a `run.finished` after event N, or until standard input ends. Resolves with the exit code: 0 when all is recorded.
 */
export async function runRecorder(
  argv: readonly string[],
  openInterruptSummary: () => InterruptSummary,
): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      "project-root": { type: "string", default: process.cwd() },
      session: { type: "string", default: "" },
      "after-seq": { type: "string", default: "0" },
    },
  });
  const paths = sessionPaths(values["project-root"], values.session);
  const recorder = new Recorder(paths, Number(values["after-seq"]), openInterruptSummary);
  return recorder.run();
}

class Recorder {
  #paths: SessionPaths;
  #afterSeq: number;
  #openInterruptSummary: () => InterruptSummary;
  #orphaned = new AbortController();
  #deadlineMs = Number.POSITIVE_INFINITY;
  #reported = { recorded: 0, problem: "" };
  #rebuildOthers = false;

  constructor(paths: SessionPaths, afterSeq: number, openInterruptSummary: () => InterruptSummary) {
    this.#paths = paths;
    this.#afterSeq = afterSeq;
    this.#openInterruptSummary = openInterruptSummary;
  }

  async run(): Promise<number> {
    process.stdin.on("data", () => {});
    const orphan = () => {
      this.#deadlineMs = Math.min(this.#deadlineMs, Date.now() + DRAIN_MS);
      this.#orphaned.abort();
    };
    for (const name of ["end", "close", "error"]) process.stdin.once(name, orphan);
    // Killed with the orchestrator, the reader of our reports is gone; what they are about is not.
    process.stdout.on("error", () => {});
    // A terminal's signals are the orchestrator's business; it ends us by closing the pipe.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
    for (;;) {
      const recording = this.#open(this.#paths);
      const outcome = await this.#follow(recording);
      await recording.close();
      if (outcome === "rewound") continue;
      if (outcome === "done" && this.#rebuildOthers) await this.#rebuild();
      if (outcome === "failed") await this.#rememberAtLeast();
      this.#savePosition();
      await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
      return outcome === "done" ? 0 : 1;
    }
  }

  async #follow(recording: Recording): Promise<"done" | "rewound" | "failed"> {
    const stop = this.#orphaned.signal;
    for await (const batch of followEvents(this.#paths.journal, { signal: stop })) {
      const events = batch.map(({ event }) => event);
      const outcome = await this.#record(recording, events);
      if (outcome !== "recorded") return outcome;
      const last = events.at(-1);
      if (last?.type === "run.finished" && last.seq > this.#afterSeq) return "done";
      if (stop.aborted) break;
    }
    return this.#drain(recording);
  }

  /** The orchestrator has ended: what the journal holds now is all there will be. */
  async #drain(recording: Recording): Promise<"done" | "rewound" | "failed"> {
    if (!existsSync(this.#paths.journal)) return "done";
    let events: Event[] = [];
    for (const event of readEvents(this.#paths.journal)) {
      if (event.seq <= recording.seenSeq) continue;
      events.push(event);
      if (events.length < 2000) continue;
      const outcome = await this.#record(recording, events);
      if (outcome !== "recorded") return outcome;
      events = [];
    }
    const outcome = await this.#record(recording, events);
    return outcome === "recorded" ? "done" : outcome;
  }

  /** Records a batch, trying again until it works or time is up. */
  async #record(recording: Recording, events: readonly Event[]): Promise<"recorded" | "rewound" | "failed"> {
    recording.take(events);
    if (events.length > 0) syncJournal(this.#paths.journal);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const outcome = await recording.commit();
      if (outcome.ok) {
        if (outcome.value === "rewound") return "rewound";
        this.#reportRecorded(recording.seenSeq);
        return "recorded";
      }
      this.#reportProblem(outcome.error);
      const leftMs = this.#deadlineMs - Date.now();
      // Only a lease of somebody else passes by itself; nobody waits for a disk to be cleared.
      if (leftMs <= 0 || (this.#orphaned.signal.aborted && outcome.error.kind !== "locked")) return "failed";
      const limitMs = outcome.error.kind === "locked" ? 20 + Math.random() * 30 : pauseMs;
      await this.#pause(Math.min(limitMs, leftMs));
    }
  }

  /** Waits, but not beyond the moment when the orchestrator ends: that sets the deadline. */
  async #pause(durationMs: number): Promise<void> {
    const stop = this.#orphaned.signal;
    if (stop.aborted || durationMs < FIRST_PAUSE_MS) return Bun.sleep(durationMs);
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        stop.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, durationMs);
      stop.addEventListener("abort", end);
    });
  }

  /** A database was moved aside: the project's other sessions were in it as well. */
  async #rebuild(): Promise<void> {
    for (const { paths } of listSessions(this.#paths.projectRoot)) {
      if (paths.session === this.#paths.session || Date.now() > this.#deadlineMs) continue;
      const recording = this.#open(paths);
      await this.#drainQuietly(recording, paths);
      await recording.close();
    }
  }

  /** The action log cannot be written, or stands on a disk that is full: the memory may be elsewhere and lose nothing. */
  async #rememberAtLeast(): Promise<void> {
    if (!existsSync(this.#paths.journal)) return;
    const recording = this.#open(this.#paths, "memory");
    await this.#drainQuietly(recording, this.#paths);
    await recording.close();
  }

  async #drainQuietly(recording: Recording, paths: SessionPaths): Promise<void> {
    let events: Event[] = [];
    const flush = async () => {
      recording.take(events);
      events = [];
      await recording.commit();
    };
    for (const event of readEvents(paths.journal)) {
      if (events.push(event) >= 2000) await flush();
    }
    await flush();
  }

  #open(paths: SessionPaths, only?: DatabaseName): Recording {
    return new Recording({
      paths,
      ...(only ? { only } : {}),
      interruptSummary: this.#openInterruptSummary(),
      onAside: (path, aside, database) => {
        this.#rebuildOthers = true;
        const notice = `${path} was damaged; it is kept as ${aside} and made anew from the journals`;
        report({ notice: database === "memory" ? `${notice}. ${ABOUT_SUMMARIES}` : notice });
      },
    });
  }

  #reportRecorded(seq: number): void {
    this.#reported.problem = "";
    if (seq <= this.#reported.recorded) return;
    this.#reported.recorded = seq;
    report({ recorded: seq });
  }

  #reportProblem(problem: StoreProblem): void {
    const text = `${problem.path}: ${problem.message}`;
    if (text === this.#reported.problem) return;
    this.#reported.problem = text;
    report({ problem: text, kind: problem.kind });
  }

  /** Only for people and status; what counts stands in the databases themselves. */
  #savePosition(): void {
    const position = { seq: this.#reported.recorded, at: new Date().toISOString() };
    try {
      writeFileSync(`${this.#paths.recorder}.new`, `${JSON.stringify(position)}\n`);
      renameSync(`${this.#paths.recorder}.new`, this.#paths.recorder);
    } catch {
      // A full disk has been reported already.
    }
  }
}

/**
 * What a database holds must not be ahead of what the journal is sure to hold: after a power cut the same numbers would
 * stand for other events, and be taken for recorded.
 */
function syncJournal(path: string): void {
  const fd = openSync(path, "r");
  try {
    const { size } = fstatSync(fd);
    fdatasyncSync(fd);
    noteSynced("recorder", size);
  } finally {
    closeSync(fd);
  }
}

/** How far the recorder of a session says it came; 0 when it never said. */
export function readRecorderPosition(paths: SessionPaths): number {
  try {
    const { seq } = JSON.parse(readFileSync(paths.recorder, "utf8")) as { seq?: unknown };
    return typeof seq === "number" ? seq : 0;
  } catch {
    return 0;
  }
}

function report(line: RecorderReport): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
