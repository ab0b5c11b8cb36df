import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findMarked } from "../../src/process/find_marked.ts";
import { identify, isAlive } from "../../src/process/identity.ts";
import { reapLeftovers } from "../../src/process/reap.ts";
import { RUN_VARIABLE, readRecords, writeRecord } from "../../src/process/record.ts";
import { startWarden } from "../../src/process/warden_client.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { until } from "../rig/wait.ts";

const WARDEN = [process.execPath, join(import.meta.dir, "warden_program.ts")];

function spawn(command: string[], env: Record<string, string> = {}) {
  return Bun.spawn(command, { env: { PATH: process.env.PATH ?? "", ...env }, detached: true, stdout: "ignore" });
}

function sleeper(env: Record<string, string> = {}, command = ["sleep", "300"]) {
  const child = spawn(command, env);
  const identity = identify(child.pid);
  if (!identity) throw new Error("the sleeper does not run");
  return { child, identity };
}

/** Of this very process: another run of these tests beside it looks for marks as well. */
const RUN = `run-${crypto.randomUUID()}`;

const mark = (marker: string) => ({ [RUN_VARIABLE]: marker });

test("the warden ends recorded groups and marked processes, and nothing else", async () => {
  using folder = temporaryFolder();
  const recorded = sleeper();
  const stubborn = sleeper(mark(RUN), ["sh", "-c", "trap '' INT TERM HUP; sleep 300 & wait"]);
  // Ends at once; only what it forks stays.
  const escaped = spawn(["setsid", "--fork", "sleep", "300"], mark(RUN));
  const other = sleeper(mark(`${RUN}b`));
  const reused = sleeper();
  const record = { agent: "a", turn: "t", marker: RUN };
  writeRecord(folder.path, { ...recorded.identity, ...record });
  writeRecord(folder.path, { ...stubborn.identity, ...record });
  // The same number, but another process than the one that was recorded.
  writeRecord(folder.path, { ...reused.identity, ...record, startTime: "1" });
  const escapedOne = await until("the escaped one", () =>
    findMarked({ variable: RUN_VARIABLE, value: RUN }).find(({ pid }) => pid !== stubborn.identity.pid),
  );
  const warden = startWarden({ processesFolder: folder.path, marker: RUN, command: WARDEN });
  const begunMs = performance.now();
  await warden.stop();
  expect(performance.now() - begunMs).toBeLessThan(2000);
  for (const ended of [recorded.identity, stubborn.identity, escapedOne]) expect(isAlive(ended)).toBe(false);
  expect(findMarked({ variable: RUN_VARIABLE, value: RUN })).toEqual([]);
  expect([other.identity, reused.identity].map(isAlive)).toEqual([true, true]);
  await warden.stop();
  for (const child of [other.child, reused.child, escaped]) {
    child.kill("SIGKILL");
    await child.exited;
  }
});

test("a warden that dies is replaced, and signals do not end it", async () => {
  using folder = temporaryFolder();
  const warden = startWarden({ processesFolder: folder.path, marker: `${RUN}-run-b`, command: WARDEN });
  const first = warden.pid;
  process.kill(first, "SIGKILL");
  const second = await until("another warden", () => warden.pid !== first && warden.pid);
  const ignoresSignals = await until("its handlers", async () => {
    const status = await Bun.file(`/proc/${second}/status`).text();
    const caught = BigInt(`0x${/SigCgt:\s*(\w+)/.exec(status)?.[1]}`);
    return [1n, 2n, 15n].every((signal) => (caught >> (signal - 1n)) & 1n);
  });
  expect(ignoresSignals).toBe(true);
  for (const signal of ["SIGINT", "SIGHUP", "SIGTERM"] as const) process.kill(second, signal);
  const marked = sleeper(mark(`${RUN}-run-b`));
  await warden.stop();
  expect(isAlive(marked.identity)).toBe(false);
  expect(warden.pid).toBe(second);
});

test("the next command ends what an earlier run left, and forgets it", async () => {
  using folder = temporaryFolder();
  const left = sleeper();
  const marked = sleeper(mark(`${RUN}-run-c`));
  writeRecord(folder.path, { ...left.identity, agent: "a", turn: "t", marker: `${RUN}-run-c` });
  expect(await reapLeftovers(folder.path)).toBe(2);
  expect([left.identity, marked.identity].map(isAlive)).toEqual([false, false]);
  expect(readRecords(folder.path)).toEqual([]);
  expect(await reapLeftovers(folder.path)).toBe(0);
  expect(await reapLeftovers(join(folder.path, "missing"))).toBe(0);
});

test("reaping removes the half-written record of a guard that was killed", async () => {
  using folder = temporaryFolder();
  const half = join(folder.path, "4711.json.new");
  writeFileSync(half, '{"pid": 47');
  expect(await reapLeftovers(folder.path)).toBe(0);
  expect(existsSync(half)).toBe(false);
});
