import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate } from "../src/index.ts";
import { assertions, judgeChunk, splitChunks } from "./chunks.ts";

const folder = join(import.meta.dir, "star");
const builtins = assertions();

for (const name of readdirSync(folder)) {
  for (const chunk of splitChunks(readFileSync(join(folder, name), "utf8"))) {
    test(`${name}:${chunk.line}`, () => {
      const result = evaluate(chunk.text, { filename: name, builtins });
      expect(judgeChunk(chunk, result, name)).toBeUndefined();
      const [wanted] = chunk.expected;
      if (wanted && !result.ok) {
        expect(result.diagnostics[0].line).toBe(wanted.line);
        expect(result.diagnostics[0].message).toMatch(new RegExp(wanted.pattern));
      }
    });
  }
}
