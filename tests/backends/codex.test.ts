import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BackendEvent } from "../../src/backends/backend.ts";
import { addUsage } from "../../src/core/usage.ts";
import { findMarked } from "../../src/process/find_marked.ts";
import { readRecords, TURN_VARIABLE } from "../../src/process/record.ts";
import { until } from "../rig/wait.ts";
import { openRig, runCommands } from "./codex_rig.ts";

const threadOf = (events: readonly BackendEvent[]): string =>
  events.flatMap((event) => (event.type === "thread" ? [event.threadId] : []))[0] ?? "";

function finishedOf(events: readonly BackendEvent[]) {
  const last = events.at(-1);
  if (last?.type !== "finished") throw new Error(`not finished: ${JSON.stringify(last)}`);
  return last;
}

function commandsOf(events: readonly BackendEvent[]) {
  return events.flatMap((event) =>
    event.type === "item" && event.item.kind === "command" && event.state === "completed" ? [event.item] : [],
  );
}

test("two turns on one thread: same id, own usage, schema and names on the wire", async () => {
  const schema = {
    type: "object",
    properties: { answer: { type: "string" } },
    required: ["answer"],
    additionalProperties: false,
  };
  await using rig = await openRig((call) =>
    call.schema
      ? { kind: "json", value: { answer: "42" }, usage: { input: 50, cachedInput: 10, output: 7, reasoning: 2 } }
      : { kind: "message", text: "first", usage: { input: 20, cachedInput: 4, output: 5, reasoning: 1 } },
  );
  const first = await rig.events();
  const threadId = threadOf(first);
  expect(finishedOf(first)).toEqual({
    type: "finished",
    text: "first",
    usage: { input: 20, cachedInput: 4, output: 5, reasoning: 1 },
  });
  const second = await rig.events({
    threadId,
    threadUsage: addUsage({ input: 20, cachedInput: 4, output: 5, reasoning: 1 }, finishedOf(first).usage),
    outputSchema: schema,
    phase: "follow-up",
    attempt: 2,
    prompt: "and now?",
  });
  expect(threadOf(second)).toBe(threadId);
  expect(finishedOf(second).text).toBe('{"answer":"42"}');
  expect(
    rig.calls.map(({ agent, phase, attempt, session, schema }) => ({ agent, phase, attempt, session, schema })),
  ).toEqual([
    { agent: "ann", phase: "plan", attempt: 1, session: "rig", schema: null },
    { agent: "ann", phase: "follow-up", attempt: 2, session: "rig", schema },
  ]);
  expect(JSON.stringify(rig.calls[1]?.input)).toContain("first");
  expect(readRecords(rig.processesFolder)).toEqual([]);
});

test("a turn's usage is the thread's total less what was before", async () => {
  const usage = { input: 20, cachedInput: 4, output: 5, reasoning: 1 };
  await using rig = await openRig(() => ({ kind: "message", text: "hello", usage }));
  const first = await rig.events();
  const second = await rig.events({ threadId: threadOf(first), threadUsage: usage });
  expect([finishedOf(first).usage, finishedOf(second).usage]).toEqual([usage, usage]);
});

test("a command's item begins and ends, with output and exit code", async () => {
  await using rig = await openRig(runCommands("echo out; exit 3"));
  const events = await rig.events();
  expect(commandsOf(events)).toEqual([
    expect.objectContaining({
      output: "out\n",
      exitCode: 3,
      status: "failed",
      command: expect.stringContaining("exit 3"),
    }),
  ]);
  expect(
    events.some((event) => event.type === "item" && event.state === "started" && event.item.kind === "command"),
  ).toBe(true);
  expect(events.filter(({ type }) => type === "finished" || type === "failed")).toHaveLength(1);
});

test("a command can write the workspace and /tmp, not the protected paths, also from a script", async () => {
  await using rig = await openRig(runCommands("sh attack.sh"), { protectedPaths: [".orchestrator", "memory"] });
  const { project } = rig.home;
  writeFileSync(join(project, ".orchestrator", "journal.jsonl"), "truth\n");
  writeFileSync(
    join(project, "attack.sh"),
    "echo lie >> .orchestrator/journal.jsonl\nmv .orchestrator moved\nrm -rf .orchestrator memory\n" +
      "mv memory gone\necho fine > ours.txt\nf=$(mktemp) && rm $f && echo tmp-works\n",
  );
  const [command] = commandsOf(await rig.events());
  expect(command?.output).toContain("tmp-works");
  expect(readFileSync(join(project, ".orchestrator", "journal.jsonl"), "utf8")).toBe("truth\n");
  expect(readdirSync(project).sort()).toEqual([".orchestrator", "attack.sh", "memory", "ours.txt"]);
});

test("single files are protected, in the workspace and outside of it, where the rest can be written", async () => {
  const files = ["own/a.db", "../memory/b.db"];
  await using rig = await openRig(runCommands("sh attack.sh"), { protectedPaths: files });
  const { project } = rig.home;
  const lines = files.flatMap((file) => [`echo lie >> ${file}`, `mv ${file} moved`, `rm -f ${file}`]);
  writeFileSync(join(project, "attack.sh"), [...lines, "touch own/free ../free"].join("\n"));
  expect(commandsOf(await rig.events({ network: true }))).toHaveLength(1);
  expect(files.map((file) => readFileSync(join(project, file), "utf8"))).toEqual(["truth", "truth"]);
  expect(["own/free", "../free"].map((name) => existsSync(join(project, name)))).toEqual([true, true]);
});

test("a read-only agent writes nothing", async () => {
  await using rig = await openRig(runCommands("echo x > made.txt; echo y > /tmp/made-by-$$; cat readable.txt"));
  writeFileSync(join(rig.home.project, "readable.txt"), "can be read");
  const [command] = commandsOf(await rig.events({ sandbox: "read-only" }));
  expect(command?.output).toContain("can be read");
  expect(command?.output.match(/Read-only file system|Permission denied/g)).toHaveLength(2);
  expect(existsSync(join(rig.home.project, "made.txt"))).toBe(false);
});

test("the repository's own codex configuration is not loaded without trust, nor the folder noted as trusted", async () => {
  await using rig = await openRig(() => ({ kind: "message", text: "hello" }));
  const { project, path } = rig.home;
  Bun.spawnSync(["git", "init", "-q", project]);
  Bun.spawnSync(["mkdir", "-p", join(project, ".codex")]);
  writeFileSync(join(project, ".codex", "config.toml"), 'developer_instructions = "SECRET-ORDER"\n');
  await rig.events();
  expect(JSON.stringify(rig.calls[0]?.body)).not.toContain("SECRET-ORDER");
  expect(existsSync(join(path, "config.toml"))).toBe(false);
});

test("with trust it is", async () => {
  await using rig = await openRig(() => ({ kind: "message", text: "hello" }), { trust: true });
  const { project, path } = rig.home;
  Bun.spawnSync(["git", "init", "-q", project]);
  Bun.spawnSync(["mkdir", "-p", join(project, ".codex")]);
  writeFileSync(join(project, ".codex", "config.toml"), 'developer_instructions = "SECRET-ORDER"\n');
  await rig.events();
  expect(JSON.stringify(rig.calls[0]?.body)).toContain("SECRET-ORDER");
  expect(existsSync(join(path, "config.toml"))).toBe(false);
});

test.each(["workspace-write", "danger-full-access"] as const)(
  "abort in %s ends the turn and all of its commands",
  async (sandbox) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await using rig = await openRig(runCommands("sleep 301 & setsid sleep 302 & echo up; wait"));
    const abort = new AbortController();
    const turns: string[] = [];
    const events: BackendEvent[] = [];
    const ended = (async () => {
      for await (const event of rig.run({ sandbox }, abort.signal)) {
        events.push(event);
        if (event.type === "item" && event.item.kind === "command") resolve();
      }
    })();
    await promise;
    const turn = await until("the record", () => readRecords(rig.processesFolder)[0]?.turn);
    turns.push(turn);
    await until("both commands", () => countSleeps(turn) === 2);
    abort.abort({ kind: "turn-timeout", message: "too long" });
    await ended;
    expect(events.at(-1)).toEqual({
      type: "failed",
      failure: { kind: "turn-timeout", message: "too long" },
      usage: null,
    });
    expect(findMarked({ variable: TURN_VARIABLE, value: turn })).toEqual([]);
    expect(readRecords(rig.processesFolder)).toEqual([]);
  },
);

function countSleeps(turn: string): number {
  return findMarked({ variable: TURN_VARIABLE, value: turn }).filter(({ pid }) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("sleep\0");
    } catch {
      return false;
    }
  }).length;
}

test("what a command leaves in the background is gone when a good turn has ended", async () => {
  await using rig = await openRig(runCommands("setsid sleep 303 >/dev/null 2>&1 & echo $!"));
  const [command] = commandsOf(await rig.events({ sandbox: "danger-full-access" }));
  const pid = Number(command?.output);
  expect(pid).toBeGreaterThan(1);
  expect(existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))).toBe(false);
});

test("aborted before it began: nothing is asked", async () => {
  await using rig = await openRig(() => ({ kind: "message", text: "hello" }));
  expect(await rig.events({}, AbortSignal.abort())).toEqual([
    { type: "failed", failure: { kind: "aborted", message: "the turn was stopped" }, usage: null },
  ]);
  expect(rig.calls).toEqual([]);
});

test("close ends running turns, and may be called twice", async () => {
  await using rig = await openRig(() => new Promise(() => {}));
  const ended = rig.events();
  await until("the request", () => rig.calls.length > 0);
  await Promise.all([rig.backend.close(), rig.backend.close()]);
  expect((await ended).at(-1)).toMatchObject({ type: "failed", failure: { kind: "aborted" } });
});

test("turns of several agents at once do not mix", async () => {
  await using rig = await openRig((call) => ({ kind: "message", text: `answer for ${call.agent}` }));
  const agents = ["ann", "ben", "cid", "dan"];
  const all = await Promise.all(agents.map((agent) => rig.events({ agent })));
  expect(all.map((events) => finishedOf(events).text)).toEqual(agents.map((agent) => `answer for ${agent}`));
  expect(new Set(all.map(threadOf)).size).toBe(4);
});
