import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { findLines, REPOSITORY, readLines } from "./tracked.ts";

const SCRIPTS: Readonly<Record<string, string>> = packageJson.scripts;
/** People and other programs call these by name. */
const PROMISED = [
  "build:all",
  "build:launcher",
  "build:memory-inspector",
  "demo",
  "test",
  "check",
  "lint",
  "format",
  "typecheck",
  "bench",
  "memory:inspect",
  "memory:condense",
  "agentfs:read",
  "readme:settings",
];

test.each(PROMISED)("the script %s is there", (name) => {
  expect(Object.keys(SCRIPTS)).toContain(name);
});

test("what a script names exists", () => {
  const scripts = Object.values(SCRIPTS).join(" ");
  const files = scripts.match(/[\w./-]+\.ts\b/g) ?? [];
  expect(files.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
  const called = [...scripts.matchAll(/bun run ([\w:]+)(?= |$)/g)].map(([, name = ""]) => name);
  expect(called.filter((name) => !(name in SCRIPTS))).toEqual([]);
});

test("every `bun run NAME` in README and docs is a script or a file", () => {
  const lines = findLines(/bun run /, (path) => path.endsWith(".md"));
  const names = lines.flatMap(({ text }) => [...text.matchAll(/bun run ([\w:./-]+)/g)].map(([, name = ""]) => name));
  expect(names).toContain("test");
  expect(names.filter((name) => !(name in SCRIPTS) && !existsSync(join(REPOSITORY, name)))).toEqual([]);
});

test("every dependency is pinned to one exact version", () => {
  const all = { ...packageJson.dependencies, ...packageJson.devDependencies, ...packageJson.overrides };
  const loose = Object.entries(all).filter(([, version]) => !/^(\d+\.\d+\.\d+|workspace:\*)$/.test(version));
  expect(loose).toEqual([]);
});

test("there is one Turso, the patched one, for the recorder and agentfs-sdk alike", () => {
  const wanted = packageJson.overrides["@tursodatabase/database"];
  const resolved = readLines("bun.lock").flatMap(
    (line) => /^\s+"[^"]*@tursodatabase\/database": \["@tursodatabase\/database@([^"]+)"/.exec(line)?.[1] ?? [],
  );
  expect(resolved).toEqual([wanted]);
  expect(packageJson.dependencies["@tursodatabase/database"]).toBe(wanted);
  expect(Object.keys(packageJson.patchedDependencies)).toEqual([`@tursodatabase/database@${wanted}`]);
});
