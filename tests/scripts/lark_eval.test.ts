import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../rig/folder.ts";

const SCRIPT = join(import.meta.dir, "..", "..", "scripts", "lark_eval.ts");

function run(argv: readonly string[], stdin = "") {
  const done = Bun.spawnSync([process.execPath, SCRIPT, ...argv], { stdin: Buffer.from(stdin) });
  return { code: done.exitCode, out: done.stdout.toString(), err: done.stderr.toString() };
}

function write(folder: { readonly path: string }, name: string, text: string | Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

test("a file's public globals become one JSON object; print goes to standard error", () => {
  using folder = temporaryFolder();
  const file = write(
    folder,
    "a.star",
    `
a = [1, (2, 3), range(2), set(["x"])]
b = {"z": 1, "10": 2, "2": 3}
c = {1: "one", (2, 3): None}
d = 1 << 80
e = [1.0, 1e-05, 1e300 * 1e300, -1e300 * 1e300, float("nan")]
f = b"hi"
_private = 1
def g():
    pass
h = {"left out": g, "kept": True}
i = len
j = "\\u00e9\\n\\""
print("seen", a[0])
`,
  );
  expect(run([file])).toEqual({
    code: 0,
    out: `{"a":[1,[2,3],[0,1],["x"]],"b":{"z":1,"10":2,"2":3},"c":[[1,"one"],[[2,3],null]],"d":1208925819614629174706176,"e":[1.0,1e-05,"+inf","-inf","nan"],"f":"hi","h":{"kept":true},"j":"é\\n\\""}\n`,
    err: "seen 1\n",
  });
});

test("an error is FILE:LINE:COL: error: MESSAGE, exit 1", () => {
  using folder = temporaryFolder();
  const file = write(folder, "a.star", "def f(x):\n    return x + 1\nf('a')\n");
  const { code, out, err } = run([file]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err.split("\n")[0]).toBe(`${file}:2:14: error: unsupported operand types: string + int`);
  expect(err).toContain(`${file}:3:2: in <toplevel>`);
  const bytes = write(folder, "b.star", new Uint8Array([0xff]));
  expect(run([bytes])).toEqual({ code: 1, out: "", err: `${bytes}:1:1: error: not UTF-8 text\n` });
  const cyclic = write(folder, "c.star", "x = []\nx.append(x)\n");
  expect(run([cyclic])).toMatchObject({ code: 1, out: "" });
  expect(run(["--nope"]).code).toBe(2);
});

test("--batch answers one line for each file, whatever it is", () => {
  using folder = temporaryFolder();
  const good = write(folder, "good.star", "x = 1\nprint('quiet')\n");
  const bad = write(folder, "bad.star", "x = (\n");
  const missing = join(folder.path, "none.star");
  const { code, out, err } = run(["--batch"], `${good}\n${bad}\n\n${missing}\n${good}`);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { file: good, ok: true, globals: { x: 1 } },
    { file: bad, ok: false, error: expect.any(String), line: 2, column: 1 },
    { file: missing, ok: false, error: "cannot be read: ENOENT", line: 1, column: 1 },
    { file: good, ok: true, globals: { x: 1 } },
  ]);
});
