// What `npx -y bun@1.4.5 run test` does, on a small project made for it.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { temporaryFolder } from "../rig/folder.ts";
import { REPOSITORY } from "./tracked.ts";

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly lastLine: string;
}

const scratch = temporaryFolder("ocp-");

beforeAll(() => {
  mkdirSync(join(scratch.path, "scripts"));
  mkdirSync(join(scratch.path, "tests"));
  cpSync(join(REPOSITORY, "scripts", "test.ts"), join(scratch.path, "scripts", "test.ts"));
  cpSync(join(REPOSITORY, "scripts", "testing"), join(scratch.path, "scripts", "testing"), { recursive: true });
  cpSync(join(REPOSITORY, "bunfig.toml"), join(scratch.path, "bunfig.toml"));
  mkdirSync(join(scratch.path, "part"));
  writeFileSync(join(scratch.path, "part", "package.json"), '{"name":"part"}');
  const small = { name: "small", workspaces: ["part"], scripts: packageJson.scripts };
  writeFileSync(join(scratch.path, "package.json"), JSON.stringify(small));
  const installed = Bun.spawnSync([process.execPath, "install"], { cwd: scratch.path });
  expect(installed.success).toBe(true);
  rmSync(join(scratch.path, "node_modules"), { recursive: true });
  writeTest("good", 'import { test } from "bun:test"; test("fine", () => {});');
});

afterAll(() => scratch[Symbol.dispose]());

function writeTest(name: string, text: string): void {
  writeFileSync(join(scratch.path, "tests", `${name}.test.ts`), text);
}

async function run(command: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const env = { PATH: process.env.PATH ?? "", HOME: scratch.path, TMPDIR: process.env.TMPDIR, ...more };
  const child = Bun.spawn([...command], { cwd: scratch.path, env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  const out = stdout + stderr;
  return { code, out, lastLine: out.trimEnd().split("\n").at(-1) ?? "" };
}

const BUN_TEST = [process.execPath, "run", "test"] as const;
/** Where no bun is on PATH, as a script's shell needs it. */
const SCRIPT = [process.execPath, "scripts/test.ts"] as const;

const runTests = (...patterns: string[]): Promise<Ended> => run([...BUN_TEST, ...patterns]);

test("the count stands alone on the last line, and all that passed is exit 0", async () => {
  const { code, lastLine, out } = await runTests("good");
  expect(out).toContain("ok   tests/good.test.ts: 1 passed");
  expect(lastLine).toBe("1 passed, 0 failed");
  expect(code).toBe(0);
});

test("failures are told again at the end, skipped ones by name", async () => {
  writeTest(
    "bad",
    'import { expect, test } from "bun:test"; test("one & one", () => expect(2).toBe(3)); test.skip("later", () => {});',
  );
  const { code, lastLine, out } = await runTests("good", "bad");
  expect(out).toContain("SKIPPED tests/bad.test.ts > later");
  expect(out).toContain("FAILED tests/bad.test.ts > one & one\n    expect(received).toBe(expected)");
  expect(lastLine).toBe("1 passed, 1 failed, 1 skipped");
  expect(code).toBe(1);
});

test("a file that cannot be loaded is a failure", async () => {
  writeTest("broken", 'throw new Error("no");');
  const { code, lastLine, out } = await runTests("broken");
  expect(out).toContain("FAILED tests/broken.test.ts > (whole file)");
  expect(lastLine).toBe("0 passed, 1 failed");
  expect(code).toBe(1);
});

test("no test at all is a failure", async () => {
  const { code, lastLine } = await runTests("no-such-file");
  expect(lastLine).toBe("0 passed, 1 failed");
  expect(code).toBe(1);
});

test("a file that hangs is killed with all that it started, and named", async () => {
  writeTest(
    "hanging",
    `// budget 1 s
import { test } from "bun:test";
test("hangs", async () => { await Bun.spawn(["sleep", "7000001"]).exited; }, 600_000);`,
  );
  const { code, lastLine, out } = await runTests("hanging");
  expect(out).toContain("FAILED tests/hanging.test.ts > (whole file)\n    killed after 1 s");
  expect(lastLine).toBe("0 passed, 1 failed");
  expect(code).toBe(1);
  expect(Bun.spawnSync(["pgrep", "-f", "sleep 7000001"]).stdout.toString()).toBe("");
});

test("what a test leaves running is named and killed", async () => {
  writeTest(
    "untidy",
    `import { test } from "bun:test";
test("leaves a process", () => {
  const env = { PATH: process.env.PATH };
  Bun.spawn(["sleep", "7000002"], { env, detached: true, stdio: ["ignore", "ignore", "ignore"] }).unref();
});`,
  );
  const { lastLine, out } = await runTests("untidy");
  expect(out).toMatch(/FAILED tests\/untidy\.test\.ts > \(left running\)\n {4}\d+: sleep 7000002/);
  expect(lastLine).toBe("1 passed, 1 failed");
  expect(Bun.spawnSync(["pgrep", "-f", "sleep 7000002"]).stdout.toString()).toBe("");
}, 30_000);

test("tests find bun by name, and nothing personal", async () => {
  writeTest(
    "surroundings",
    `import { expect, test } from "bun:test";
import { realpathSync } from "node:fs";
test("bun", () => expect(realpathSync(Bun.which("bun") ?? "")).toBe(realpathSync(process.execPath)));
test("nothing personal", () => expect([process.env.OPENAI_API_KEY, process.env.CODEX_HOME]).toEqual([undefined, undefined]));`,
  );
  const command = [...SCRIPT, "surroundings"];
  const { lastLine } = await run(command, { OPENAI_API_KEY: "secret", CODEX_HOME: "/nowhere", PATH: "/usr/bin:/bin" });
  expect(lastLine).toBe("2 passed, 0 failed");
});

test("without Zellij its tests are named as skipped; CI takes that for a failure", async () => {
  writeTest("panes", '// needs zellij\nimport { test } from "bun:test";\ntest("panes open", () => {});\n');
  const tools = join(scratch.path, "tools");
  mkdirSync(tools);
  writeFileSync(join(tools, "tmux"), "");
  chmodSync(join(tools, "tmux"), 0o755);
  const bare = { PATH: tools };
  const command = [...SCRIPT, "panes", "good"];
  const home = await run(command, bare);
  expect(home.out).toMatch(/SKIPPED tests\/panes\.test\.ts > panes open: .*no zellij on PATH/);
  expect([home.lastLine, home.code]).toEqual(["1 passed, 0 failed, 1 skipped", 0]);
  const ci = await run(command, { ...bare, CI: "true" });
  expect([ci.lastLine, ci.code]).toEqual(["1 passed, 1 failed", 1]);
});

test("CI runs README's command, in the version that package.json names", async () => {
  const bin = join(scratch.path, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "npx"), '#!/bin/sh\necho "$@" "CI=$CI"\n');
  chmodSync(join(bin, "npx"), 0o755);
  const script = join(REPOSITORY, ".ci", "run");
  const { out } = await run([script], { PATH: `${bin}:${process.env.PATH}` });
  expect(out).toBe(`-y ${packageJson.packageManager} run test CI=true\n`);
  expect(readFileSync(join(REPOSITORY, "README.md"), "utf8")).toContain(`npx ${out.replace(" CI=true", "")}`);
});
