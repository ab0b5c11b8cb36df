import { expect, test } from "bun:test";
import { join } from "node:path";

const CLI = join(import.meta.dir, "../../src/cli");

test.each(['setTimeout(() => { throw new Error("late"); })', 'void Promise.reject(new Error("late"))'])(
  "what nobody caught ends with 70 and one line: %s",
  (code) => {
    const script = `
      import { catchCrashes } from "${CLI}/crash.ts";
      import { createOutput } from "${CLI}/output.ts";
      const output = createOutput({ program: "codex-squad", env: {}, stdout: process.stdout, stderr: process.stderr });
      catchCrashes({ output, verbose: false });
      ${code};
      setTimeout(() => {}, 60_000);`;
    const done = Bun.spawnSync([process.execPath, "-e", script]);
    const hint = "  hint: this is a bug of codex-squad; --verbose shows where\n";
    expect(done.stderr.toString()).toBe(`codex-squad: unexpected error: late\n${hint}`);
    expect(done.exitCode).toBe(70);
  },
);
