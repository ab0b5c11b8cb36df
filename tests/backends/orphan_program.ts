import { join } from "node:path";
import type { BackendContext, TurnRequest } from "../../src/backends/backend.ts";
import { openCodex } from "../../src/backends/codex/backend.ts";
import { startWarden } from "../../src/process/warden_client.ts";

// An orchestrator in small: a warden and one turn, told by JSON in the first argument. The test kills it.
const { context, request, warden } = JSON.parse(process.argv[2] ?? "") as {
  context: BackendContext;
  request: TurnRequest;
  warden: boolean;
};
if (warden) {
  startWarden({
    processesFolder: context.processesFolder,
    marker: context.runMarker,
    command: [process.execPath, join(import.meta.dir, "../process/warden_program.ts")],
  });
}
const opened = await openCodex(context);
if (!opened.ok) throw new Error(opened.error.message);
for await (const _ of opened.value.runTurn(request, new AbortController().signal)) {
  // The commands never end by themselves.
}
