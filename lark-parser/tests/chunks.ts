/** Chunked test files: `---` starts a new file, and `### pattern` at a line's end says that the chunk fails there. */
import { type Evaluated, evaluate, printDiagnostic, type Value } from "../src/index.ts";

export interface Chunk {
  /** With blank lines before it, so that its line numbers are the whole file's. */
  readonly text: string;
  readonly line: number;
  /** The lines of the errors, and what their messages match. */
  readonly expected: readonly {
    readonly line: number;
    readonly pattern: string;
    readonly dialect: string | undefined;
  }[];
}

/** Splits a chunked file. */
export function splitChunks(text: string): Chunk[] {
  const lines = text.split("\n");
  const chunks: Chunk[] = [];
  let start = 0;
  for (let at = 0; at <= lines.length; at++) {
    if (at < lines.length && lines[at]?.trimEnd() !== "---") continue;
    chunks.push(makeChunk(lines.slice(start, at), start));
    start = at + 1;
  }
  return chunks;
}

const MARK = /^(.*?) *### *(?:(go|java|rust):)? *(.*)$/;

function makeChunk(lines: readonly string[], start: number): Chunk {
  const expected = lines.flatMap((text, at) => {
    const match = MARK.exec(text);
    if (match === null) return [];
    // A mark on a line of its own is about the next line that has any code.
    const ahead = match[1]?.trim() === "" ? lines.slice(at).findIndex((line) => /^\s*[^\s#]/.test(line)) : 0;
    return [{ line: start + at + Math.max(ahead, 0) + 1, pattern: match[3] ?? "", dialect: match[2] }];
  });
  const code = lines.map((text) => MARK.exec(text)?.[1] ?? text);
  return { text: "\n".repeat(start) + code.join("\n"), line: start + 1, expected };
}

const PRELUDE = `
def assert_eq(x, y):
    if x != y:
        fail("%r != %r" % (x, y))

def assert_ne(x, y):
    if x == y:
        fail("%r == %r" % (x, y))

def assert_(condition, message = "assertion failed"):
    if not condition:
        fail(message)
`;

/** The functions that chunks assert with. */
export function assertions(): Record<string, Value> {
  const prelude = evaluate(PRELUDE, { filename: "prelude.star" });
  if (!prelude.ok) throw new Error(printDiagnostic(prelude.diagnostics[0]));
  return Object.fromEntries(prelude.globals);
}

/** What is wrong with how a chunk went: nothing when it failed where, and only where, it says. */
export function judgeChunk(chunk: Chunk, result: Evaluated, filename: string): string | undefined {
  const wanted = chunk.expected.find(({ dialect }) => dialect === undefined || dialect === "go");
  if (result.ok) return wanted && `${filename}:${wanted.line}: no error, expected: ${wanted.pattern}`;
  const [found] = result.diagnostics;
  if (wanted === undefined) return `unexpected: ${printDiagnostic(found)}`;
  // The official suite itself goes by the message alone, and marks a call of several lines at its end.
  if (new RegExp(wanted.pattern, "i").test(found.message)) return undefined;
  const lines = [found.line, ...found.stack.filter((frame) => frame.filename === filename).map(({ line }) => line)];
  return lines.includes(wanted.line)
    ? undefined
    : `expected the error on line ${wanted.line}: ${printDiagnostic(found)}`;
}
