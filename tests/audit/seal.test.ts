import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { appendFileSync, chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AuditKey, readAuditKey } from "../../src/audit/key.ts";
import { sealEnd } from "../../src/audit/seal.ts";
import { verifySession } from "../../src/audit/verify_session.ts";
import { type SessionPaths, sessionPaths } from "../../src/core/paths.ts";
import { createJournal, reopenJournal } from "../../src/events/journal.ts";
import { CHAIN_START, hashLine } from "../../src/events/line.ts";
import { temporaryFolder } from "../rig/folder.ts";

const KEY: AuditKey = { path: "key", bytes: Buffer.from("0123456789abcdef0123456789abcdef") };
const AT_MS = Date.UTC(2026, 10, 24);

/** A start of a run: some notices, and its end sealed, or not. */
async function runOnce(paths: SessionPaths, notices: readonly string[], key: AuditKey | null): Promise<void> {
  mkdirSync(paths.folder, { recursive: true });
  const created = createJournal(paths.journal);
  const reopened = created.ok ? null : reopenJournal(paths.journal);
  const journal = created.ok ? created.value : reopened?.ok ? reopened.value.journal : null;
  if (!journal) throw new Error("no journal");
  for (const message of notices) journal.append({ type: "run.notice", message });
  await journal.close();
  sealEnd(paths, { seq: journal.seq, head: journal.head, atMs: AT_MS }, key);
}

const check = async (paths: SessionPaths, { key = KEY, running = false } = {}) => {
  const verdict = await verifySession({ paths, running, journalOnly: true, key });
  if (!verdict.seals) throw new Error("no seals were checked");
  return { ...verdict, seals: verdict.seals };
};

const readLines = (path: string) => readFileSync(path, "utf8").trimEnd().split("\n");
const writeLines = (path: string, lines: readonly string[]) => writeFileSync(path, `${lines.join("\n")}\n`);

/** What somebody without the key can do: a whole chain over other events. */
function chain(lines: readonly string[]): string[] {
  let prev = CHAIN_START;
  return lines.map((line, index) => {
    const made = JSON.stringify({ ...JSON.parse(line), seq: index + 1, prev });
    prev = hashLine(made);
    return made;
  });
}

test("a seal is the HMAC-SHA256 that anybody with the key can make, and says nothing of the key", async () => {
  using folder = temporaryFolder();
  const paths = sessionPaths(folder.path, "s1");
  await runOnce(paths, ["one", "two"], KEY);
  const [line = ""] = readLines(paths.seals);
  const head = hashLine(readLines(paths.journal)[1] ?? "");
  const sealed = `codex-squad seal 1\ns1\n2\n${head}\n2026-11-24T00:00:00.000Z\n`;
  const hmac = createHmac("sha256", KEY.bytes).update(sealed).digest("hex");
  expect(JSON.parse(line)).toEqual({ session: "s1", seq: 2, head, at: "2026-11-24T00:00:00.000Z", hmac });
  expect(line).not.toContain(KEY.bytes.toString());
  expect(await check(paths)).toMatchObject({ ok: true, seals: { seals: 1, sealedSeq: 2, findings: [], notes: [] } });
});

test("each end of a run is sealed, and the last seal covers all", async () => {
  using folder = temporaryFolder();
  const paths = sessionPaths(folder.path, "s1");
  await runOnce(paths, ["one"], KEY);
  await runOnce(paths, ["two", "three"], KEY);
  expect(await check(paths)).toMatchObject({ ok: true, seals: { seals: 2, sealedSeq: 3 } });
});

const ATTACKS: readonly [what: string, attack: (paths: SessionPaths) => void, finding: string][] = [
  ["the end cut off", ({ journal }) => writeLines(journal, readLines(journal).slice(0, -1)), "its end was cut off"],
  [
    "an event rewritten and the chain made anew",
    ({ journal }) => writeLines(journal, chain(readLines(journal).map((line) => line.replace("two", "2")))),
    "line 3 is not the one that was sealed",
  ],
  [
    "an event added with its proper hash",
    ({ journal }) => writeLines(journal, chain([...readLines(journal), readLines(journal)[0] ?? ""])),
    "events 4 to 4 are not sealed",
  ],
  ["the seals removed", ({ seals }) => rmSync(seals), "there is no seal"],
  ["the seals emptied", ({ seals }) => writeFileSync(seals, ""), "there is no seal"],
  [
    "a seal moved to another line",
    ({ seals }) => writeFileSync(seals, readFileSync(seals, "utf8").replace('"seq":3', '"seq":2')),
    "was not made with this key, or was changed",
  ],
  [
    "a seal of another session",
    ({ seals }) => writeFileSync(seals, readFileSync(seals, "utf8").replaceAll('"s1"', '"s2"')),
    "was not made with this key, or was changed",
  ],
  ["nonsense after the seal", ({ seals }) => appendFileSync(seals, "hello\n"), "seals.jsonl:2 is no seal"],
];

test.each(ATTACKS)("%s is found out, though the chain is whole", async (_what, attack, finding) => {
  using folder = temporaryFolder();
  const paths = sessionPaths(folder.path, "s1");
  await runOnce(paths, ["one", "two", "three"], KEY);
  attack(paths);
  const { chain, ok, seals } = await check(paths);
  expect(chain.fault).toBeNull();
  expect(ok).toBe(false);
  expect(seals.findings.join("\n")).toContain(finding);
});

test("another key vouches for nothing", async () => {
  using folder = temporaryFolder();
  const paths = sessionPaths(folder.path, "s1");
  await runOnce(paths, ["one"], KEY);
  const other = { path: "other", bytes: Buffer.from("another key of at least 16 bytes") };
  expect(await check(paths, { key: other })).toMatchObject({ ok: false, seals: { sealedSeq: 0 } });
  // A key that was changed between two starts: the later seal covers what the earlier one did.
  await runOnce(paths, ["two"], other);
  expect(await check(paths, { key: other })).toMatchObject({
    ok: true,
    seals: { sealedSeq: 2, notes: [expect.any(String)] },
  });
  expect(await check(paths)).toMatchObject({ ok: false });
});

test("an end without the key is told, a run that goes on is not accused", async () => {
  using folder = temporaryFolder();
  const paths = sessionPaths(folder.path, "s1");
  expect(sealEnd(paths, { seq: 1, head: "", atMs: 0 }, null)).toBeNull();
  await runOnce(paths, ["one"], KEY);
  await runOnce(paths, ["two"], null);
  expect(sealEnd(paths, { seq: 2, head: "", atMs: 0 }, null)).toContain("had no --audit-key");
  expect(await check(paths, { running: true })).toMatchObject({ ok: true, seals: { sealedSeq: 1 } });
  expect((await check(paths)).seals.findings).toEqual([expect.stringContaining("events 2 to 2 are not sealed")]);
});

test("a seal goes below one that was torn, and one that cannot be written is told", async () => {
  using folder = temporaryFolder();
  const paths = sessionPaths(folder.path, "s1");
  await runOnce(paths, ["one"], KEY);
  writeFileSync(paths.seals, '{"session":"s1","seq');
  await runOnce(paths, ["two"], KEY);
  expect(await check(paths)).toMatchObject({
    ok: true,
    seals: { seals: 2, sealedSeq: 2, notes: [expect.any(String)] },
  });
  rmSync(paths.seals);
  mkdirSync(paths.seals);
  expect(sealEnd(paths, { seq: 2, head: "", atMs: 0 }, KEY)).toContain(paths.seals);
  expect((await check(paths)).seals.findings).toEqual([expect.stringContaining("cannot be read")]);
});

test("a key is the file's bytes without the last newline; what is none is refused in one line", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "key");
  const read = (content: string | Buffer) => {
    writeFileSync(path, content);
    const key = readAuditKey(path);
    return key.ok ? Buffer.from(key.value.bytes).toString("latin1") : key.error.message;
  };
  expect(read("0123456789abcdef\n")).toBe("0123456789abcdef");
  expect(read("0123456789abcdef\r\n")).toBe("0123456789abcdef");
  expect(read("0123456789abcdef\n\n")).toBe("0123456789abcdef\n");
  expect(read(Buffer.alloc(16, 0xff))).toBe("\xff".repeat(16));
  expect(read("")).toBe("it is empty");
  expect(read("\n")).toBe("it is empty");
  expect(read("secret\n")).toContain("6 bytes are too short");
  expect(read(Buffer.alloc(100_000))).toContain("longer than");
  expect(readAuditKey(join(folder.path, "none"))).toMatchObject({ error: { message: "no such file" } });
  expect(readAuditKey(folder.path)).toMatchObject({ error: { message: "it is a folder" } });
  expect(readAuditKey("/dev/zero")).toMatchObject({ ok: false });
  if (process.getuid?.() === 0) return;
  chmodSync(path, 0);
  expect(readAuditKey(path)).toMatchObject({ error: { message: "no permission to read it" } });
});
