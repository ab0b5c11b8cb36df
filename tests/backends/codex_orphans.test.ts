import { expect, test } from "bun:test";
import { join } from "node:path";
import { startModelServer } from "../../src/backends/scripted/model_server.ts";
import { findMarked } from "../../src/process/find_marked.ts";
import { isAlive } from "../../src/process/identity.ts";
import { reapLeftovers } from "../../src/process/reap.ts";
import { RUN_VARIABLE, readRecords } from "../../src/process/record.ts";
import { privateCodexHome } from "../rig/codex_home.ts";
import { until } from "../rig/wait.ts";
import { contextOf, requestOf, runCommands } from "./codex_rig.ts";

interface Scene {
  readonly sandbox: "workspace-write" | "danger-full-access";
  readonly warden: boolean;
}

/** A turn in a process of its own, at the moment when codex and both of its commands run. */
async function startScene({ sandbox, warden }: Scene) {
  const stack = new AsyncDisposableStack();
  const home = stack.use(privateCodexHome());
  const respond = runCommands("sleep 304 & setsid sleep 305 & wait");
  const server = startModelServer({ respond: async (call) => respond(call) });
  stack.defer(() => server.stop());
  const context = contextOf(home, server.baseUrl);
  const request = requestOf(home, { sandbox });
  const program = join(import.meta.dir, "orphan_program.ts");
  const parent = Bun.spawn([process.execPath, program, JSON.stringify({ context, request, warden })], {
    stderr: "inherit",
  });
  stack.defer(() => {
    parent.kill("SIGKILL");
  });
  stack.defer(async () => {
    await reapLeftovers(context.processesFolder, context.runMarker);
  });
  const marked = () => findMarked({ variable: RUN_VARIABLE, value: context.runMarker });
  const [record] = await until("both commands", async () => {
    const sleeping = await Promise.all(
      marked().map(({ pid }) =>
        Bun.file(`/proc/${pid}/cmdline`)
          .text()
          .catch(() => ""),
      ),
    );
    return (
      ["304", "305"].every((time) => sleeping.includes(`sleep\0${time}\0`)) && readRecords(context.processesFolder)
    );
  });
  if (!record) throw new Error("codex has no record");
  expect(isAlive(record)).toBe(true);
  return { parent, record, marked, context, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const SCENES: readonly Scene["sandbox"][] = ["workspace-write", "danger-full-access"];

test.each(SCENES)("kill -9 of the orchestrator leaves nothing running after 2 s (%s)", async (sandbox) => {
  await using scene = await startScene({ sandbox, warden: true });
  const begunMs = performance.now();
  scene.parent.kill("SIGKILL");
  await until("the end of all", () => scene.marked().length === 0 && !isAlive(scene.record), 2000);
  expect(performance.now() - begunMs).toBeLessThan(2000);
});

test("codex ends with its parent even without a warden, by the parent-death signal", async () => {
  if (process.platform !== "linux") return;
  await using scene = await startScene({ sandbox: "danger-full-access", warden: false });
  scene.parent.kill("SIGKILL");
  await until("codex's end", () => !isAlive(scene.record), 2000);
});

test("codex leads a session of its own, so that a terminal's Ctrl+C does not reach it", async () => {
  await using scene = await startScene({ sandbox: "danger-full-access", warden: false });
  const stat = await Bun.file(`/proc/${scene.record.pid}/stat`).text();
  const [, , group, session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  expect([group, session]).toEqual([String(scene.record.pid), String(scene.record.pid)]);
  const environment = await Bun.file(`/proc/${scene.record.pid}/environ`).text();
  expect(environment).not.toContain("ORCHESTRATED_CODEX_GUARD");
});
