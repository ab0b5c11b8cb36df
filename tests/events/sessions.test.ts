import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findSession } from "../../src/cli/find_session.ts";
import { sessionPaths } from "../../src/core/paths.ts";
import { createJournal } from "../../src/events/journal.ts";
import { listSessions } from "../../src/events/sessions.ts";
import { temporaryFolder } from "../rig/folder.ts";

test("what is no journal disturbs nobody: a folder, a pipe, a file, an empty journal", async () => {
  using folder = temporaryFolder();
  const paths = sessionPaths(folder.path, "good");
  mkdirSync(paths.folder, { recursive: true });
  const made = createJournal(paths.journal);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  const journal = made.value;
  journal.append({ type: "run.notice", message: "hello" });
  await journal.close();
  const runs = join(folder.path, ".orchestrator");
  mkdirSync(join(runs, "folder", "journal.jsonl"), { recursive: true });
  mkdirSync(join(runs, "pipe"));
  expect(Bun.spawnSync(["mkfifo", join(runs, "pipe", "journal.jsonl")]).exitCode).toBe(0);
  mkdirSync(join(runs, "empty"));
  writeFileSync(join(runs, "empty", "journal.jsonl"), "");
  writeFileSync(join(runs, "file"), "");
  expect(listSessions(folder.path).map((entry) => entry.paths.session)).toEqual(["good"]);
  expect(findSession(folder.path, "folder")).toMatchObject({ ok: false, error: { kind: "no-session" } });
  expect(findSession(folder.path, null)).toMatchObject({ ok: true, value: { session: "good" } });
});
