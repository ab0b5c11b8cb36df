import { EXIT } from "../../core/exit_codes.ts";
import { defineCommand } from "../command.ts";

/** A script that teaches a shell our commands, flags and choices; made from the same tables as the program. */
export const completion = defineCommand({
  arguments: [{ name: "shell", required: true, choices: ["bash", "zsh", "fish"], help: "For which shell" }],
  notes: `Examples:
  source <(codex-squad completion bash)
  source <(codex-squad completion zsh)
  codex-squad completion fish > ~/.config/fish/completions/codex-squad.fish`,
  async run({ words: [shell], output }) {
    const { writeBash, writeFish, writeZsh } = await import("../completion_scripts.ts");
    const write = shell === "bash" ? writeBash : shell === "zsh" ? writeZsh : writeFish;
    await output.print(write());
    return EXIT.done;
  },
});
