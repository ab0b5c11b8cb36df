import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../rig/folder.ts";

const ENTRY = join(import.meta.dir, "program_entry.ts");

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program in a folder of its own, with an environment that sets nothing of ours. */
function run(argv: readonly string[], more: { cwd?: string; env?: Record<string, string>; stdin?: string } = {}): Run {
  using folder = temporaryFolder();
  const done = Bun.spawnSync([process.execPath, ENTRY, ...argv], {
    cwd: more.cwd ?? folder.path,
    env: { PATH: process.env.PATH ?? "", HOME: folder.path, ...more.env },
    stdin: Buffer.from(more.stdin ?? ""),
  });
  return { code: done.exitCode ?? -1, out: done.stdout.toString(), err: done.stderr.toString() };
}

test("--version prints the version and nothing else", () => {
  const { version } = require("../../package.json");
  expect(run(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

test("--help of the program names every flag and command; that of a command its own", () => {
  const whole = run(["--help"]);
  expect(whole).toMatchObject({ code: 0, err: "" });
  for (const word of ["--prompt-file <file>", "--max-parallel <n>", "default 4", "config show", "completion"]) {
    expect(whole.out).toContain(word);
  }
  const one = run(["config", "show", "--help"]);
  expect(one.code).toBe(0);
  expect(one.out).toStartWith("Usage: codex-squad config show");
  expect(run(["config", "--help"]).out).toBe(
    "Commands:\n  config show     Print every setting with where its value comes from\n  config compile  Compile the squad's Starlark file to JSON\n  config check    Tell everything that is wrong with a configuration of the squad\n",
  );
});

describe("a wrong command line ends with 2 and one line that names it", () => {
  test.each([
    [["plan", "--promt", "x"], 'unknown option "--promt"', "did you mean --prompt?"],
    [["plan", "--model"], 'option "--model <name>" argument missing', "see: codex-squad plan --help"],
    [
      ["plan", "--prompt", "--mini"],
      "--prompt needs a value",
      '"--mini" is a flag; if it is meant, write --prompt=--mini',
    ],
    [["plan", "--max-parallel", "0"], '--max-parallel: "0" is not allowed', "allowed is a whole number from 1 to 256"],
    [
      ["plan", "--backend", "minimax"],
      "--backend minimax does not run yet",
      "it is planned for a later version; leave it out",
    ],
    [["plan", "--relay", "--max-waves", "6"], '--max-waves: "6" is not allowed', "allowed is 1 to 5 in a relay"],
    [
      ["completion", "tcsh"],
      '"tcsh" is invalid for argument "shell". Allowed choices are bash, zsh, fish',
      "see: codex-squad completion --help",
    ],
    [
      ["config", "show", "more"],
      "too many arguments. Expected 0 arguments but got 1: more",
      "see: codex-squad config show --help",
    ],
    [
      ["config"],
      "config: say what: show or compile or check",
      "config show or compile or check. To use it as a prompt write --prompt",
    ],
    [["plna"], 'there is no command "plna"', "did you mean plan? To use it as a prompt write --prompt"],
    [["plan", "--agents", "planer"], '--agents: there is no agent "planer"', "did you mean planner?"],
    [["plan", "--project-root", "/nowhere"], "/nowhere is not a folder", "--project-root names an existing folder"],
    [["plan", "--prompt", " "], "the prompt from --prompt is empty", null],
    [
      ["plan", "--prompt", "a", "b"],
      'the prompt is given more than once: --prompt and the words "b"',
      "give it in one way",
    ],
  ] as [string[], string, string | null][])("%j", (argv, line, hint) => {
    const { code, out, err } = run(argv);
    expect(err).toBe(`codex-squad: ${line}\n${hint === null ? "" : `  hint: ${hint}\n`}`);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  test("all wrong values are named at once", () => {
    const { err } = run(["plan", "--max-parallel", "x"], { env: { ORCHESTRATED_CODEX_BACKEND: "llama" } });
    expect(err).toContain("--max-parallel");
    expect(err).toContain(
      'ORCHESTRATED_CODEX_BACKEND: "llama" is not allowed\n  hint: allowed is one of codex, scripted',
    );
  });
});

describe("plan", () => {
  test("takes a prompt from the words, or from standard input, and prints the tree", () => {
    const words = run(["plan", "Ship", "the MVP"]);
    expect(words).toMatchObject({ code: 0, err: "" });
    expect(words.out).toContain("Prompt:     Ship the MVP\n");
    expect(words.out).toContain("├─ researcher  Researcher · after planner · 2 turns · read-only · model of Codex\n");
    expect(words.out).not.toContain("\x1b[");
    expect(run(["plan", "--prompt-file", "-"], { stdin: "from a pipe" }).out).toContain("Prompt:     from a pipe\n");
  });

  test("--json gives plan, settings and places; nothing is written", () => {
    using folder = temporaryFolder();
    const { out } = run(["plan", "--json", "--mini", "--sandbox", "workspace-write", "--no-agentfs"], {
      cwd: folder.path,
    });
    const page = JSON.parse(out);
    expect(page.plan.groups[0].agents.map((agent: { id: string }) => agent.id)).toEqual([
      "planner",
      "researcher",
      "builder",
    ]);
    expect(page.plan.groups[0].agents[0]).toMatchObject({ model: "codex-mini-latest", sandbox: "workspace-write" });
    expect(page.settings).toMatchObject({ mini: true, prompt: null, projectRoot: folder.path });
    expect(page.storage).toMatchObject({ actionLog: null, logs: join(folder.path, "logs") });
    expect([...new Bun.Glob("**").scanSync({ cwd: folder.path, dot: true })]).toEqual([]);
  });

  test("warns of a broken configuration in the project, and shows where a named one is broken", () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, "configs"));
    const path = join(folder.path, "configs", "agents.out.json");
    writeFileSync(path, '{"version": 1,\n "groups": [,]}');
    const found = run(["plan"], { cwd: folder.path });
    expect(found.code).toBe(0);
    expect(found.err).toBe(`codex-squad: ${path}:2:13: this is not JSON. The built-in squad runs instead\n`);
    const named = run(["plan"], { env: { ORCHESTRATED_CODEX_AGENTS_CONFIG: path } });
    expect(named.code).toBe(2);
    expect(named.err).toBe(`codex-squad: ${path}:2:13: this is not JSON\n   "groups": [,]}\n${" ".repeat(14)}^\n`);
  });
});

test("config show says where each value comes from", () => {
  const argv = ["config", "show", "--json", "--max-parallel", "8"];
  const page = JSON.parse(run(argv, { env: { CODEX_MEMORY_DIR: "/mem" } }).out);
  expect(page.maxParallel).toEqual({
    flag: "--max-parallel",
    value: 8,
    origin: { from: "flag", name: "--max-parallel" },
  });
  expect(page.memoryDir).toMatchObject({ value: "/mem", origin: { from: "environment", name: "CODEX_MEMORY_DIR" } });
  expect(page.turnTimeout).toMatchObject({ value: 1_800_000, origin: { from: "default" } });
  const text = run(["config", "show", "--turn-timeout", "90s", "--no-memory"]).out;
  expect(text).toMatch(/^turn-timeout +90s +flag --turn-timeout$/m);
  expect(text).toMatch(/^memory +false +flag --no-memory$/m);
});

test("a reader that goes away is no error", () => {
  const shell = `"${process.execPath}" "${ENTRY}" completion fish | head -1; exit "\${PIPESTATUS[0]}"`;
  const done = Bun.spawnSync(["bash", "-c", shell]);
  expect(done.stderr.toString()).toBe("");
  expect(done.exitCode).toBe(0);
});

test.each(["bash", "zsh", "fish"])("completion %s: the shell takes the script and offers our words", (shell) => {
  const script = run(["completion", shell]).out;
  for (const word of ["schedule", "dataflow", "doctor", "launch_codex_orchestrator_session"])
    expect(script).toContain(word);
  expect(script).toContain("agents-lark");
  expect(script).toContain("max-waves");
  if (shell !== "bash") return;
  const ask = `${script}\nCOMP_WORDS=(codex-squad con); COMP_CWORD=1; _codex_squad; echo "\${COMPREPLY[@]}"
COMP_WORDS=(codex-squad --schedule b); COMP_CWORD=2; _codex_squad; echo "\${COMPREPLY[@]}"`;
  expect(Bun.spawnSync(["bash", "-c", ask]).stdout.toString()).toBe("config\nbarrier\n");
});
