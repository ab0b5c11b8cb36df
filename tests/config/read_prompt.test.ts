import { describe, expect, test } from "bun:test";
import { ftruncateSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROMPT_LIMIT_BYTES, type PromptSources, readPrompt } from "../../src/config/read_prompt.ts";
import { temporaryFolder } from "../rig/folder.ts";

const read = (sources: Partial<PromptSources>) => readPrompt({ prompt: null, promptFile: null, words: [], ...sources });

const kindOf = async (sources: Partial<PromptSources>) => {
  const result = await read(sources);
  return result.ok ? "ok" : result.error.kind;
};

async function* streamOf(...chunks: (string | Uint8Array)[]) {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

test("each way of giving it works", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "task.md");
  writeFileSync(file, "\uFEFFbuild it\n");
  expect(await read({ prompt: "ship" })).toEqual({ ok: true, value: "ship" });
  expect(await read({ words: ["ship", "it now"] })).toEqual({ ok: true, value: "ship it now" });
  expect(await read({ promptFile: file })).toEqual({ ok: true, value: "build it\n" });
  expect(await read({ promptFile: "-", stdin: streamOf("gr", "ün".slice(0, 1), "n") })).toEqual({
    ok: true,
    value: "grün",
  });
});

test("a character that is cut between two chunks of standard input stays whole", async () => {
  const bytes = Buffer.from("ü");
  expect(await read({ promptFile: "-", stdin: streamOf(bytes.subarray(0, 1), bytes.subarray(1)) })).toMatchObject({
    value: "ü",
  });
});

describe("what is refused", () => {
  test("none, two, and blank ones", async () => {
    expect(await kindOf({})).toBe("prompt-missing");
    expect(await kindOf({ prompt: "a", words: ["b"] })).toBe("prompt-twice");
    expect(await kindOf({ prompt: "a", promptFile: "-" })).toBe("prompt-twice");
    expect(await kindOf({ prompt: "" })).toBe("prompt-empty");
    expect(await kindOf({ words: [" ", "\n"] })).toBe("prompt-empty");
    expect(await kindOf({ promptFile: "-", stdin: streamOf() })).toBe("prompt-empty");
  });

  test("missing files, folders, and what is no UTF-8", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "bytes");
    writeFileSync(file, new Uint8Array([0x61, 0xff, 0x62]));
    expect(await read({ promptFile: join(folder.path, "no") })).toMatchObject({ error: { code: "ENOENT" } });
    expect(await read({ promptFile: folder.path })).toMatchObject({ error: { code: "EISDIR" } });
    expect(await kindOf({ promptFile: file })).toBe("prompt-not-text");
  });

  test("more than 1 MiB, counted in bytes", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "long");
    writeFileSync(file, "a".repeat(PROMPT_LIMIT_BYTES));
    expect(await kindOf({ promptFile: file })).toBe("ok");
    writeFileSync(file, "a".repeat(PROMPT_LIMIT_BYTES + 1));
    expect(await kindOf({ promptFile: file })).toBe("prompt-too-long");
    expect(await kindOf({ prompt: "ü".repeat(PROMPT_LIMIT_BYTES / 2) })).toBe("ok");
    expect(await kindOf({ prompt: "ü".repeat(PROMPT_LIMIT_BYTES / 2 + 1) })).toBe("prompt-too-long");
  });

  test("a huge file or an endless stream, without reading it all", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "huge");
    ftruncateSync(openSync(file, "w"), 2 ** 40);
    expect(await kindOf({ promptFile: file })).toBe("prompt-too-long");
    async function* endless() {
      for (;;) yield new Uint8Array(65_536).fill(97);
    }
    expect(await kindOf({ promptFile: "-", stdin: endless() })).toBe("prompt-too-long");
  });
});
