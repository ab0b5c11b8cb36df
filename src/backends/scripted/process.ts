import { parseArgs } from "node:util";

/**
 * The hidden subcommand `__model-server`: the scripted model in a process of its own. It prints one JSON line,
 * `{"port": N}` or `{"problem": TEXT}`, and ends when its standard input closes, so that it dies with whoever
 * started it, however that one ends. Gives the exit code.
 */
export async function runModelServer(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: { scenario: { type: "string" }, port: { type: "string" }, log: { type: "string" } },
  });
  const { loadScenario } = await import("./load_scenario.ts");
  const scenario = loadScenario(values.scenario ?? null);
  if (!scenario.ok) {
    process.stdout.write(`${JSON.stringify({ problem: scenario.error })}\n`);
    return 2;
  }
  const [{ startModelServer }, { createScriptedModel }] = await Promise.all([
    import("./model_server.ts"),
    import("./script.ts"),
  ]);
  const server = startModelServer({
    respond: createScriptedModel(scenario.value),
    port: Number(values.port ?? 0),
    logFile: values.log ?? null,
  });
  process.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
  // A terminal's Ctrl+C or end is for the orchestrator; the model stays until that one is done with it.
  process.on("SIGINT", () => {});
  process.on("SIGHUP", () => {});
  for await (const _ of Bun.stdin.stream()) {
    // Only the end counts.
  }
  await server.stop();
  return 0;
}
