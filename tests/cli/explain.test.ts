import { expect, test } from "bun:test";
import { EventEmitter } from "node:events";
import { explain, type Problem } from "../../src/cli/explain.ts";
import { createOutput } from "../../src/cli/output.ts";

/** One of each family; the compiler sees to it that every kind has its case. */
const PROBLEMS: [Problem, number, string][] = [
  [{ kind: "session-exists", session: "mvp" }, 2, "codex-squad resume mvp"],
  [{ kind: "folder-busy", session: "mvp", pid: 12 }, 2, "codex-squad attach mvp"],
  [{ kind: "no-session", session: null, projectRoot: "/p" }, 2, "start one"],
  [{ kind: "folder-unusable", path: "/p", code: "EROFS" }, 3, "writable"],
  [{ kind: "disk-full", path: "/p" }, 4, "resume"],
  [{ kind: "journal-full", path: "/p/j", message: "x" }, 4, "resume"],
  [{ kind: "locked", path: "/p/db", message: "x" }, 4, "moment"],
  [{ kind: "not-running", message: "mvp is not running" }, 2, "resume"],
  [{ kind: "codex-missing", message: "no codex", hint: "install it" }, 3, "install it"],
  [{ kind: "server-failed", message: "no server", hint: "look" }, 4, "look"],
  [
    { kind: "address-incomplete", session: "mvp", address: "http://a@b", variable: "X_URL" },
    3,
    "X_URL=URL codex-squad",
  ],
  [{ kind: "prompt-too-long", source: "--prompt", limitBytes: 1 << 20 }, 2, "files"],
  [{ kind: "audit-key-unusable", path: "/k", message: "it is empty" }, 2, "urandom"],
  [{ kind: "archive-exists", path: "/a.zip" }, 2, "--force"],
  [{ kind: "archive-format", path: "/a.rar" }, 2, ".tar.zst or .zip"],
  [{ kind: "archive-unwritable", path: "/a.zip", code: "ENOSPC" }, 4, "room"],
  [{ kind: "bug", error: new Error("oh\nmore"), verbose: false }, 70, "--verbose"],
];

test.each(PROBLEMS)("%j", (problem, exitCode, hint) => {
  const explained = explain(problem);
  expect(explained.exitCode as number).toBe(exitCode);
  expect(explained.line).not.toMatch(/[\n]|undefined|\[object/);
  expect(explained.hint).toContain(hint);
});

test("a long or broken value does not break the line", () => {
  const { line } = explain({ kind: "bad-value", name: "--x", value: `a\nb${"c".repeat(500)}`, allowed: "less" });
  expect(line).not.toContain("\n");
  expect(line.length).toBeLessThan(150);
});

test("a bug shows its stack only with --verbose", () => {
  const error = new Error("boom");
  expect(explain({ kind: "bug", error, verbose: false }).line).toBe("unexpected error: boom");
  expect(explain({ kind: "bug", error, verbose: true }).line).toContain("explain.test.ts");
});

class Stream extends EventEmitter {
  text = "";
  constructor(
    readonly isTTY: boolean,
    private readonly broken = false,
  ) {
    super();
  }
  write(text: string, done: (error?: Error | null) => void) {
    if (!this.broken) this.text += text;
    done(this.broken ? new Error("EPIPE") : null);
  }
}

const outputOf = (stdout: Stream, stderr: Stream, env: Record<string, string> = {}) =>
  createOutput({ program: "codex-squad", env, stdout, stderr });

test("errors are coloured on a terminal only, and never under NO_COLOR", async () => {
  for (const [isTty, env, colored] of [
    [true, {}, true],
    [true, { NO_COLOR: "1" }, false],
    [false, {}, false],
  ] as const) {
    const stderr = new Stream(isTty);
    expect(await outputOf(new Stream(false), stderr, env).fail({ kind: "prompt-missing" })).toBe(2);
    expect(stderr.text.includes("\x1b[")).toBe(colored);
    expect(stderr.text).toContain("there is no prompt");
  }
});

test("a closed standard output is told to those who follow, and throws nothing", async () => {
  const output = outputOf(new Stream(false, true), new Stream(false));
  expect(output.closed.aborted).toBeFalse();
  await output.print("line");
  expect(output.closed.aborted).toBeTrue();
  await output.print("line");
});
