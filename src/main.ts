/**
 * The one executable. What it is depends on how it was called: as codex's guard (an environment variable says so), as
 * one of our own background processes (a hidden first word), under one of the other names that link to it, or as
 * `codex-squad` with a subcommand. Nothing is loaded that this call does not need.
 */
import { writeSync } from "node:fs";
import { basename } from "node:path";
import { VERSION } from "./core/version.ts";

const HIDDEN: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  __warden: async (argv) => (await import("./process/warden.ts")).runWarden(argv),
  __recorder: async (argv) => {
    const [{ runRecorder }, { InterruptSummary }] = await Promise.all([
      import("./store/recorder.ts"),
      import("./views/interrupt.ts"),
    ]);
    return runRecorder(argv, () => new InterruptSummary());
  },
  __panes: async (argv) => (await import("./launch/pane_keeper.ts")).runPaneKeeper(argv),
  "__model-server": async (argv) => (await import("./backends/scripted/process.ts")).runModelServer(argv),
};

async function main(): Promise<number> {
  // The guard's own name for it is in process/guard.ts, which loads more than `--version` should wait for.
  if (process.env.ORCHESTRATED_CODEX_GUARD) return (await import("./process/guard.ts")).runGuard();
  let argv: readonly string[] = process.argv.slice(2);
  if (argv[0] === "--version" || argv[0] === "-V") return printVersion();
  const hidden = HIDDEN[argv[0] ?? ""];
  if (hidden) return hidden(argv.slice(1));
  if (argv[0] === "__bootstrap") argv = await (await import("./launch/bootstrap.ts")).runBootstrap(argv.slice(1));
  if (argv[0] === "logs" && argv.includes("--pane")) {
    const { parsePaneCall, runPane } = await import("./cli/pane.ts");
    const call = parsePaneCall(argv);
    if (call) return runPane(call);
  }
  const { runProgram } = await import("./cli/program.ts");
  const name = basename(process.argv0);
  if (name === "memory_inspector") return runProgram(argv, { only: "memory" });
  return runProgram(argv, { defaultHeadless: name === "codex_orchestrator" });
}

/** Without the program: scripts ask for it all the time. */
function printVersion(): number {
  writeSync(1, `${VERSION}\n`);
  return 0;
}

process.exit(await main());
