import { accessSync, constants, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { err, ok, type Result } from "../../core/result.ts";
import type { BackendContext, BackendProblem } from "../backend.ts";
import { findNative, findOwnNative } from "./native.ts";

/** The codex that turns run with. */
export interface CodexProgram {
  readonly path: string;
  readonly version: string;
  /** Folder with the tools that codex brings along (rg), to put first on PATH; null when it has none. */
  readonly toolsFolder: string | null;
}

/** The first version whose permission profiles keep the agents off the run's own data in the way that we ask for. */
const OLDEST = "0.163.0";
const ANSWER_TIMEOUT_MS = 10_000;
const HINT = "npm install -g @openai/codex@latest, or name another one with --codex-path";

/** Finds codex (the one that was named, the one on PATH, or the SDK's own) and checks that it works. */
export async function locateCodex({
  codexPath,
  env,
}: Pick<BackendContext, "codexPath" | "env">): Promise<Result<CodexProgram, BackendProblem>> {
  if (codexPath !== null) {
    const fault = findFileFault(codexPath);
    if (fault !== null) return unusable(fault === "missing" ? "codex-missing" : "codex-unusable", codexPath, fault);
  }
  const found = codexPath ?? Bun.which("codex", { PATH: env.PATH ?? "" });
  const path = found === null ? findOwnNative() : (findNative(found) ?? found);
  if (path === null) {
    return err({ kind: "codex-missing", message: "there is no codex on PATH", hint: HINT });
  }
  const answer = await askVersion(path, env);
  if (!answer.ok) return unusable("codex-unusable", path, answer.error);
  if (Bun.semver.order(answer.value, OLDEST) < 0 && !answer.value.startsWith(`${OLDEST}-`)) {
    return err({
      kind: "codex-too-old",
      message: `codex ${answer.value} (${path}) is too old: ${OLDEST} or newer is needed, because older ones cannot keep agents off the run's own data`,
      hint: HINT,
    });
  }
  const toolsFolder = join(dirname(path), "..", "codex-path");
  return ok({ path, version: answer.value, toolsFolder: isFolder(toolsFolder) ? toolsFolder : null });
}

const unusable = (kind: BackendProblem["kind"], path: string, fault: string): Result<never, BackendProblem> =>
  err({ kind, message: `codex cannot be used: ${path}: ${fault === "missing" ? "no such file" : fault}`, hint: HINT });

function findFileFault(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return "missing";
  if (!found.isFile()) return "not a file";
  try {
    accessSync(path, constants.X_OK);
    return null;
  } catch {
    return "not executable";
  }
}

async function askVersion(path: string, env: BackendContext["env"]): Promise<Result<string, string>> {
  try {
    const asked = Bun.spawn([path, "--version"], {
      env: { ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      timeout: ANSWER_TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    // A grandchild may keep the pipe open after the timeout: the exit alone decides.
    const text = new Response(asked.stdout).text();
    const exitCode = await asked.exited;
    if (asked.signalCode) return err(`gives no answer to --version within ${ANSWER_TIMEOUT_MS / 1000} s`);
    if (exitCode !== 0) return err(`--version ends with exit code ${exitCode}`);
    const version = /^codex\S*\s+(\d+\.\d+\.\d+\S*)/m.exec(await text)?.[1];
    return version === undefined ? err("does not answer --version as codex does") : ok(version);
  } catch (error) {
    return err(`does not start (${(error as NodeJS.ErrnoException).code ?? error})`);
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
