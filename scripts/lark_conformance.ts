/** `bun run lark:conformance --suite DIR`: runs the official test suite of Starlark from a checkout of its repository. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { evaluate } from "lark-parser";
import { assertions, judgeChunk, splitChunks } from "../lark-parser/tests/chunks.ts";

const { values } = parseArgs({ options: { suite: { type: "string" } } });
const root = values.suite;
if (root === undefined || !existsSync(root)) {
  process.stderr.write("usage: bun run lark:conformance --suite DIR   (a checkout of the Starlark specification)\n");
  process.exit(2);
}
const testdata = join(root, "test_suite", "testdata");
const folder = existsSync(testdata) ? testdata : root;
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".star"));
const builtins = assertions();
let passed = 0;
const faults: string[] = [];
for (const name of files.toSorted()) {
  const filename = join(folder, name);
  for (const chunk of splitChunks(readFileSync(filename, "utf8"))) {
    const fault = judgeChunk(chunk, evaluate(chunk.text, { filename, builtins }), filename);
    if (fault === undefined) passed++;
    else faults.push(fault);
  }
}
for (const fault of faults) process.stdout.write(`${fault}\n`);
process.stdout.write(`${files.length} files: ${passed} chunks passed, ${faults.length} failed\n`);
process.exitCode = faults.length === 0 && files.length > 0 ? 0 : 1;
