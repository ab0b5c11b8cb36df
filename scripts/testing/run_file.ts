import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { readJunit, type TestCounts } from "./junit.ts";
import { type FoundProcess, findMarked, killMarked } from "./process_table.ts";

export interface FileOutcome extends TestCounts {
  readonly file: string;
  readonly seconds: number;
  /** All that the tests printed. */
  readonly output: string;
}

export interface FileRun {
  readonly repository: string;
  readonly file: string;
  /** A folder for this file alone: its path marks every process that the tests start. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly budgetMs: number;
}

/** What the tool itself may take to be gone after its parent was killed. */
const GRACE_MS = 6_000;

/** Runs one test file in a process group of its own, within its budget, and leaves nothing of it running. */
export async function runFile({ repository, file, folder, env, budgetMs }: FileRun): Promise<FileOutcome> {
  const temporary = join(folder, "t");
  const home = join(folder, "h");
  for (const made of [folder, temporary, home]) mkdirSync(made);
  // Tests hand PATH on where they hand nothing else on: it carries the mark as well.
  const PATH = [join(folder, "bin"), env.PATH ?? ""].join(delimiter);
  const report = join(folder, "junit.xml");
  // A file, not a pipe: nothing that outlives the tests can keep it open for us.
  const printed = openSync(join(folder, "output"), "a");
  const began = performance.now();
  const child = Bun.spawn([process.execPath, "test", `./${file}`, "--reporter=junit", `--reporter-outfile=${report}`], {
    cwd: repository,
    env: { ...env, HOME: home, TMPDIR: temporary, PATH },
    stdio: ["ignore", printed, printed],
    detached: true,
  });
  closeSync(printed);
  const timer = setTimeout(() => killGroup(child.pid), budgetMs);
  const code = await child.exited;
  clearTimeout(timer);
  const seconds = (performance.now() - began) / 1000;
  const leftovers = await endLeftovers(folder);
  const output = readFileSync(join(folder, "output"), "utf8");
  const counts = existsSync(report) ? readJunit(readFileSync(report, "utf8")) : NOTHING;
  const failures = [...counts.failures];
  if (seconds * 1000 >= budgetMs) failures.push({ name: "(whole file)", message: `killed after ${budgetMs / 1000} s` });
  else if (code !== 0 && failures.length === 0) failures.push({ name: "(whole file)", message: describeEnd(child) });
  for (const { pid, command } of leftovers) failures.push({ name: "(left running)", message: `${pid}: ${command}` });
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  return { ...counts, failures, file, seconds, output };
}

const NOTHING: TestCounts = { passed: 0, failures: [], skipped: [] };

function describeEnd(child: Bun.Subprocess<"ignore", number, number>): string {
  const { exitCode, signalCode } = child;
  return signalCode === null ? `bun test ended with exit code ${exitCode}` : `bun test died by ${signalCode}`;
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // It ended in this very moment.
  }
}

/** Processes that outlive their test by more than the grace; they are killed, for the next file's sake. */
async function endLeftovers(mark: string): Promise<readonly FoundProcess[]> {
  const end = performance.now() + GRACE_MS;
  // One look proves nothing: a process in the midst of an exec shows neither arguments nor environment.
  for (let empty = 0; empty < 2; ) {
    empty = findMarked(mark).length === 0 ? empty + 1 : 0;
    if (performance.now() > end) return killMarked(mark);
    await Bun.sleep(30);
  }
  return [];
}
