import { expect, test } from "bun:test";
import { homedir } from "node:os";
import { findLines, REPOSITORY, readLines, trackedFiles } from "./tracked.ts";

const LONGEST = 300;
/** One table, a row for each setting: data that would only be harder to find in two files. */
const TABLES: ReadonlySet<string> = new Set(["src/config/settings.ts"]);
/** This file has to spell what it looks for. */
const isOther = (path: string): boolean => path !== "tests/project/sources.test.ts";

test(`no source file has more than ${LONGEST} lines`, () => {
  const sources = trackedFiles().filter((path) => /^(src|zellij\/src|lark-parser\/src|scripts)\/.*\.ts$/.test(path));
  expect(sources.length).toBeGreaterThan(100);
  const long = sources
    .map((path) => ({ path, lines: readLines(path).length - 1 }))
    .filter((f) => f.lines > LONGEST && !TABLES.has(f.path));
  expect(long).toEqual([]);
});

test("no path of one machine stands in the project", () => {
  const quote = (path: string): string => path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const mine = [REPOSITORY, homedir()].filter((path) => path.split("/").length > 2).map(quote);
  const pattern = new RegExp(["/root/", "/home/\\w+/", "/Users/\\w+/", "[A-Z]:\\\\Users", ...mine].join("|"));
  expect(findLines(pattern, isOther)).toEqual([]);
});

test("no package registry's host stands in the project", () => {
  expect(findLines(/\b(registry|index|static|mirrors?|npm)\.[\w-]+(\.[\w-]+)*\.?(org|com|io|dev)\b/, isOther)).toEqual(
    [],
  );
});

test("the lock file says what, never from where", () => {
  expect(readLines("bun.lock").length).toBeGreaterThan(50);
  expect(findLines(/https?:\/\//, (path) => path === "bun.lock")).toEqual([]);
});

test("nothing that a run or a build leaves is tracked", () => {
  const left =
    /^(dist|bin|logs|memory|node_modules|\.orchestrator|\.agentfs|\.cache)\/|^zellij\.kdl$|\.db(-wal|-shm)?$/;
  expect(trackedFiles().filter((path) => left.test(path))).toEqual([]);
});
