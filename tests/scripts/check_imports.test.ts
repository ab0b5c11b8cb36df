import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkImports } from "../../scripts/check_imports.ts";
import { temporaryFolder } from "../rig/folder.ts";

/** The faults of a project that consists of these files. */
function faultsOf(files: Record<string, string>): string[] {
  using folder = temporaryFolder();
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, file)), { recursive: true });
    writeFileSync(join(folder.path, file), text);
  }
  return checkImports(folder.path);
}

test("a tree that runs downward has no faults", () => {
  const faults = faultsOf({
    "src/main.ts": 'import { b } from "./cli/b.ts"; b();',
    "src/cli/b.ts": 'import type { A } from "../core/a.ts"; export const b = (): A => 1;',
    "src/core/a.ts": 'import { join } from "node:path"; export type A = number; join("");',
    "src/store/s.ts": 'import { AgentFS } from "agentfs-sdk"; new AgentFS();',
    "zellij/src/z.ts": 'import "./y.ts";',
    "zellij/src/y.ts": "export {};",
  });
  expect(faults).toEqual([]);
});

test.each([
  ["upward", 'import "../cli/b.ts";', "src/core/a.ts imports src/cli/b.ts: core comes before cli"],
  [
    "upward, types",
    'import type { B } from "../cli/b.ts";',
    "src/core/a.ts imports src/cli/b.ts: core comes before cli",
  ],
  ["upward, lazy", 'await import("../cli/b.ts");', "src/core/a.ts imports src/cli/b.ts: core comes before cli"],
  [
    "upward, re-export",
    'export { b } from "../cli/b.ts";',
    "src/core/a.ts imports src/cli/b.ts: core comes before cli",
  ],
  [
    "upward, in a type",
    'export type B = import("../cli/b.ts").B;',
    "src/core/a.ts imports src/cli/b.ts: core comes before cli",
  ],
  ["an entry", 'import "../main.ts";', "src/core/a.ts imports src/main.ts: nothing imports an entry"],
  [
    "the database",
    'import "@tursodatabase/database";',
    "src/core/a.ts imports @tursodatabase/database: only src/store/ may",
  ],
  ["a folder without a place", 'import "../misc/x.ts";', "src/misc/ has no place in the order of folders"],
])("%s is a fault", (_, text, fault) => {
  expect(faultsOf({ "src/core/a.ts": text })).toEqual([fault]);
});

test("a cycle is named from end to end, a lazy one too", () => {
  const files = {
    "src/cli/a.ts": 'import "./b.ts";',
    "src/cli/b.ts": 'export const load = () => import("./c.ts");',
    "src/cli/c.ts": 'import type { A } from "./a.ts";',
  };
  expect(faultsOf(files)).toEqual([
    "these wait for each other in a circle: src/cli/a.ts -> src/cli/b.ts -> src/cli/c.ts -> src/cli/a.ts",
  ]);
});

test("the command table may load a command that reads the table", () => {
  const command = 'import "../command_table.ts";';
  const lazily = 'export const load = () => import("./commands/x.ts");';
  expect(faultsOf({ "src/cli/command_table.ts": lazily, "src/cli/commands/x.ts": command })).toEqual([]);
  const atOnce = 'import "./commands/x.ts";';
  expect(faultsOf({ "src/cli/command_table.ts": atOnce, "src/cli/commands/x.ts": command })).toHaveLength(1);
});

test("views and concrete backends are kept apart from the rest", () => {
  const faults = faultsOf({
    "src/views/v.ts": 'import "zod"; import type { S } from "../scheduler/state.ts";',
    "src/turns/t.ts": 'import "../backends/codex/turn.ts"; import "../backends/backend.ts";',
    "src/backends/registry.ts": 'export const open = () => import("./codex/turn.ts");',
  });
  expect(faults).toEqual([
    "src/turns/t.ts imports src/backends/codex/turn.ts: only the registry knows a concrete backend",
    "src/views/v.ts imports zod: views must start fast and not load zod",
    "src/views/v.ts imports src/scheduler/state.ts: views are folds over events",
  ]);
});

test("the packages import nothing of src", () => {
  expect(faultsOf({ "lark-parser/src/p.ts": 'import "../../src/core/a.ts";' })).toEqual([
    "lark-parser/src/p.ts imports src/core/a.ts: lark-parser/ stands alone",
  ]);
});

test("the script ends with 1 for faults and 2 when it cannot check", () => {
  using folder = temporaryFolder();
  const run = () =>
    Bun.spawnSync([process.execPath, "scripts/check_imports.ts", folder.path], { cwd: join(import.meta.dir, "../..") });
  mkdirSync(join(folder.path, "src/core"), { recursive: true });
  expect(run().exitCode).toBe(0);
  writeFileSync(join(folder.path, "src/core/a.ts"), 'import "../cli/b.ts";');
  const found = run();
  expect(found.exitCode).toBe(1);
  expect(found.stdout.toString()).toBe("src/core/a.ts imports src/cli/b.ts: core comes before cli\n");
  writeFileSync(join(folder.path, "src/core/a.ts"), "import {{");
  expect(run().exitCode).toBe(2);
});
