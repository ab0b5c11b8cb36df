/** `codex_orchestrator` from source: the headless orchestrator, with every subcommand of `codex-squad`. */
import { runProgram } from "./cli/program.ts";

process.exit(await runProgram(process.argv.slice(2), { defaultHeadless: true }));
