/** `launch_codex_orchestrator_session` from source: one prompt opens the panes and starts the run behind them. */
import { runProgram } from "./cli/program.ts";

process.exit(await runProgram(process.argv.slice(2)));
