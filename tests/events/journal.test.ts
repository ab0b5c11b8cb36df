import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EventDraft } from "../../src/events/event.ts";
import { createJournal, reopenJournal } from "../../src/events/journal.ts";
import { followEvents, readEvents } from "../../src/events/read.ts";
import { verifyJournal } from "../../src/events/verify.ts";
import { temporaryFolder } from "../rig/folder.ts";

const item = (text: string): EventDraft => ({
  type: "turn.item",
  agent: "a",
  phase: "work",
  attempt: 1,
  threadId: null,
  state: "completed",
  item: { kind: "message", id: "1", text },
});

test("types that nobody wants are left out, but for the journal's last event and for lines of another form", async () => {
  using dir = temporaryFolder();
  const path = join(dir.path, "journal.jsonl");
  const journal = writeJournal(path, ["one"]);
  journal.append(item('says "type":"run.notice"'));
  journal.append(notice('says "type":"turn.item"'));
  // Larger than a chunk: what is left out and what is not lie on both sides of its end.
  for (let count = 0; count < 40; count++) journal.append(item("x".repeat(60_000)));
  journal.append(notice("two"));
  journal.append(item("the end"));
  await journal.close();
  const without = new Set(["turn.item"] as const);
  const seqs = () => [...readEvents(path, { without })].map(({ seq }) => seq);
  expect(seqs()).toEqual([1, 3, 44, 45]);
  appendFileSync(path, `{"type":"turn.item","seq":46,"at":"then","prev":""}\n{"seq":47,"at":"20`);
  expect(seqs()).toEqual([1, 3, 44, 46]);
  expect([...readEvents(path)]).toHaveLength(46);
});

const notice = (message: string): EventDraft => ({ type: "run.notice", message });

function writeJournal(path: string, messages: readonly string[]) {
  const created = createJournal(path);
  if (!created.ok) throw new Error(created.error.message);
  for (const message of messages) expect(created.value.append(notice(message)).ok).toBe(true);
  return created.value;
}

test("every line carries the SHA-256 of the line before, recomputed by node:crypto", async () => {
  using dir = temporaryFolder();
  const path = join(dir.path, "journal.jsonl");
  await writeJournal(path, ["one", "zwei ü", "three \n\u2028"]).close();
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  let prev = "0".repeat(64);
  lines.forEach((line, index) => {
    const event = JSON.parse(line);
    expect(event.seq).toBe(index + 1);
    expect(event.prev).toBe(prev);
    expect(event.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    prev = createHash("sha256").update(line).digest("hex");
  });
  expect(lines.length).toBe(3);
  expect(verifyJournal(path)).toMatchObject({ events: 3, head: prev, tornBytes: 0, fault: null });
});

test("a torn tail is cut off at reopening, and the chain goes on", async () => {
  using dir = temporaryFolder();
  const path = join(dir.path, "journal.jsonl");
  await writeJournal(path, ["one", "two"]).close();
  appendFileSync(path, '{"seq":3,"at":"2026');
  expect(verifyJournal(path)).toMatchObject({ events: 2, tornBytes: 19, fault: null });
  const reopened = reopenJournal(path);
  if (!reopened.ok) throw new Error(reopened.error.message);
  expect(reopened.value.tornBytes).toBe(19);
  expect(reopened.value.events.map((event) => event.seq)).toEqual([1, 2]);
  reopened.value.journal.append(notice("three"));
  await reopened.value.journal.close();
  expect(verifyJournal(path)).toMatchObject({ events: 3, tornBytes: 0, fault: null });
});

test.each([
  ["a changed byte", (text: string) => text.replace('"two"', '"tw0"'), 2],
  ["a removed line", (text: string) => text.split("\n").toSpliced(1, 1).join("\n"), 2],
  ["two swapped lines", (text: string) => swap(text.split("\n"), 1, 2).join("\n"), 2],
  ["a line that is no JSON", (text: string) => text.replace('{"seq":2', "{seq:2"), 2],
])("%s is found and the journal is not gone on with", async (_name, damage, line) => {
  using dir = temporaryFolder();
  const path = join(dir.path, "journal.jsonl");
  await writeJournal(path, ["one", "two", "three", "four"]).close();
  writeFileSync(path, damage(readFileSync(path, "utf8")));
  expect(verifyJournal(path).fault?.line).toBe(line);
  const reopened = reopenJournal(path);
  expect(reopened.ok ? null : reopened.error.kind).toBe("journal-damaged");
});

function swap(lines: string[], a: number, b: number): string[] {
  return lines.map((line, index) => (index === a ? (lines[b] ?? "") : index === b ? (lines[a] ?? "") : line));
}

test("a follower sees what was there and what comes, also from a journal that does not exist yet", async () => {
  using dir = temporaryFolder();
  const path = join(dir.path, "sub", "journal.jsonl");
  const stop = new AbortController();
  const seen: string[] = [];
  const arrived = Promise.withResolvers<void>();
  const following = (async () => {
    for await (const batch of followEvents(path, { signal: stop.signal })) {
      for (const { event } of batch) if (event.type === "run.notice") seen.push(event.message);
      if (seen.length === 3) arrived.resolve();
    }
  })();
  await Bun.$`mkdir -p ${join(dir.path, "sub")}`;
  const journal = writeJournal(path, ["one"]);
  journal.append(notice("two"));
  await journal.durable();
  journal.append(notice("three"));
  await arrived.promise;
  expect(seen).toEqual(["one", "two", "three"]);
  stop.abort();
  await following;
  await journal.close();
});

test("a follower goes on from a byte and takes a torn line only when it is whole", async () => {
  using dir = temporaryFolder();
  const path = join(dir.path, "journal.jsonl");
  await writeJournal(path, ["one", "two", "three"]).close();
  const whole = readFileSync(path);
  const firstEnd = whole.indexOf(10) + 1;
  truncateSync(path, whole.length - 5);
  const stop = new AbortController();
  const follower = followEvents(path, { signal: stop.signal, fromByte: firstEnd });
  const first = await follower.next();
  expect(first.value?.map(({ event }: { event: { seq: number } }) => event.seq)).toEqual([2]);
  const second = follower.next();
  appendFileSync(path, whole.subarray(whole.length - 5));
  expect((await second).value?.map(({ event }: { event: { seq: number } }) => event.seq)).toEqual([3]);
  stop.abort();
  await follower.return(undefined);
});

test("a long item keeps head and tail and says what is gone", async () => {
  using dir = temporaryFolder();
  const path = join(dir.path, "journal.jsonl");
  const journal = writeJournal(path, []);
  const ref = { agent: "a", phase: "work", attempt: 1, threadId: null } as const;
  const output = `head${"x".repeat(300_000)}tail`;
  const item = { kind: "command", id: "1", command: "c", output, exitCode: 0, status: "ok" } as const;
  journal.append({ type: "turn.item", ...ref, state: "completed", item });
  await journal.close();
  const [event] = [...readEvents(path)];
  if (event?.type !== "turn.item" || event.item.kind !== "command") throw new Error("no command item");
  expect(event.item.output.length).toBeLessThan(66_000);
  expect(event.item.output).toStartWith("headxxx");
  expect(event.item.output).toEndWith("xxxtail");
  expect(event.item.output).toContain("of 300008 characters left out");
});

test("a full disk fails the append, cuts the torn part off and leaves a valid chain", async () => {
  using dir = temporaryFolder();
  const path = join(dir.path, "journal.jsonl");
  // A file size limit answers a write like a full disk does: a short write first, then EFBIG.
  const script = `
    import { createJournal } from ${JSON.stringify(join(import.meta.dir, "../../src/events/journal.ts"))};
    process.on("SIGXFSZ", () => {});
    const { value: journal } = createJournal(${JSON.stringify(path)});
    let result;
    do result = journal.append({ type: "run.notice", message: "x".repeat(1000) }); while (result.ok);
    console.log(result.error.kind, journal.seq, journal.append({ type: "run.notice", message: "y" }).ok);`;
  const run = Bun.spawn(["bash", "-c", 'ulimit -f 8; exec "$0" -e "$1"', process.execPath, script], { stderr: "pipe" });
  const printed = (await new Response(run.stdout).text()).trim();
  const [kind, seq, later] = printed.split(" ");
  expect(kind).toBe("journal-full");
  expect(later).toBe("false");
  expect(verifyJournal(path)).toMatchObject({ events: Number(seq), tornBytes: 0, fault: null });
});
