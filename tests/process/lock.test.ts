import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockFile } from "../../src/process/lock.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { until } from "../rig/wait.ts";

const HOLD = `
  const { lockFile } = await import(${JSON.stringify(join(import.meta.dir, "../../src/process/lock.ts"))});
  const lock = lockFile(process.argv[1]);
  Bun.spawn(["sleep", "5"]).unref();
  console.log(lock.ok ? "held" : "busy");
  await Bun.stdin.text();
`;

function hold(path: string) {
  return Bun.spawn([process.execPath, "-e", HOLD, path], { stdin: "pipe", stdout: "pipe" });
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const { value } = await stream.getReader().read();
  return new TextDecoder().decode(value).trim();
}

test("only one process has it, and kill -9 gives it back even while a child of the holder lives", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lock");
  const holder = hold(path);
  expect(await firstLine(holder.stdout)).toBe("held");
  expect(lockFile(path)).toEqual({ ok: false, error: { holder: holder.pid } });
  holder.kill("SIGKILL");
  await holder.exited;
  const lock = await until("the lock", () => {
    const tried = lockFile(path);
    return tried.ok && tried.value;
  });
  lock.release();
});

test("of two that start at the same moment one gets it", async () => {
  using folder = temporaryFolder();
  const both = [hold(join(folder.path, "lock")), hold(join(folder.path, "lock"))];
  expect((await Promise.all(both.map(({ stdout }) => firstLine(stdout)))).sort()).toEqual(["busy", "held"]);
  for (const child of both) {
    await child.stdin.end();
    await child.exited;
  }
});

test("an old file does not matter, and release gives the lock back", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "lock");
  writeFileSync(path, "99999999 and more that was written long ago\n");
  for (let time = 0; time < 2; time++) {
    const lock = lockFile(path);
    if (!lock.ok) throw new Error("busy");
    expect(lockFile(path)).toEqual({ ok: false, error: { holder: process.pid } });
    lock.value.release();
    lock.value.release();
  }
});

test("a folder that cannot be written is an error of the file system", () => {
  const path = process.platform === "linux" ? "/proc/sys/lock" : "/System/lock";
  expect(() => lockFile(path)).toThrow(/EACCES|EPERM|EROFS|ENOENT/);
});
