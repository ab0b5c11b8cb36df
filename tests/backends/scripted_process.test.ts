import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startServerProcess } from "../../src/backends/scripted/server_process.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { until } from "../rig/wait.ts";

const isUp = async (baseUrl: string): Promise<boolean> =>
  fetch(baseUrl.replace("/v1", "/__requests"), { keepalive: false }).then(
    ({ ok }) => ok,
    () => false,
  );

const env = { PATH: process.env.PATH, HOME: process.env.HOME };

test("the server listens, and ends when its input closes", async () => {
  const started = await startServerProcess({ scenario: null, cwd: "/tmp", env });
  if (!started.ok) throw new Error(started.error.message);
  expect(await isUp(started.value.baseUrl)).toBe(true);
  await started.value.close();
  await started.value.close();
  expect(await isUp(started.value.baseUrl)).toBe(false);
});

test("the server dies with whoever started it, even by kill -9", async () => {
  const module = join(import.meta.dir, "../../src/backends/scripted/server_process.ts");
  const script = `
    const { startServerProcess } = await import(${JSON.stringify(module)});
    const started = await startServerProcess({ scenario: "slow", cwd: "/tmp", env: process.env });
    console.log(started.value.baseUrl);
    await new Promise(() => setInterval(() => {}, 1000));`;
  const parent = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", env });
  const reader = parent.stdout.getReader();
  const baseUrl = new TextDecoder().decode((await reader.read()).value).trim();
  expect(await isUp(baseUrl)).toBe(true);
  parent.kill("SIGKILL");
  await until("the orphaned server to end", async () => !(await isUp(baseUrl)), 5000);
});

test("a wrong scenario is a problem with its place, not a server", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "bad.json"), '{"version": 1,\n "agents": }');
  const started = await startServerProcess({ scenario: "bad.json", cwd: folder.path, env });
  expect(started).toMatchObject({
    ok: false,
    error: { kind: "scenario-invalid", message: expect.stringContaining("bad.json:2:12: not JSON") },
  });
});
