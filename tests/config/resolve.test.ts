import { describe, expect, test } from "bun:test";
import { defaultSettings, resolveSettings, type SettingProblem } from "../../src/config/resolve.ts";

type FlagTexts = Record<string, string | true>;
const resolve = (flags: FlagTexts, env: Record<string, string> = {}) =>
  resolveSettings({ flags, env, currentFolder: "/projects/here" });

const settingsOf = (flags: FlagTexts, env: Record<string, string> = {}) => {
  const resolved = resolve(flags, env);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.error));
  return resolved.value;
};

const problemsOf = (flags: FlagTexts, env: Record<string, string> = {}): readonly SettingProblem[] => {
  const resolved = resolve(flags, env);
  return resolved.ok ? [] : resolved.error;
};

describe("where a value comes from", () => {
  test("flag before environment before default, and it is said which", () => {
    const env = { ORCHESTRATED_CODEX_BACKEND: "scripted" };
    expect(settingsOf({}, env).settings.backend).toBe("scripted");
    expect(settingsOf({}, env).origins.backend).toEqual({ from: "environment", name: "ORCHESTRATED_CODEX_BACKEND" });
    expect(settingsOf({ backend: "codex" }, env).settings.backend).toBe("codex");
    expect(settingsOf({ backend: "codex" }, env).origins.backend).toEqual({ from: "flag", name: "--backend" });
    expect(settingsOf({}).origins.backend).toEqual({ from: "default" });
  });

  test("an empty environment variable counts as not set", () => {
    expect(settingsOf({}, { AGENTFS_SESSION: "" }).settings.agentfsSession).toBeNull();
  });

  test("the project folder is the current one unless named", () => {
    expect(defaultSettings("/projects/here").projectRoot).toBe("/projects/here");
    expect(settingsOf({ projectRoot: "../there" }).settings.projectRoot).toBe("/projects/there");
  });

  test("a negated flag turns its setting off", () => {
    expect(settingsOf({}).settings.memory).toBeTrue();
    expect(settingsOf({ memory: true }).settings.memory).toBeFalse();
  });

  test("settings outside of the asked ones are not read", () => {
    const given = { flags: {}, env: { ORCHESTRATED_CODEX_BACKEND: "nonsense" }, currentFolder: "/" };
    expect(resolveSettings(given).ok).toBeFalse();
    expect(resolveSettings(given, new Set(["projectRoot"])).ok).toBeTrue();
  });
});

test.each([
  ["90s", 90_000],
  ["30m", 1_800_000],
  ["1h30m", 5_400_000],
  ["45", 45_000],
  ["1h2m3s", 3_723_000],
])("--turn-timeout %s", (text, ms) => {
  expect(settingsOf({ turnTimeout: text }).settings.turnTimeout).toBe(ms);
});

test("lists are split at commas, paths made absolute, - kept for standard input", () => {
  const { settings } = settingsOf({ agents: "planner, builder,planner", memoryDir: "mem", promptFile: "-" });
  expect(settings.agents).toEqual(["planner", "builder"]);
  expect(settings.memoryDir).toBe("/projects/here/mem");
  expect(settings.promptFile).toBe("-");
});

test.each([
  ["maxParallel", "0"],
  ["maxParallel", "2.5"],
  ["maxParallel", "-1"],
  ["maxParallel", "4x"],
  ["maxParallel", " 4"],
  ["maxParallel", "1e2"],
  ["maxParallel", "257"],
  ["maxParallel", ""],
  ["turnTimeout", "0"],
  ["turnTimeout", "5x"],
  ["turnTimeout", ""],
  ["turnTimeout", "30m1h"],
  ["turnTimeout", "99999h"],
  ["schedule", "random"],
  ["sandbox", "none"],
  ["session", "../up"],
  ["session", "a".repeat(49)],
  ["agentfsId", "../../etc/x"],
  ["baseUrl", "localhost:80"],
  ["baseUrl", "file:///etc/passwd"],
  ["agents", "a,,b"],
  ["agents", ""],
  ["promptFile", ""],
] as const)("%s refuses %j and names it", (key, value) => {
  const [problem, ...more] = problemsOf({ [key]: value });
  expect(more).toEqual([]);
  expect(problem).toMatchObject({ kind: "bad-value", value });
  expect(problem?.kind === "bad-value" && problem.name.startsWith("--") && problem.allowed.length > 5).toBeTrue();
});

test("all problems are reported at once, those of the environment by the variable's name", () => {
  const problems = problemsOf({ maxParallel: "0", turnTimeout: "soon" }, { ORCHESTRATED_CODEX_BACKEND: "llama" });
  expect(problems.map((problem) => problem.name).sort()).toEqual([
    "--max-parallel",
    "--turn-timeout",
    "ORCHESTRATED_CODEX_BACKEND",
  ]);
});

test("what belongs to a later version is refused by name", () => {
  expect(problemsOf({ backend: "minimax" })).toEqual([{ kind: "not-yet", name: "--backend minimax" }]);
  expect(problemsOf({}, { ORCHESTRATED_CODEX_BACKEND: "minimax" })).toEqual([
    { kind: "not-yet", name: "ORCHESTRATED_CODEX_BACKEND minimax" },
  ]);
});

test("a scenario is a built-in name, or a file from the folder that the command was typed in", () => {
  const scenarioOf = (text: string) => {
    const resolved = resolveSettings({ flags: { scenario: text }, env: {}, currentFolder: "/here" });
    return resolved.ok ? resolved.value.settings.scenario : null;
  };
  expect(scenarioOf("slow")).toBe("slow");
  expect(scenarioOf("mine.json")).toBe("/here/mine.json");
  expect(scenarioOf("./mine")).toBe("/here/mine");
});
