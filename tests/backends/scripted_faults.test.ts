import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BackendEvent } from "../../src/backends/backend.ts";
import { openBackend } from "../../src/backends/registry.ts";
import { loadScenario } from "../../src/backends/scripted/load_scenario.ts";
import { createScriptedModel } from "../../src/backends/scripted/script.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import { nativeCodexPath, privateCodexHome } from "../rig/codex_home.ts";
import { startGatedServer } from "../rig/model_server.ts";

test("the faults scenario is overcome by the real codex, each fault with one more request", async () => {
  const scenario = loadScenario("faults");
  if (!scenario.ok) throw new Error(scenario.error);
  await using model = startGatedServer({ respond: createScriptedModel(scenario.value) });
  using home = privateCodexHome();
  const processesFolder = join(home.project, ".orchestrator", "s1", "processes");
  mkdirSync(processesFolder, { recursive: true });
  const opened = await openBackend("codex", {
    session: "s1",
    projectRoot: home.project,
    processesFolder,
    runMarker: `faults-${crypto.randomUUID()}`,
    protectedPaths: [],
    codexPath: nativeCodexPath(),
    baseUrl: model.baseUrl,
    scenario: null,
    trust: false,
    env: home.env,
  });
  if (!opened.ok) throw new Error(opened.error.message);
  const play = async (agent: string, phase: "plan" | "follow-up"): Promise<BackendEvent | undefined> => {
    let last: BackendEvent | undefined;
    const turn = { session: "s1", agent, phase, attempt: 1, threadId: null, threadUsage: NO_USAGE, prompt: "Go." };
    const place = { workspace: home.project, sandbox: "read-only", network: false, webSearch: false } as const;
    const signal = new AbortController().signal;
    for await (const event of opened.value.runTurn({ ...turn, ...place, model: "gpt-5.5" }, signal)) last = event;
    return last;
  };
  const ends = await Promise.all([play("planner", "plan"), play("researcher", "plan"), play("builder", "follow-up")]);
  await opened.value.close();
  expect(ends.map((event) => event?.type)).toEqual(["finished", "finished", "finished"]);
  expect(model.server.counts().agents).toEqual({
    planner: { plan: 4 },
    researcher: { plan: 4 },
    builder: { "follow-up": 2 },
  });
});
