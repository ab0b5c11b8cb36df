import { expect, test } from "bun:test";
import { NO_USAGE } from "../../src/core/usage.ts";
import type { Event, EventDraft } from "../../src/events/event.ts";
import { RecordFold } from "../../src/store/fold.ts";
import { joinAppends } from "../../src/store/job.ts";
import { cleanPart } from "../../src/store/names.ts";

function foldAll(drafts: readonly object[]) {
  const fold = new RecordFold({ add: () => null });
  return drafts.flatMap((draft, index) => {
    const at = new Date(Date.UTC(2026, 0, 2, 3, 4, 5, index)).toISOString();
    return fold.apply({ ...(draft as EventDraft), seq: index + 1, at, prev: "0" } as Event);
  });
}

const started = (settings: object) => ({
  type: "run.started",
  session: "demo",
  schema: 1,
  version: "0",
  projectRoot: "/p",
  prompt: "p",
  plan: { groups: [] },
  settings,
  pid: 1,
});
const ref = { agent: "planner", phase: "plan", attempt: 1, threadId: null };
const turn = [
  { type: "turn.started", ...ref, wave: 0, prompt: "p", continues: false },
  { type: "turn.item", ...ref, state: "completed", item: { kind: "message", id: "m", text: "ä" } },
  { type: "turn.notice", ...ref, message: "slow" },
  { type: "turn.finished", ...ref, text: "answer", usage: NO_USAGE, durationMs: 5 },
];

test("the same events give the same jobs, with offsets in bytes", () => {
  const jobs = foldAll([started({}), ...turn]);
  expect(foldAll([started({}), ...turn])).toEqual(jobs);
  const appends = jobs.filter((job) => job.kind === "append");
  expect(appends.map((job) => job.offset)).toEqual([0, appends[0]?.bytes.length ?? -1]);
  expect(new Set(appends.map((job) => job.path)).size).toBe(1);
});

test("--no-agentfs leaves the action log out and keeps the memory; --agentfs-session names the folder", () => {
  expect(new Set(foldAll([started({ agentfs: false }), ...turn]).map((job) => job.database))).toEqual(
    new Set(["memory"]),
  );
  const paths = foldAll([started({ agentfsSession: "nightly" }), ...turn]).map((job) => job.path);
  expect(paths.filter((path) => path.startsWith("/runs/nightly/")).length).toBe(4);
});

test("appends that meet become one write and keep their place among the rest", () => {
  const append = (path: string, offset: number, text: string) =>
    ({ kind: "append", database: "actions", seq: 1, path, offset, bytes: Buffer.from(text) }) as const;
  const put = { kind: "put", database: "actions", seq: 1, path: "/c", content: "c" } as const;
  const joined = joinAppends([
    append("/a", 0, "one"),
    append("/b", 4, "x"),
    put,
    append("/a", 3, "two"),
    append("/b", 9, "y"),
  ]);
  expect(joined.map((job) => [job.path, job.kind === "append" ? job.bytes.toString() : job.content])).toEqual([
    ["/a", "onetwo"],
    ["/b", "x"],
    ["/c", "c"],
    ["/b", "y"],
  ]);
});

test.each([
  ["..", "_"],
  ["../x", "_-x"],
  ["a/b\0c", "a-b-c"],
  ["", "_"],
  ["x".repeat(4000), "x".repeat(100)],
])("the path part %p becomes %p", (name, clean) => expect(cleanPart(name)).toBe(clean));
