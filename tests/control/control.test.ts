import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { sendControl } from "../../src/control/client.ts";
import { socketPath, writeOwner } from "../../src/control/owner.ts";
import { openControl } from "../../src/control/server.ts";
import { sessionPaths } from "../../src/core/paths.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { until } from "../rig/wait.ts";

test("a request reaches the orchestrator; without one it is a value, not a crash", async () => {
  using dir = temporaryFolder();
  const paths = sessionPaths(dir.path, "s");
  mkdirSync(paths.folder, { recursive: true });
  const ask = () => sendControl(dir.path, "s", { kind: "interrupt", by: "command" });
  expect(await ask()).toMatchObject({ ok: false, error: { kind: "not-running" } });

  const socket = socketPath(paths, { XDG_RUNTIME_DIR: dir.path });
  writeOwner(paths, { pid: process.pid, startTime: "0", marker: "m", socket });
  expect(await ask()).toMatchObject({ ok: false, error: { kind: "not-running" } });

  const seen: string[] = [];
  const control = await openControl(socket, ({ kind }) => {
    seen.push(kind);
    return { ok: true };
  });
  expect(await ask()).toEqual({ ok: true, value: undefined });
  expect(await sendControl(dir.path, "s", { kind: "stop", by: "quit" })).toMatchObject({ ok: true });
  expect(seen).toEqual(["interrupt", "stop"]);
  await control.close();
  expect(await ask()).toMatchObject({ ok: false, error: { kind: "not-running" } });
});

test("a deep project folder gets a short socket path all the same", () => {
  using dir = temporaryFolder();
  const deep = join(dir.path, "a".repeat(120), "b".repeat(120));
  expect(socketPath(sessionPaths(deep, "s"), { XDG_RUNTIME_DIR: dir.path }).length).toBeLessThan(100);
});

test("clients that go away without reading their answers disturb nobody", async () => {
  using dir = temporaryFolder();
  const paths = sessionPaths(dir.path, "s");
  mkdirSync(paths.folder, { recursive: true });
  const socket = socketPath(paths, { XDG_RUNTIME_DIR: dir.path });
  writeOwner(paths, { pid: process.pid, startTime: "0", marker: "m", socket });
  let seen = 0;
  const control = await openControl(socket, () => {
    seen++;
    // The answer is then written to somebody who has gone.
    for (const client of clients) client.terminate();
    return { ok: true };
  });
  const request = `${JSON.stringify({ kind: "interrupt", by: "command" })}\n`;
  const clients = await Promise.all(
    Array.from({ length: 50 }, () => Bun.connect({ unix: socket, socket: { data() {}, error() {} } })),
  );
  for (const client of clients) client.write(request.repeat(20));
  await until("the first request", () => seen > 0);
  expect(await sendControl(dir.path, "s", { kind: "interrupt", by: "command" })).toEqual({
    ok: true,
    value: undefined,
  });
  await control.close();
});
