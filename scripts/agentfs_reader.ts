/** `bun run agentfs:read`: the same as `codex-squad agentfs read`. */
import { runProgram } from "../src/cli/program.ts";

process.exitCode = await runProgram(["agentfs", "read", ...process.argv.slice(2)]);
