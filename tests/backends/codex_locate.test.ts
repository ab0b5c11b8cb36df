import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { locateCodex } from "../../src/backends/codex/locate.ts";
import { findOwnNative } from "../../src/backends/codex/native.ts";
import { temporaryFolder } from "../rig/folder.ts";

const env = { PATH: "/usr/bin:/bin" };

function program(folder: string, text: string, mode = 0o755): string {
  const path = join(folder, "codex");
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const FAULTS: readonly [string, string, number, string, RegExp][] = [
  ["not executable", "#!/bin/sh\n", 0o644, "codex-unusable", /not executable/],
  ["not a codex", "#!/bin/sh\necho git 1.2.3\n", 0o755, "codex-unusable", /as codex does/],
  ["failing", "#!/bin/sh\nexit 3\n", 0o755, "codex-unusable", /exit code 3/],
  ["no program", "\x7fELF nothing", 0o755, "codex-unusable", /does not start|exit code/],
  ["too old", "#!/bin/sh\necho codex-cli 0.99.0\n", 0o755, "codex-too-old", /0\.163\.0 or newer/],
];

test.each(FAULTS)("a named codex that is %s", async (_name, text, mode, kind, message) => {
  using folder = temporaryFolder();
  const found = await locateCodex({ codexPath: program(folder.path, text, mode), env });
  if (found.ok) throw new Error("it was accepted");
  expect<string>(found.error.kind).toBe(kind);
  expect(found.error.message).toMatch(message);
  expect(found.error.hint).toContain("--codex-path");
});

test("a missing file and a folder", async () => {
  using folder = temporaryFolder();
  expect(await locateCodex({ codexPath: join(folder.path, "no"), env })).toMatchObject({
    error: { kind: "codex-missing" },
  });
  expect(await locateCodex({ codexPath: folder.path, env })).toMatchObject({ error: { kind: "codex-unusable" } });
});

test("the one on PATH comes before the SDK's own, which has its tools beside it", async () => {
  using folder = temporaryFolder();
  const path = program(folder.path, "#!/bin/sh\necho codex-cli 0.200.1-beta.2\n");
  expect(await locateCodex({ codexPath: null, env: { PATH: `${folder.path}:/usr/bin:/bin` } })).toEqual({
    ok: true,
    value: { path, version: "0.200.1-beta.2", toolsFolder: null },
  });
  const own = await locateCodex({ codexPath: null, env });
  if (!own.ok) throw new Error(own.error.message);
  expect(own.value.path).toBe(findOwnNative() ?? "none");
  expect(own.value.toolsFolder).toEndWith("codex-path");
});

test("npm's script is resolved to the native program beside it", async () => {
  using folder = temporaryFolder();
  const native = findOwnNative() ?? "none";
  const modules = join(folder.path, "lib/node_modules/@openai");
  mkdirSync(join(modules, "codex/bin"), { recursive: true });
  const script = join(modules, "codex/bin/codex.js");
  writeFileSync(script, "#!/usr/bin/env node\nprocess.exit(9)\n");
  chmodSync(script, 0o755);
  const vendor = dirname(dirname(dirname(native)));
  mkdirSync(join(modules, `codex-${process.platform}-${process.arch}`), { recursive: true });
  symlinkSync(vendor, join(modules, `codex-${process.platform}-${process.arch}`, "vendor"));
  symlinkSync(script, join(folder.path, "codex"));
  const found = await locateCodex({ codexPath: null, env: { PATH: `${folder.path}:/usr/bin:/bin` } });
  if (!found.ok) throw new Error(found.error.message);
  expect(found.value.path).toEndWith("/bin/codex");
  expect(found.value.path).toStartWith(modules);
});
