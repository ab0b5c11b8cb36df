import type { SessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import { selfCommand } from "../process/self.ts";
import type { RecorderReport } from "./recorder.ts";

/** The recorder as the orchestrator sees it. */
export interface Recorder {
  /** Number of the last event that is committed in both databases. */
  readonly recordedSeq: number;
  /**
   * Resolves when everything up to this event is committed, or with what is missing when the recorder has ended, or has
   * reported a problem and gets no further within the patience.
   */
  caughtUp(seq: number): Promise<Result<void, RecorderLag>>;
  /** Ends the process within some 5 s, whatever it still has to do. May be called twice. */
  stop(): Promise<void>;
}

/** What AgentFS does not hold yet. The journal has it; the next start or a further recorder catches up. */
export interface RecorderLag {
  readonly kind: "recorder-behind";
  /** Events that are not recorded. */
  readonly missing: number;
  readonly message: string;
}

export interface RecorderOptions {
  readonly paths: SessionPaths;
  /** Number of the journal's last event before this start: an earlier `run.finished` is history. */
  readonly afterSeq: number;
  /** Something the person should know: a database cannot be written now, or was damaged and made anew. */
  readonly onNotice?: (message: string) => void;
  readonly patienceMs?: number;
  /** How to start ourselves; tests hand in their own. */
  readonly command?: readonly string[];
  /** Where the process's own standard error goes. */
  readonly stderr?: "inherit" | "ignore" | number;
}

const PATIENCE_MS = 10_000;
/** A full disk or a missing library seldom passes while a run waits at its end. */
const PROBLEM_PATIENCE_MS = 3000;
const RESTARTS = 3;
const KILL_AFTER_MS = 7000;

/** Starts the recorder process of a session. It is started again when it dies: the engine can abort it. */
export function startRecorder(options: RecorderOptions): Recorder {
  return new RecorderProcess(options);
}

class RecorderProcess implements Recorder {
  recordedSeq = 0;
  #options: RecorderOptions;
  #child: ReturnType<typeof spawnRecorder>;
  #restarts = 0;
  #ended = false;
  #stopping = false;
  #problem: string | null = null;
  #locked: string | null = null;
  #waiters = new Set<() => void>();
  #lifetime: Promise<void>;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#child = spawnRecorder(options);
    this.#lifetime = this.#watch();
  }

  async caughtUp(seq: number): Promise<Result<void, RecorderLag>> {
    let last = { seq: this.recordedSeq, atMs: performance.now() };
    while (this.recordedSeq < seq) {
      if (this.recordedSeq > last.seq) last = { seq: this.recordedSeq, atMs: performance.now() };
      const patienceMs = this.#options.patienceMs ?? (this.#problem ? PROBLEM_PATIENCE_MS : PATIENCE_MS);
      const leftMs = last.atMs + patienceMs - performance.now();
      if (this.#ended || leftMs <= 0) {
        const message =
          this.#problem ?? this.#locked ?? (this.#ended ? "the recorder ended too early" : "the recorder is too slow");
        return err({ kind: "recorder-behind", missing: seq - this.recordedSeq, message });
      }
      await this.#change(leftMs);
    }
    return ok(undefined);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.stdin.end();
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), KILL_AFTER_MS);
    await this.#lifetime;
    clearTimeout(kill);
  }

  async #watch(): Promise<void> {
    for (;;) {
      const child = this.#child;
      await this.#listen(child);
      const exitCode = await child.exited;
      const restart = exitCode !== 0 && exitCode !== 1 && !this.#stopping && this.#restarts < RESTARTS;
      if (!restart) break;
      this.#restarts += 1;
      this.#options.onNotice?.(`the recorder died (${child.signalCode ?? exitCode}) and was started again`);
      this.#child = spawnRecorder(this.#options);
    }
    this.#ended = true;
    this.#wakeWaiters();
  }

  async #listen(child: ReturnType<typeof spawnRecorder>): Promise<void> {
    for await (const line of readLines(child.stdout)) {
      const report = parseReport(line);
      if (!report) continue;
      if ("recorded" in report) {
        this.recordedSeq = Math.max(this.recordedSeq, report.recorded);
        this.#problem = null;
        this.#locked = null;
      } else if ("problem" in report) {
        // Somebody else's lease passes by itself: nothing to tell, unless it never does.
        if (report.kind === "locked") {
          this.#locked = report.problem;
          continue;
        }
        this.#problem = report.problem;
        this.#options.onNotice?.(`not recorded for now: ${report.problem}`);
      } else this.#options.onNotice?.(report.notice);
      this.#wakeWaiters();
    }
  }

  #change(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, withinMs);
      this.#waiters.add(wake);
    });
  }

  #wakeWaiters(): void {
    for (const wake of [...this.#waiters]) wake();
  }
}

function spawnRecorder({ paths, afterSeq, command, stderr }: RecorderOptions) {
  const args = ["__recorder", "--project-root", paths.projectRoot, "--session", paths.session];
  const argv = [...(command ? [...command, ...args] : selfCommand(args)), "--after-seq", String(afterSeq)];
  return Bun.spawn(argv, { stdin: "pipe", stdout: "pipe", stderr: stderr ?? "ignore" });
}

async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

function parseReport(line: string): RecorderReport | null {
  try {
    return JSON.parse(line) as RecorderReport;
  } catch {
    return null;
  }
}
