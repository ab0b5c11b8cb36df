import { afterAll, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createJournal, reopenJournal } from "../../src/events/journal.ts";
import { hashLine } from "../../src/events/line.ts";
import { verifyJournal } from "../../src/events/verify.ts";
import { temporaryFolder } from "../rig/folder.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const path = join(folder.path, "journal.jsonl");

const WHOLE: readonly string[] = await (async () => {
  const created = createJournal(path);
  if (!created.ok) throw new Error(created.error.message);
  for (const message of ["one", "two", "three", "four", "five", "six"]) {
    created.value.append({ type: "run.notice", message });
  }
  await created.value.close();
  return readFileSync(path, "utf8").trimEnd().split("\n");
})();

/** The line with this number, counted from 1. */
const line = (number: number): string => WHOLE[number - 1] ?? "";
const replace = (number: number, change: (text: string) => string) => WHOLE.with(number - 1, change(line(number)));
const insert = (number: number, text: string) => WHOLE.toSpliced(number - 1, 0, text);
/** A line that its author has chained as well as anybody can. */
const forge = (number: number): string =>
  JSON.stringify({ ...JSON.parse(line(number)), message: "forged", prev: hashLine(line(number - 1)) });
const swap = (a: number, b: number) => WHOLE.with(a - 1, line(b)).with(b - 1, line(a));

const DAMAGE: readonly [what: string, lines: readonly string[], number: number, kind: string, words: string][] = [
  ["a byte of a text", replace(3, (text) => text.replace("three", "thr3e")), 3, "changed", "line 4 carries"],
  ["a byte of the first line", replace(1, (text) => text.replace("one", "0ne")), 1, "changed", "line 2 carries"],
  [
    "a byte of the last line but one",
    replace(5, (text) => text.replace("five", "f1ve")),
    5,
    "changed",
    "line 6 carries",
  ],
  ["a byte of a number", replace(3, (text) => text.replace('"seq":3', '"seq":7')), 3, "changed", "has seq 7 where 3"],
  ["a byte of a hash", replace(3, (text) => changeHash(text)), 3, "changed", "does not carry the hash of line 2"],
  ["a byte of the last hash", replace(6, (text) => changeHash(text)), 5, "changed", "or the hash was changed"],
  ["a byte of the first hash", replace(1, (text) => changeHash(text)), 1, "changed", "begins with zeros"],
  ["a byte of the form", replace(3, (text) => text.replace('{"seq', '{seq"')), 3, "unreadable", "is no JSON"],
  ["a line emptied", replace(3, () => ""), 3, "unreadable", "is empty"],
  ["a line that is another JSON", replace(3, () => "[]"), 3, "unreadable", "is JSON but no event"],
  ["one line removed", WHOLE.toSpliced(2, 1), 3, "removed", "a line was removed, seq 3"],
  ["the first line removed", WHOLE.slice(1), 1, "removed", "a line was removed, seq 1"],
  ["two lines removed", WHOLE.toSpliced(1, 2), 2, "removed", "lines were removed, seq 2 to 3"],
  ["two neighbours swapped", swap(2, 3), 2, "swapped", "was swapped with line 3"],
  ["two others swapped", swap(2, 5), 2, "swapped", "was swapped with line 5"],
  ["the first two swapped", swap(1, 2), 1, "swapped", "was swapped with line 2"],
  ["a line moved up", insert(2, line(5)).toSpliced(5, 1), 2, "moved", "what belongs here is at line 3"],
  ["a line moved down", insert(6, line(2)).toSpliced(1, 1), 2, "moved", "what belongs here is at line 5"],
  ["a line copied", insert(4, line(3)), 4, "inserted", "line 5 is the one that goes on from line 3"],
  ["nonsense inserted", insert(4, "hello"), 4, "inserted", "line 5 is the one that goes on from line 3"],
  ["a chained line inserted", insert(4, forge(4)), 4, "inserted", "line 5 is the one that goes on from line 3"],
  ["two lines inserted", insert(3, "a").toSpliced(3, 0, "b"), 3, "inserted", "as were all up to line 4"],
  ["a line put before the first", insert(1, line(4)), 1, "moved", "what belongs here is at line 2"],
  ["a line added at the end", [...WHOLE, line(2)], 7, "inserted", "has seq 2 where 7 belongs"],
];

function changeHash(text: string): string {
  return text.replace(/"prev":"(.)/, (_, digit: string) => `"prev":"${digit === "a" ? "b" : "a"}`);
}

test.each(DAMAGE)("%s: the first bad line and what was done to it", (_what, lines, number, kind, words) => {
  writeFileSync(path, `${lines.join("\n")}\n`);
  const { fault, events, head } = verifyJournal(path);
  expect(fault).toMatchObject({ line: number, kind });
  expect(fault?.message).toContain(words);
  // What is called good is good: its head is the hash of the line before the bad one.
  expect(events).toBe(number - 1);
  if (number > 1) expect(head).toBe(hashLine(lines[number - 2] ?? ""));
  const reopened = reopenJournal(path);
  expect(reopened.ok ? null : reopened.error.kind).toBe("journal-damaged");
});

test("bytes that are no UTF-8 are called that", () => {
  const bytes = Buffer.from(`${WHOLE.join("\n")}\n`);
  bytes[bytes.indexOf("three")] = 0xff;
  writeFileSync(path, bytes);
  expect(verifyJournal(path).fault).toMatchObject({ line: 3, kind: "unreadable" });
  expect(verifyJournal(path).fault?.message).toContain("no UTF-8");
});

test("an emptied journal is damaged, one with a torn last line is not", () => {
  writeFileSync(path, "");
  expect(verifyJournal(path)).toMatchObject({ events: 0, fault: { line: 1, kind: "emptied" } });
  writeFileSync(path, `${WHOLE.join("\n")}\n`.slice(0, -7));
  expect(verifyJournal(path)).toMatchObject({ events: 5, head: hashLine(line(5)), fault: null });
  expect(verifyJournal(path).tornBytes).toBe(line(6).length - 6);
});

test.each([900, 1500, 2500])("a long journal, read in many pieces: line %d is named all the same", async (number) => {
  using long = temporaryFolder();
  const file = join(long.path, "journal.jsonl");
  const created = createJournal(file);
  if (!created.ok) throw new Error(created.error.message);
  for (let seq = 1; seq <= 5000; seq++)
    created.value.append({ type: "run.notice", message: `${seq} ${"x".repeat(900)}` });
  await created.value.close();
  const lines = readFileSync(file, "utf8").split("\n");
  lines[number - 1] = (lines[number - 1] ?? "").replace("xxx", "xyx");
  writeFileSync(file, lines.join("\n"));
  expect(verifyJournal(file).fault).toMatchObject({ line: number, kind: "changed" });
  expect(verifyJournal(file).fault?.message).toContain(`its hash is not the one that line ${number + 1} carries`);
});
