import { EXIT } from "../core/exit_codes.ts";
import type { Output } from "./output.ts";

let installed = false;

/** What nobody caught is a bug: one line, exit code 70, and the stack only for those who ask with --verbose. */
export function catchCrashes({ output, verbose }: { readonly output: Output; readonly verbose: boolean }): void {
  if (installed) return;
  installed = true;
  const crash = (error: unknown) => {
    void output.fail({ kind: "bug", error, verbose }).finally(() => process.exit(EXIT.bug));
  };
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
}
