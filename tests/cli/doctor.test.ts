import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Check, isAtLeast, type Surroundings } from "../../src/cli/doctor/check.ts";
import { checkCodexHome, checkDisk, checkLogin, checkPlatform, checkTerminal } from "../../src/cli/doctor/machine.ts";
import { checkCodex, checkGit, checkZellij } from "../../src/cli/doctor/tools.ts";
import { temporaryFolder } from "../rig/folder.ts";

const REAL_CODEX = join(
  import.meta.dir,
  "../../node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex",
);

const machine = (more: Partial<Surroundings>): Surroundings => ({
  projectRoot: "/",
  env: { PATH: process.env.PATH, TERM: "xterm" },
  homeFolder: "/nowhere",
  platform: "linux",
  arch: "x64",
  isTty: true,
  codexPath: null,
  baseUrl: null,
  backend: "codex",
  ...more,
});

/** A folder for PATH with programs that print a text, or end with an error. */
function installTools(folder: string, tools: Record<string, string>): Surroundings["env"] {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(tools)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return { PATH: bin };
}

const stateOf = ({ name, state, message, fix }: Check) => {
  expect(message).not.toBe("");
  if (state === "ok") expect(fix).toBeUndefined();
  else expect(fix).not.toBe("");
  return `${name} ${state}`;
};

test("versions are compared by number", () => {
  expect(isAtLeast("0.163.0", "0.163.0")).toBeTrue();
  expect(isAtLeast("0.1000.0", "0.163.0")).toBeTrue();
  expect(isAtLeast("0.45", "0.44.1")).toBeTrue();
  expect(isAtLeast("0.44", "0.44.1")).toBeFalse();
});

test.skipIf(process.platform !== "linux" || process.arch !== "x64")(
  "the real codex is found and is native",
  async () => {
    const check = await checkCodex(machine({ codexPath: REAL_CODEX }));
    expect(check).toMatchObject({ state: "ok" });
    expect(check.message).toMatch(/^0\.163\.\d+, native/);
  },
);

test("codex that is missing, broken or old is a fail", async () => {
  using folder = temporaryFolder();
  const env = installTools(folder.path, { codex: "echo codex-cli 0.100.2" });
  const old = await checkCodex(machine({ env }));
  expect(old.message).toContain("0.100.2 is too old: 0.163.0");
  expect(stateOf(old)).toBe("codex fail");
  expect(stateOf(await checkCodex(machine({ env: { PATH: "/nowhere" } })))).toBe("codex fail");
  writeFileSync(join(folder.path, "bin/broken"), "#!/bin/sh\nexit 3\n", { mode: 0o755 });
  expect(stateOf(await checkCodex(machine({ codexPath: join(folder.path, "bin/broken") })))).toBe("codex fail");
  expect(stateOf(await checkCodex(machine({ codexPath: "/nowhere/codex" })))).toBe("codex fail");
});

test.each([
  ["echo zellij 0.45.0", "zellij ok"],
  ["echo zellij 0.44.3", "zellij warn"],
  ["echo zellij 0.43.9", "zellij warn"],
  ["exit 1", "zellij warn"],
])("zellij that does `%s`: %s", async (script, expected) => {
  using folder = temporaryFolder();
  expect(stateOf(await checkZellij(machine({ env: installTools(folder.path, { zellij: script }) })))).toBe(expected);
});

test("git: a repository is well, a plain folder is not, no git neither", async () => {
  using folder = temporaryFolder();
  const here = machine({ projectRoot: folder.path });
  expect(stateOf(await checkGit(here))).toBe("git warn");
  Bun.spawnSync(["git", "init", "-q"], { cwd: folder.path });
  expect(stateOf(await checkGit(here))).toBe("git ok");
  expect(stateOf(await checkGit({ ...here, env: { PATH: "/nowhere" } }))).toBe("git warn");
});

test("login: a key, a login, another server or no account at all will do", () => {
  using folder = temporaryFolder();
  expect(stateOf(checkLogin(machine({})))).toBe("login fail");
  expect(stateOf(checkLogin(machine({ env: { OPENAI_API_KEY: "k" } })))).toBe("login ok");
  expect(stateOf(checkLogin(machine({ baseUrl: "http://127.0.0.1:1/v1" })))).toBe("login ok");
  expect(stateOf(checkLogin(machine({ backend: "scripted" })))).toBe("login ok");
  writeFileSync(join(folder.path, "auth.json"), "{}");
  expect(stateOf(checkLogin(machine({ env: { CODEX_HOME: folder.path } })))).toBe("login ok");
});

test("CODEX_HOME has to be there, and outside of the project", () => {
  using folder = temporaryFolder();
  const at = (path: string) => machine({ projectRoot: folder.path, env: { CODEX_HOME: path } });
  expect(stateOf(checkCodexHome(at("/nowhere/codex")))).toBe("CODEX_HOME fail");
  const inside = join(folder.path, "home");
  mkdirSync(inside);
  expect(stateOf(checkCodexHome(at(inside)))).toBe("CODEX_HOME warn");
  using other = temporaryFolder();
  expect(stateOf(checkCodexHome(at(other.path)))).toBe("CODEX_HOME ok");
});

test("platforms: what Turso is not built for is a fail", () => {
  using root = temporaryFolder();
  expect(stateOf(checkPlatform(machine({ platform: "darwin", arch: "x64" })))).toBe("platform fail");
  expect(stateOf(checkPlatform(machine({ platform: "win32" })))).toBe("platform fail");
  expect(stateOf(checkPlatform(machine({ platform: "darwin", arch: "arm64" })))).toBe("platform ok");
  mkdirSync(join(root.path, "lib"));
  writeFileSync(join(root.path, "lib/ld-musl-x86_64.so.1"), "");
  expect(stateOf(checkPlatform(machine({}), root.path))).toBe("platform fail");
  mkdirSync(join(root.path, "lib64"));
  writeFileSync(join(root.path, "lib64/ld-linux-x86-64.so.2"), "");
  expect(stateOf(checkPlatform(machine({}), root.path))).toBe("platform ok");
});

test("disk and terminal", () => {
  const withFree = (bytes: number) => stateOf(checkDisk(machine({}), () => bytes));
  expect([withFree(1e8), withFree(5e8), withFree(1e10)]).toEqual(["disk fail", "disk warn", "disk ok"]);
  expect(stateOf(checkTerminal(machine({ isTty: false })))).toBe("terminal warn");
  expect(stateOf(checkTerminal(machine({ env: { TERM: "dumb" } })))).toBe("terminal warn");
  expect(stateOf(checkTerminal(machine({})))).toBe("terminal ok");
});

test("doctor --json: every check by name; something needed is missing: 3, else 0", () => {
  using folder = temporaryFolder();
  const tools = installTools(folder.path, { codex: "echo codex-cli 0.163.0" });
  const run = (path: string | undefined) =>
    Bun.spawnSync([process.execPath, join(import.meta.dir, "program_entry.ts"), "doctor", "--json"], {
      cwd: folder.path,
      env: { PATH: path ?? "", HOME: folder.path, OPENAI_API_KEY: "k", CODEX_HOME: "/tmp" },
    });
  const well = run(tools.PATH);
  const page = JSON.parse(well.stdout.toString());
  expect(page.ready).toBeTrue();
  expect(well.exitCode).toBe(0);
  expect(page.checks.map((check: Check) => check.name)).toEqual([
    "platform",
    "codex",
    "login",
    "CODEX_HOME",
    "project",
    "disk",
    "git",
    "zellij",
    "terminal",
    "agentfs",
  ]);
  const ill = run("/nowhere");
  expect(ill.exitCode).toBe(3);
  expect(JSON.parse(ill.stdout.toString())).toMatchObject({ ready: false });
});
