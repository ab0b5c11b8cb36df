import { ok } from "../../core/result.ts";
import { RUN_VARIABLE } from "../../process/record.ts";
import type { Backend, OpenBackend } from "../backend.ts";
import { openCodex } from "../codex/backend.ts";
import { startServerProcess } from "./server_process.ts";

/** A model that codex knows with its freeform apply_patch and without a warning. */
const DEFAULT_MODEL = "gpt-5.5";

/** The real codex against a model server of our own that plays a scenario: no key, no account, no network. */
export const openScripted: OpenBackend = async (context) => {
  const server = await startServerProcess({
    scenario: context.scenario,
    cwd: process.cwd(),
    env: { ...context.env, [RUN_VARIABLE]: context.runMarker },
  });
  if (!server.ok) return server;
  // A proxy of the user's is for the world outside; the scripted model is on loopback.
  const noProxy = [context.env.NO_PROXY ?? context.env.no_proxy, "127.0.0.1"].filter(Boolean).join(",");
  const codex = await openCodex({
    ...context,
    baseUrl: server.value.baseUrl,
    env: { ...context.env, OPENAI_API_KEY: "scripted", NO_PROXY: noProxy, no_proxy: noProxy },
  });
  if (!codex.ok) {
    await server.value.close();
    return codex;
  }
  const backend: Backend = {
    name: "scripted",
    capabilities: codex.value.capabilities,
    runTurn: (request, signal) => codex.value.runTurn({ ...request, model: request.model ?? DEFAULT_MODEL }, signal),
    lookUpThread: (threadId) => codex.value.lookUpThread(threadId),
    close: async () => {
      await codex.value.close();
      await server.value.close();
    },
  };
  return ok(backend);
};
