import type { Result } from "../core/result.ts";
import type { Backend, BackendContext, BackendProblem, OpenBackend } from "./backend.ts";

/** The only place that names a concrete backend. Each is loaded when it is asked for. */
const BACKENDS = {
  codex: async () => (await import("./codex/backend.ts")).openCodex,
  scripted: async () => (await import("./scripted/backend.ts")).openScripted,
} satisfies Record<string, () => Promise<OpenBackend>>;

export type BackendName = keyof typeof BACKENDS;

export const BACKEND_NAMES = Object.keys(BACKENDS) as readonly BackendName[];

/** Opens a backend by name; the caller closes it. */
export async function openBackend(
  name: BackendName,
  context: BackendContext,
): Promise<Result<Backend, BackendProblem>> {
  const open = await BACKENDS[name]();
  return open(context);
}
