import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { excludeFromGit, findExcludes } from "../../src/orchestrate/git_exclude.ts";
import { temporaryFolder } from "../rig/folder.ts";

const git = (cwd: string, ...args: string[]) => {
  const run = Bun.spawnSync(["git", "-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd });
  if (run.exitCode !== 0) throw new Error(run.stderr.toString());
  return run.stdout.toString();
};

test("our names are ignored and nothing else is, also in a subfolder with a nasty name", () => {
  using dir = temporaryFolder();
  git(dir.path, "init", "-q");
  const project = join(dir.path, "a [b]* c");
  mkdirSync(join(project, ".orchestrator"), { recursive: true });
  mkdirSync(join(project, "logs"));
  writeFileSync(join(project, ".orchestrator", "x"), "");
  writeFileSync(join(project, "logs", "planner.log"), "");
  writeFileSync(join(project, "logs", "mine.log"), "");
  const excludes = findExcludes(project);
  if (!excludes) throw new Error("no repository found");
  expect(excludeFromGit(excludes, [".orchestrator/", "logs/planner.log"])).toBeNull();
  expect(git(project, "status", "--porcelain", "-uall").trim()).toBe('?? "a [b]* c/logs/mine.log"');
  const once = readFileSync(excludes.file, "utf8");
  expect(excludeFromGit(excludes, [".orchestrator/", "logs/planner.log"])).toBeNull();
  expect(readFileSync(excludes.file, "utf8")).toBe(once);
});

test("a linked work tree is asked for its own file, and a folder without git has none", () => {
  using dir = temporaryFolder();
  expect(findExcludes(dir.path)).toBeNull();
  const main = join(dir.path, "main");
  mkdirSync(main);
  git(main, "init", "-q");
  git(main, "commit", "-q", "--allow-empty", "-m", "one");
  git(main, "worktree", "add", "-q", join(dir.path, "linked"));
  const linked = join(dir.path, "linked");
  const excludes = findExcludes(linked);
  if (!excludes) throw new Error("no repository found");
  mkdirSync(join(linked, ".agentfs"));
  writeFileSync(join(linked, ".agentfs", "x"), "");
  expect(excludeFromGit(excludes, [".agentfs/"])).toBeNull();
  expect(git(linked, "status", "--porcelain")).toBe("");
});
