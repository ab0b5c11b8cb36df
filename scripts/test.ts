/**
 * `bun run test [PATTERN...]`: lint, types, checks and every test, or only the test files whose path contains a
 * PATTERN. It has to work in a fresh clone, before anything is installed: nothing but built-in modules and those in
 * testing/, for which the same holds, may be imported here. The last line is the count; the exit code is 0 when
 * everything passed.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { runChecks } from "./testing/checks.ts";
import { killMarked } from "./testing/process_table.ts";
import { Report } from "./testing/report.ts";
import { runFile } from "./testing/run_file.ts";
import { ensureInstalled, makeEnvironment } from "./testing/setup.ts";
import { listTestFiles, readTestNames, type TestFile } from "./testing/test_files.ts";
import { type FoundZellij, findZellij } from "./testing/zellij.ts";

const REPOSITORY = resolve(import.meta.dir, "..");
/** Tests start many real processes: more than two files at once only make each other late. */
const FILES_AT_ONCE = Math.min(2, availableParallelism());

async function main(patterns: readonly string[]): Promise<number> {
  const report = new Report();
  if (!ensureInstalled(REPOSITORY)) return failAtOnce("bun install failed; its lines above say why");
  const files = listTestFiles(REPOSITORY, patterns);
  if (files.length === 0) return failAtOnce(`no test file's path contains ${patterns.join(" or ")}`);
  if (patterns.length === 0) await runChecks(REPOSITORY, (outcome) => report.add(outcome));
  const zellij: FoundZellij = files.some(({ needsZellij }) => needsZellij)
    ? findZellij(REPOSITORY)
    : { path: null, reason: "" };
  const folder = realpathSync(mkdtempSync("/tmp/oct-"));
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.on(signal, () => {
      killMarked(folder);
      rmSync(folder, { recursive: true, force: true });
      process.exit(code);
    });
  }
  try {
    await runFiles({ files, zellij, folder, report });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  return report.end();
}

function failAtOnce(reason: string): number {
  console.log(`${reason}\n0 passed, 1 failed`);
  return 1;
}

interface Batch {
  readonly files: readonly TestFile[];
  readonly zellij: FoundZellij;
  /** Short, for there will be sockets in it. */
  readonly folder: string;
  readonly report: Report;
}

async function runFiles({ files, zellij, folder, report }: Batch): Promise<void> {
  const env = makeEnvironment(folder, zellij.path);
  const canRun = (file: TestFile): boolean => zellij.path !== null || !file.needsZellij;
  for (const { path } of files.filter((file) => !canRun(file))) skipForZellij(path, zellij, report);
  // Names of one length: a folder's path is what marks its processes, and none may be the beginning of another.
  const queue = files
    .filter(canRun)
    .map((file, index) => ({ ...file, folder: join(folder, String(index).padStart(3, "0")) }));
  const work = async (isWanted: (file: TestFile) => boolean): Promise<void> => {
    for (;;) {
      const index = queue.findIndex(isWanted);
      const [file] = index === -1 ? [] : queue.splice(index, 1);
      if (!file) return;
      const { path, budgetMs } = file;
      report.add(await runFile({ repository: REPOSITORY, file: path, folder: file.folder, env, budgetMs }));
    }
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, () => work((file) => !file.runsAlone)));
  await work(() => true);
}

/** A person may do without Zellij; where CI says that all was tested, all was. */
function skipForZellij(path: string, zellij: FoundZellij, report: Report): void {
  const reason = zellij.path === null ? zellij.reason : "";
  const found = readTestNames(REPOSITORY, path);
  const names = found.length > 0 ? found : ["(whole file)"];
  if (process.env.CI === "true") {
    const failures = names.map((name) => ({ name, message: `not run: ${reason}` }));
    report.add({ file: path, seconds: 0, output: reason, passed: 0, failures, skipped: [] });
  } else {
    report.skip(path, names, reason);
  }
}

process.exit(await main(process.argv.slice(2)));
