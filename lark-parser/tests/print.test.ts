import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Module, parse, print } from "../src/index.ts";
import { splitChunks } from "./chunks.ts";

const NOT_THE_SHAPE: ReadonlySet<string> = new Set([
  "start",
  "end",
  "at",
  "nameAt",
  "source",
  "scope",
  "variable",
  "globals",
  "comments",
  "ownLine",
]);

/** A tree without places and without what the resolver adds; an operator's own place is called `operator` in places. */
const shapeOf = (tree: Module): string =>
  JSON.stringify(tree, (key, value) => {
    if (NOT_THE_SHAPE.has(key) || (key === "operator" && typeof value === "object")) return undefined;
    return typeof value === "bigint" ? `${value}n` : value;
  });

const parseWell = (text: string): Module => {
  const parsed = parse(text, { filename: "p.star" });
  if (!parsed.ok) throw new Error(`${parsed.diagnostics[0]?.message}:\n${text}`);
  return parsed.tree;
};

/** Printed and parsed again, a text has the same tree, the same comments, and the same print. */
function expectStable(text: string): void {
  const tree = parseWell(text);
  const printed = print(tree);
  const again = parseWell(printed);
  expect(shapeOf(again)).toBe(shapeOf(tree));
  expect(print(again)).toBe(printed);
  expect(again.comments.map((comment) => comment.text)).toEqual(tree.comments.map((comment) => comment.text));
}

test.each([
  "x = (1 + 2) * 3 - -4 // (5 % 6)",
  "x = not (a or b) and not c in d",
  "x = (a < b) == (c < d)",
  "x = a - (b - c) - d",
  "x = (lambda x, *y, z = 1, **k: (x, y))(1)",
  "x = (1).foo",
  "x = [a for a, (b, c) in d if (e if f else g) if h]",
  "x = {k: v for k, v in (a if b else c).items()}",
  "(a,) = (1,)\n[b, (c, d)] = 1, (2, 3)",
  "x = (a if b else c) if (d if e else f) else (g if h else i)",
  "x = a[1:2], a[:], a[::2], a[1:], a[b, c]",
  "load('m.star', 'a', b = 'c')",
  "def f(a, b = 2, *, c, **d):\n  # inside\n  if a: return\n  elif b:\n    pass # why\n  else:\n    for x, y in z: break\n  return 1, 2\n",
  "x = '''a\nb''' + r'\\d' + b'\\x00'",
  "# first\n\nx = [ # why\n  1, # one\n  2,\n]\n\n\ny = 1 # last\n# end",
  "f(1, *a, **b)\nf(a = 1, b = lambda: 2)",
  `x = f(${Array.from({ length: 40 }, (_, at) => `name${at} = [${at}, {"k": ${at}}]`).join(", ")})`,
  "x = ~-+1\nx2 = -(1).y\nx3 = 1.5 .z",
  "def f():\n  x = 0\n  x |= 1",
])("stays the same: %#", expectStable);

test("every test file and configuration of ours stays the same", () => {
  const folder = join(import.meta.dir, "star");
  let chunks = 0;
  for (const name of readdirSync(folder)) {
    for (const { text } of splitChunks(readFileSync(join(folder, name), "utf8"))) {
      if (!parse(text, { filename: name }).ok) continue;
      chunks++;
      expectStable(text);
    }
  }
  expect(chunks).toBeGreaterThan(20);
  const configs = join(import.meta.dir, "..", "..", "configs");
  for (const name of ["agents.lark", "agents.smoke.lark", "examples/review.lark", "examples/relay.lark"]) {
    expectStable(readFileSync(join(configs, name), "utf8"));
  }
});

test("random expressions stay the same", () => {
  let state = 7;
  const pick = <T>(choices: readonly T[]): T => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return choices[Math.floor((state / 2 ** 32) * choices.length)] as T;
  };
  const make = (depth: number): string => {
    if (depth === 0) return pick(["a", "1", "2.5", '"s"', "b'x'", "None", "()", "[]", "{}"]);
    const inner = (): string => make(depth - 1);
    return pick([
      () =>
        `(${inner()} ${pick(["+", "-", "*", "//", "%", "|", "&", "<<", "and", "or", "==", "<", "in", "not in"])} ${inner()})`,
      () => `(${pick(["not ", "-", "~"])}${inner()})`,
      () => `(${inner()} if ${inner()} else ${inner()})`,
      () => `(lambda x, y = ${inner()}: ${inner()})`,
      () => `[${inner()}, ${inner()}]`,
      () => `(${inner()},)`,
      () => `{${inner()}: ${inner()}}`,
      () => `[${inner()} for z in ${inner()} if ${inner()}]`,
      () => `(${inner()})(${inner()}, k = ${inner()})`,
      () => `(${inner()})[${inner()}:${inner()}]`,
      () => `(${inner()}).name`,
    ])();
  };
  for (let round = 0; round < 1500; round++) expectStable(`x = ${make(1 + (round % 5))}`);
});
