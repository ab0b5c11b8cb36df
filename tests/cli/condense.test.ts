// budget 120 s
import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findMarked } from "../../src/process/find_marked.ts";
import { nativeCodexPath, privateCodexHome } from "../rig/codex_home.ts";
import { startGatedServer } from "../rig/model_server.ts";
import { startProgram } from "../rig/program.ts";
import { until } from "../rig/wait.ts";
import { artifactOf, daysAgo, listArtifacts, memoryOf, storeArtifacts } from "../store/stored_artifacts.ts";

/** A project with groups of three old artifacts each, and the program in it. */
async function openProject(agents: readonly string[]) {
  const home = privateCodexHome({ ORCHESTRATED_CODEX_CODEX_PATH: nativeCodexPath() });
  const path = memoryOf(home.project);
  const artifacts = agents.flatMap((agent, index) =>
    [9, 8, 7].map((days) =>
      artifactOf({ createdAt: daysAgo(days - index / 10), agent, content: `${agent} on ${days}` }),
    ),
  );
  await storeArtifacts(path, artifacts);
  // Where the folders of the turns go: what stays behind there is seen.
  const temporary = join(home.path, "tmp");
  mkdirSync(temporary);
  const env = { ...home.env, TMPDIR: temporary };
  const start = (...argv: readonly string[]) =>
    startProgram(["memory", "condense", ...argv], { cwd: home.project, env });
  const summaries = () => listArtifacts(path).filter(({ type }) => type === "summary");
  const processes = () => findMarked({ variable: "TMPDIR", value: temporary });
  const leftovers = () => readdirSync(temporary).filter((name) => name.startsWith("codex-squad-"));
  return { home, start, summaries, processes, leftovers, [Symbol.dispose]: () => home[Symbol.dispose]() };
}

test("--backend scripted: one model turn a group; one that fails leaves its group as it is, exit 1, and is tried again", async () => {
  using project = await openProject(["api", "docs", "ui"]);
  const scenario = join(project.home.path, "scenario.json");
  const refused = { fault: { status: 400, message: "This is refused.", times: "always" } };
  const turns = { "1": [{ say: "## Decisions\n- Keep it" }], "2": [refused], "*": [{ say: "  \n" }] };
  writeFileSync(scenario, JSON.stringify({ version: 1, agents: { condenser: { work: turns } } }));
  const first = await project.start("--backend", "scripted", "--scenario", scenario, "--json").ended;
  expect(first.code).toBe(1);
  const page = JSON.parse(first.out);
  expect(page.summaries).toHaveLength(1);
  expect(page.usage.output).toBeGreaterThan(0);
  expect(page.failed).toMatchObject([{ because: expect.stringContaining("This is refused.") }, { artifacts: 3 }]);
  expect(first.err).toMatch(/^codex_orchestrator: not condensed: 3 of docs, plan: .*This is refused\..*\n/);
  expect(project.summaries()).toHaveLength(1);
  expect(project.summaries()[0]?.content).toEndWith("## Decisions\n- Keep it\n");
  // What the model could not do is done by extraction; what it did stays.
  expect((await project.start().ended).code).toBe(0);
  expect(
    project
      .summaries()
      .map(({ agent }) => agent)
      .sort(),
  ).toEqual(["api", "docs", "ui"]);
  expect(project.leftovers()).toEqual([]);
}, 60_000);

test("--backend codex: the prompt has the texts; Ctrl+C ends the turn, exit 4; kill -9 leaves no codex behind", async () => {
  using project = await openProject(["api", "ui"]);
  await using model = startGatedServer();
  const flags = ["--backend", "codex", "--base-url", model.baseUrl, "--model", "gpt-5.5"];
  const interrupted = project.start(...flags);
  const asked = await model.nextCall("condenser");
  for (const text of ["api on 9", "api on 8", "api on 7"]) expect(asked.call.prompt).toContain(text);
  expect(asked.call.prompt).not.toContain("ui on 9");
  expect(project.processes().length).toBeGreaterThan(1);
  interrupted.kill("SIGINT");
  const stopped = await interrupted.ended;
  expect(stopped.code).toBe(4);
  expect(stopped.err).toContain("1 more groups");
  expect(project.summaries()).toEqual([]);
  expect(project.processes()).toEqual([]);
  expect(project.leftovers()).toEqual([]);

  const killed = project.start(...flags);
  await model.nextCall("condenser");
  killed.kill("SIGKILL");
  await killed.ended;
  await until("the end of codex", () => project.processes().length === 0, 5000);
  expect(project.summaries()).toEqual([]);
}, 60_000);
