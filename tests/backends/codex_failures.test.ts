import { expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendEvent } from "../../src/backends/backend.ts";
import { openCodex } from "../../src/backends/codex/backend.ts";
import type { Fault, ModelReply } from "../../src/backends/scripted/model_call.ts";
import { readRecords } from "../../src/process/record.ts";
import { privateCodexHome } from "../rig/codex_home.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { until } from "../rig/wait.ts";
import { contextOf, openRig, requestOf } from "./codex_rig.ts";

function failureOf(events: readonly BackendEvent[]) {
  expect(events.filter(({ type }) => type === "failed" || type === "finished")).toHaveLength(1);
  const last = events.at(-1);
  if (last?.type !== "failed") throw new Error(`not failed: ${JSON.stringify(last)}`);
  return last;
}

const fault = (fields: Fault): ModelReply => ({ kind: "fault", ...fields });

const REFUSALS: readonly [string, Fault, string, number][] = [
  ["400", { status: 400, message: "bad thing" }, "bad-request", 1],
  ["401", { status: 401, message: "Incorrect API key" }, "unauthorized", 5],
  ["403", { status: 403, message: "no rights" }, "unauthorized", 5],
  ["404", { status: 404, message: "no such model" }, "bad-request", 5],
  ["429 with Retry-After", { status: 429, message: "slow down", retryAfterS: 1 }, "rate-limited", 5],
  ["500", { status: 500, message: "boom" }, "server-error", 5],
  ["503", { status: 503, message: "boom" }, "server-error", 5],
  ["quota", { status: 429, code: "insufficient_quota", errorType: "insufficient_quota" }, "quota", 1],
  ["usage limit", { status: 429, code: "usage_limit_reached", errorType: "usage_limit_reached" }, "quota", 1],
  ["quota within the stream", { status: 200, inStream: true, code: "insufficient_quota" }, "quota", 1],
  ["context", { status: 200, inStream: true, code: "context_length_exceeded" }, "bad-request", 1],
];

test.concurrent.each(REFUSALS)(
  "%s",
  async (_name, answer, kind, requests) => {
    await using rig = await openRig(() => fault(answer));
    const failed = failureOf(await rig.events());
    expect({ kind: failed.failure.kind, retry: failed.retryAfterMs, requests: rig.calls.length }).toEqual({
      kind: kind as typeof failed.failure.kind,
      retry: undefined,
      requests,
    });
    expect(failed.failure.message).not.toMatch(/[{}\n]/);
  },
  30_000,
);

test.concurrent("429 without Retry-After asks the caller to try again", async () => {
  await using rig = await openRig(() => fault({ status: 429, message: "slow down" }));
  const failed = failureOf(await rig.events());
  expect(failed.failure.kind).toBe("rate-limited");
  expect(failed.retryAfterMs).toBeGreaterThan(0);
  expect(rig.calls).toHaveLength(1);
});

test.concurrent("a stream that is cut each time", async () => {
  await using rig = await openRig(() => ({
    kind: "cut",
    at: { afterEvents: 2 },
    reply: { kind: "message", text: "no" },
  }));
  const events = await rig.events();
  expect(failureOf(events).failure.kind).toBe("stream-cut");
  expect(events.filter(({ type }) => type === "notice")).toHaveLength(4);
}, 30_000);

test.concurrent("nobody listens", async () => {
  const unused = Bun.serve({ port: 0, fetch: () => new Response() });
  const { port } = unused;
  await unused.stop(true);
  await using rig = await openRig(() => ({ kind: "message", text: "no" }), { baseUrl: `http://127.0.0.1:${port}/v1` });
  expect(failureOf(await rig.events()).failure.kind).toBe("unreachable");
}, 30_000);

test("codex killed in the middle: died, may be tried again, and the thread goes on", async () => {
  let silent = true;
  await using rig = await openRig(() => (silent ? new Promise(() => {}) : { kind: "message", text: "back" }));
  const ended = rig.events();
  await until("the request", () => rig.calls.length > 0);
  process.kill(readRecords(rig.processesFolder)[0]?.pid ?? 0, "SIGKILL");
  const events = await ended;
  const failed = failureOf(events);
  expect(failed.failure).toEqual({ kind: "backend-died", message: "codex died (signal SIGKILL)" });
  expect(failed.retryAfterMs).toBeGreaterThan(0);
  silent = false;
  const threadId = events.flatMap((event) => (event.type === "thread" ? [event.threadId] : []))[0] ?? "";
  expect((await rig.events({ threadId, prompt: "continue" })).at(-1)).toMatchObject({ type: "finished", text: "back" });
});

test("a thread that codex does not know is a failure, whatever its name looks like", async () => {
  await using rig = await openRig(() => ({ kind: "message", text: "no" }));
  for (const threadId of ["nonsense", "01a20be6-0adc-7eb0-85c4-0a15c2796aaa"]) {
    const events = await rig.events({ threadId });
    expect(failureOf(events).failure.kind).toBe("unknown");
    expect(events.some(({ type }) => type === "thread")).toBe(false);
  }
});

test("a codex that dies before it reads its prompt takes nobody along", async () => {
  using home = privateCodexHome();
  using folder = temporaryFolder();
  const path = join(folder.path, "codex");
  writeFileSync(path, '#!/bin/sh\n[ "$1" = --version ] && echo "codex-cli 0.163.0" && exit\nexit 101\n');
  chmodSync(path, 0o755);
  const opened = await openCodex({ ...contextOf(home, "http://127.0.0.1:9/v1"), codexPath: path });
  if (!opened.ok) throw new Error(opened.error.message);
  const request = requestOf(home, { prompt: "x".repeat(4 * 1024 * 1024) });
  const failed = failureOf(await Array.fromAsync(opened.value.runTurn(request, new AbortController().signal)));
  expect(failed.failure).toEqual({ kind: "backend-died", message: "codex died (exit code 101)" });
  await opened.value.close();
});
