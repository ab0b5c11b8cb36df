import { ChildProcess } from "node:child_process";

interface Spawned {
  readonly stdin: NodeJS.WritableStream | null;
}

let installed = false;
const executables = new Set<string>();

/**
 * Keeps a codex that dies before it has read its prompt from taking this process along: the SDK listens to no error of the
 * child's standard input, and gives no way to, so that EPIPE would be an uncaught exception. Only children that run
 * this executable are touched; their end is reported by the SDK as it is anyway.
 */
export function tolerateEarlyDeath(executable: string): void {
  executables.add(executable);
  if (installed) return;
  installed = true;
  const prototype = ChildProcess.prototype as unknown as { spawn(options: { file?: string }): unknown };
  const spawn = prototype.spawn;
  prototype.spawn = function (this: Spawned, options) {
    const result = spawn.call(this, options);
    if (options.file !== undefined && executables.has(options.file)) this.stdin?.on("error", () => {});
    return result;
  };
}
