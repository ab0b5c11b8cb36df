import type { FileOutcome } from "./run_file.ts";

interface Check {
  readonly name: string;
  /** Run by this very Bun, so that no Node has to be there. */
  readonly args: readonly string[];
}

const CHECKS: readonly Check[] = [
  { name: "lint", args: ["node_modules/@biomejs/biome/bin/biome", "check", "--colors=off", "."] },
  { name: "types", args: ["node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false"] },
  { name: "direction of imports", args: ["scripts/check_imports.ts"] },
  { name: "README's table of settings", args: ["scripts/readme_settings.ts", "--check"] },
];

/** Lint, types and the checks of our own: each counts as one test. */
export async function runChecks(repository: string, report: (outcome: FileOutcome) => void): Promise<void> {
  for (const { name, args } of CHECKS) {
    const began = performance.now();
    const child = Bun.spawn([process.execPath, ...args], {
      cwd: repository,
      env: { ...process.env, NO_COLOR: "1" },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    const failures = code === 0 ? [] : [{ name, message: `exit code ${code}` }];
    report({
      file: name,
      seconds: (performance.now() - began) / 1000,
      output: stdout + stderr,
      passed: code === 0 ? 1 : 0,
      failures,
      skipped: [],
    });
  }
}
