import { join } from "node:path";

/** Whether this is the compiled program; otherwise Bun runs the source. */
export const isCompiled = (): boolean => Bun.main.startsWith("/$bunfs/");

/** Keeps Bun from reading a `.env` or `bunfig.toml` of the folder that the child starts in. */
export const ISOLATING_BUN_FLAGS: readonly string[] = ["--no-env-file", "--config=/dev/null"];

/** The command that starts this program again with other arguments. */
export function selfCommand(args: readonly string[]): string[] {
  if (isCompiled()) return [process.execPath, ...args];
  return [process.execPath, ...ISOLATING_BUN_FLAGS, join(import.meta.dir, "..", "main.ts"), ...args];
}
