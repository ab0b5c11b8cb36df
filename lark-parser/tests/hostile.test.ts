import { expect, test } from "bun:test";
import { evaluate, parse, printDiagnostic } from "../src/index.ts";

const LIMITS = { maxSteps: 20_000, maxAllocation: 2 ** 22, maxValueSize: 2 ** 20 };

/** The same numbers for the same seed. */
function* randoms(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Whatever the text, there is an answer, and an error has a place in the text. */
function run(text: string): boolean {
  const result = evaluate(text, { filename: "f.star", limits: LIMITS });
  if (result.ok) return true;
  const [first] = result.diagnostics;
  expect(first.line).toBeGreaterThanOrEqual(1);
  expect(first.line).toBeLessThanOrEqual(text.split(/\r\n|\r|\n/).length);
  expect(first.endColumn).toBeGreaterThanOrEqual(first.column);
  expect(printDiagnostic(first)).toStartWith(`f.star:${first.line}:${first.column}: error: `);
  return false;
}

const WORDS =
  'def f ( ) [ ] { } : , ; = == != + += - * ** / // % & | ^ ~ < > <= >= << >> . in not and or if else elif for return pass break continue lambda load None True x y "a" b"b" 1 2.5 0x1f len range list dict set print sorted zip \n \n \n    \n\t # @ \\ \' """'.split(
    " ",
  );

test("random tokens: never a crash", () => {
  let fine = 0;
  for (let seed = 1; seed <= 4000; seed++) {
    const random = randoms(seed);
    const next = () => random.next().value as number;
    const length = 1 + Math.floor(next() * 30);
    const text = Array.from({ length }, () => WORDS[Math.floor(next() * WORDS.length)]).join(next() < 0.5 ? " " : "");
    if (run(text)) fine++;
  }
  // Some of them must be programs, or this looks at the parser's first line alone.
  expect(fine).toBeGreaterThan(20);
});

test("random bytes: never a crash", () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = randoms(seed);
    const bytes = Uint8Array.from({ length: 60 }, () => Math.floor((random.next().value as number) * 256));
    run(new TextDecoder("latin1").decode(bytes));
  }
});

test.each([
  ["brackets", "[".repeat(100_000)],
  ["closed brackets", `x = ${"[".repeat(900)}${"]".repeat(900)}`],
  ["calls", `x = f${"()".repeat(20_000)}`],
  ["minus signs", `x = ${"-".repeat(100_000)}1`],
  ["nots", `x = ${"not ".repeat(100_000)}1`],
  ["a sum", `x = ${"1 + ".repeat(100_000)}1`],
  ["a line of a megabyte", `x = "${"a".repeat(1_000_000)}"`],
  ["a list of a megabyte", `x = [${"1, ".repeat(300_000)}]`],
  ["lambdas", `x = ${"lambda: ".repeat(50_000)}1`],
  ["blocks", Array.from({ length: 2000 }, (_, at) => `${" ".repeat(at)}def f():`).join("\n")],
  ["conditionals", `x = ${"1 if 1 else ".repeat(50_000)}1`],
  ["strings that double", `def f():\n  x = "ab"\n  for i in range(100):\n    x = x + x\nf()`],
  ["lists that double", `def f():\n  x = [1]\n  for i in range(100):\n    x = x + x\nf()`],
  ["ints that square", `def f():\n  x = 3\n  for i in range(100):\n    x = x * x\nf()`],
  ["a list in itself", "x = [1]\nx.append(x)\ny = x == [x]\nz = str(x)"],
  ["cycles compared", "x = [1]\nx.append(x)\ny = [1]\ny.append(y)\nz = x == y"],
  ["nested tuples as keys", `def f():\n  x = ()\n  for i in range(5000):\n    x = (x,)\n  return {x: 1}\nf()`],
  ["deep repr", `def f():\n  x = []\n  for i in range(5000):\n    x = [x]\n  return str(x)\nf()`],
  [
    "blocks in blocks around long sums",
    `${Array.from({ length: 900 }, (_, at) => `${" ".repeat(at)}def f():`).join("\n")}\n${" ".repeat(900)}x = ${"1 + ".repeat(4900)}1\n`,
  ],
  ["a nul", "x = 1\0"],
  ["a bom", "\ufeffx = 1"],
  ["a lone surrogate", 'x = "\ud800"'],
])("hostile: %s", (_name, text) => {
  run(text);
});

test("parsing alone gives a tree or diagnostics", () => {
  expect(parse("x = 1", { filename: "a" })).toMatchObject({ ok: true });
  expect(parse("x = (", { filename: "a" })).toMatchObject({ ok: false, diagnostics: [{ line: 1 }] });
});
