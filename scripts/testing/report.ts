import type { FileOutcome } from "./run_file.ts";

/** Collects outcomes, prints each as it comes, and everything that failed once more at the end. */
export class Report {
  readonly #outcomes: FileOutcome[] = [];
  readonly #skippedFor = new Map<string, string>();

  add(outcome: FileOutcome): void {
    this.#outcomes.push(outcome);
    const failed = outcome.failures.length;
    if (failed > 0) console.log(`\n---- ${outcome.file} ----\n${outcome.output.trimEnd()}\n----`);
    const skipped = outcome.skipped.length > 0 ? `, ${outcome.skipped.length} skipped` : "";
    const counts = `${outcome.passed} passed${failed > 0 ? `, ${failed} FAILED` : ""}${skipped}`;
    console.log(`${failed > 0 ? "FAIL" : "ok  "} ${outcome.file}: ${counts} (${outcome.seconds.toFixed(1)} s)`);
  }

  /** Tests that are not run at all, and why. */
  skip(file: string, names: readonly string[], reason: string): void {
    this.#skippedFor.set(file, reason);
    this.add({ file, seconds: 0, output: "", passed: 0, failures: [], skipped: names });
  }

  /** Prints the summary, its counts alone on the last line, and gives the exit code. */
  end(): number {
    for (const { file, skipped } of this.#outcomes) {
      const reason = this.#skippedFor.get(file) ?? "the test says so itself";
      for (const name of skipped) console.log(`SKIPPED ${file} > ${name}: ${reason}`);
    }
    for (const { file, failures } of this.#outcomes) {
      for (const { name, message } of failures) {
        console.log(`FAILED ${file} > ${name}${message === "" ? "" : `\n    ${message.replaceAll("\n", "\n    ")}`}`);
      }
    }
    const [passed, failed, skipped] = [
      this.#outcomes.reduce((sum, outcome) => sum + outcome.passed, 0),
      this.#outcomes.reduce((sum, outcome) => sum + outcome.failures.length, 0),
      this.#outcomes.reduce((sum, outcome) => sum + outcome.skipped.length, 0),
    ];
    console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
    return failed > 0 || passed === 0 ? 1 : 0;
  }
}
