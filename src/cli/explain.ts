import type { ArchiveProblem } from "../audit/archive.ts";
import type { AuditKeyProblem } from "../audit/key.ts";
import type { BackendProblem } from "../backends/backend.ts";
import type { ConfigProblem } from "../config/problem.ts";
import type { PromptProblem } from "../config/read_prompt.ts";
import type { SettingProblem } from "../config/resolve.ts";
import type { ControlProblem } from "../control/client.ts";
import { EXIT, type ExitCode } from "../core/exit_codes.ts";
import type { JournalProblem } from "../events/journal.ts";
import type { AddressProblem } from "../orchestrate/base_url.ts";
import type { StoreProblem } from "../store/problem.ts";
import type { NewConfigProblem } from "./new_config.ts";

/** Why a command or a run cannot begin or go on, beyond what the stages themselves name. */
export type RunProblem =
  /** The command line itself: unknown flag, missing or surplus word. */
  | { readonly kind: "usage"; readonly message: string; readonly hint?: string }
  | { readonly kind: "folder-missing"; readonly path: string }
  /** `code` is the system's: EACCES, EROFS, ENOSPC, ... */
  | { readonly kind: "folder-unusable"; readonly path: string; readonly code: string }
  | { readonly kind: "disk-full"; readonly path: string }
  | { readonly kind: "session-exists"; readonly session: string }
  | {
      readonly kind: "folder-busy";
      /** Null: one that is just starting. */
      readonly session: string | null;
      readonly pid: number | null;
    }
  /** `session` null: there is no run at all in the folder. */
  | { readonly kind: "no-session"; readonly session: string | null; readonly projectRoot: string }
  | { readonly kind: "nothing-to-resume"; readonly session: string }
  /** Standard output took not all of what it was given. */
  | { readonly kind: "output-lost"; readonly code: string }
  | { readonly kind: "no-agent"; readonly agent: string; readonly known: readonly string[] }
  | { readonly kind: "no-artifact"; readonly id: string; readonly path: string }
  | { readonly kind: "journal-newer"; readonly path: string; readonly schema: number }
  | { readonly kind: "zellij-unusable"; readonly message: string; readonly hint: string }
  | { readonly kind: "bug"; readonly error: unknown; readonly verbose: boolean };

export type Problem =
  | SettingProblem
  | PromptProblem
  | ConfigProblem
  | BackendProblem
  | JournalProblem
  | StoreProblem
  | ControlProblem
  | AuditKeyProblem
  | ArchiveProblem
  | NewConfigProblem
  | AddressProblem
  | RunProblem;

export interface Explanation {
  /** One line; it names what is wrong. */
  readonly line: string;
  /** Lines of a file that show it. */
  readonly excerpt?: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly exitCode: ExitCode;
}

const badInput = (line: string, hint?: string): Explanation => ({
  line,
  ...(hint ? { hint } : {}),
  exitCode: EXIT.badInput,
});
const missing = (line: string, hint: string): Explanation => ({ line, hint, exitCode: EXIT.missing });
const stopped = (line: string, hint: string): Explanation => ({ line, hint, exitCode: EXIT.stopped });

/** The line, the hint and the exit code of every problem there is. The compiler asks for a case when a kind is added. */
export function explain(problem: Problem): Explanation {
  switch (problem.kind) {
    case "usage":
      return badInput(problem.message, problem.hint);
    case "bad-value":
      return badInput(`${problem.name}: "${shorten(problem.value)}" is not allowed`, `allowed is ${problem.allowed}`);
    case "not-yet":
      return badInput(`${problem.name} does not run yet`, "it is planned for a later version; leave it out");
    case "prompt-missing":
      return badInput("there is no prompt", 'say what to do: codex-squad --prompt "Ship the MVP"');
    case "prompt-twice":
      return badInput(`the prompt is given more than once: ${problem.sources.join(" and ")}`, "give it in one way");
    case "prompt-empty":
      return badInput(`the prompt from ${problem.source} is empty`);
    case "prompt-too-long":
      return badInput(
        `the prompt from ${problem.source} is longer than ${problem.limitBytes} bytes (1 MiB)`,
        "put the material into files of the project and name them in the prompt",
      );
    case "prompt-not-text":
      return badInput(`the prompt from ${problem.source} is not UTF-8 text`);
    case "prompt-unreadable":
      return badInput(`--prompt-file: cannot read ${problem.source}: ${inWords(problem.code)}`);
    case "config-unreadable":
      return badInput(`cannot read the configuration ${problem.path}: ${inWords(problem.code)}`);
    case "config-invalid":
      return { ...badInput(`${problem.place}: ${problem.message}`), excerpt: problem.excerpt };
    case "unknown-name":
      return badInput(
        `${problem.flag}: there is no ${problem.what} "${shorten(problem.name)}"`,
        problem.suggestion ? `did you mean ${problem.suggestion}?` : `there are: ${problem.known.join(", ")}`,
      );
    case "folder-missing":
      return badInput(`${problem.path} is not a folder`, "--project-root names an existing folder");
    case "folder-unusable":
      return missing(
        `cannot use the folder ${problem.path}: ${inWords(problem.code)}`,
        "the run keeps its journal and logs there: make it readable and writable, or name another --project-root",
      );
    case "disk-full":
      return stopped(`no space left on the disk of ${problem.path}`, "free some space, then: codex-squad resume");
    case "session-exists":
      return badInput(
        `a session named "${problem.session}" is already here`,
        `go on with it: codex-squad resume ${problem.session} - or choose another --session`,
      );
    case "folder-busy":
      if (problem.session === null) {
        return badInput("another run is just starting in this folder", "see which: codex-squad status");
      }
      return badInput(
        `session "${problem.session}" is running in this folder${problem.pid === null ? "" : ` (pid ${problem.pid})`}`,
        `watch it: codex-squad attach ${problem.session} - or stop it: codex-squad interrupt ${problem.session}`,
      );
    case "output-lost":
      return stopped(
        `standard output could not be written (${problem.code}): what was printed is not complete`,
        "make room where it goes",
      );
    case "no-session":
      return problem.session === null
        ? badInput(`there is no run in ${problem.projectRoot}`, 'start one: codex-squad --prompt "..."')
        : badInput(
            `there is no session "${shorten(problem.session)}" in ${problem.projectRoot}`,
            "see: codex-squad status",
          );
    case "nothing-to-resume":
      return badInput(`session "${problem.session}" is finished: nothing is left to resume`, "start a new run");
    case "new-config-unusable":
      return badInput(
        `the run cannot go on with today's configuration: ${problem.message}`,
        "leave out --with-new-config: the run then keeps its own",
      );
    case "address-incomplete":
      return missing(
        `the model server's address needs its secret part again, which is never stored: ${shorten(problem.address)}`,
        `give the whole address: ${problem.variable}=URL codex-squad resume ${problem.session}`,
      );
    case "no-agent":
      return badInput(
        `there is no agent "${shorten(problem.agent)}" in this session`,
        problem.known.length > 0 ? `there are: ${problem.known.join(", ")}` : "no agent has begun yet",
      );
    case "no-artifact":
      return badInput(
        `there is no artifact "${shorten(problem.id)}" in ${problem.path}`,
        "ids are shown by: codex-squad memory inspect --content",
      );
    case "journal-damaged":
      return badInput(
        `${problem.path}: the journal is damaged: ${problem.message}`,
        "the run cannot go on from it. See: codex-squad audit verify",
      );
    case "journal-unwritable":
      return missing(`cannot write ${problem.path}: ${problem.message}`, "make the folder writable");
    case "journal-full":
      return stopped(`no space left for ${problem.path}`, "free some space, then: codex-squad resume");
    case "journal-newer":
      return missing(
        `${problem.path} was written by a newer version (journal format ${problem.schema})`,
        "use the version that wrote it, or a newer one",
      );
    case "audit-key-unusable":
      return badInput(
        `--audit-key ${problem.path}: ${problem.message}`,
        "a key is a file of some random bytes that no agent can read: head -c 32 /dev/urandom | base64 > FILE",
      );
    case "archive-format":
      return badInput(`--out ${problem.path}: no such kind of file`, "its name ends with .tar.zst or .zip");
    case "archive-exists":
      return badInput(`${problem.path} is already there`, "choose another --out, or replace it: --force");
    case "archive-unwritable": {
      const full = ["ENOSPC", "EDQUOT", "EFBIG"].includes(problem.code);
      const line = `cannot write ${problem.path}: ${inWords(problem.code)}`;
      return full ? stopped(line, "nothing was left there; make room, or choose another --out") : badInput(line);
    }
    case "zellij-unusable":
    case "codex-missing":
    case "codex-unusable":
    case "codex-too-old":
      return missing(problem.message, problem.hint);
    case "scenario-invalid":
      return badInput(problem.message, problem.hint);
    case "not-running":
      return badInput(problem.message, "how it ended: codex-squad status - go on: codex-squad resume");
    case "no-answer":
    case "refused":
      return stopped(problem.message, "look at it: codex-squad status");
    case "locked":
      return stopped(`${problem.path} is in use by another process`, "try again in a moment");
    case "full":
      return stopped(`no space left for ${problem.path}`, "free some space, then try again");
    case "unwritable":
      return missing(`cannot use ${problem.path}: ${problem.message}`, "make the file and its folder writable");
    case "store-missing":
      return badInput(`there is no ${problem.path}: ${problem.message}`, ANOTHER_STORE);
    case "store-empty":
      return badInput(`nothing is recorded in ${problem.path}: ${problem.message}`, ANOTHER_STORE);
    case "store-unfit":
      return badInput(`${problem.path} cannot be an AgentFS database: ${problem.message}`, ANOTHER_STORE);
    case "store-unreadable":
      return badInput(
        `cannot read ${problem.path}: ${problem.message}`,
        "make it readable for you, or name another one",
      );
    case "store-damaged":
      return badInput(
        `${problem.path} is damaged: ${problem.message}`,
        "the next run here keeps it aside as *.corrupt-* and makes it anew from the journals",
      );
    case "engine-missing":
      return missing(
        `the AgentFS database cannot be loaded: ${problem.message}`,
        "see: codex-squad doctor - or run without it: --no-agentfs",
      );
    case "server-failed":
      return stopped(problem.message, problem.hint);
    case "bug":
      return {
        line: `unexpected error: ${describeError(problem.error, problem.verbose)}`,
        hint: problem.verbose ? "this is a bug of codex-squad" : "this is a bug of codex-squad; --verbose shows where",
        exitCode: EXIT.bug,
      };
  }
}

const ANOTHER_STORE = "a run makes one; another is named by --path, --agentfs-path or --memory-dir";

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "the file system is read-only",
  ENOENT: "no such file",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ENOSPC: "no space left on the disk",
  EFBIG: "it grows larger than is allowed",
  EDQUOT: "the disk quota is used up",
  ELOOP: "too many symbolic links",
  ENAMETOOLONG: "the name is too long",
};

const inWords = (code: string): string => SYSTEM_WORDS[code] ?? code;

/** Values can be long or hold line breaks; the line stays one line. */
function shorten(value: string): string {
  const oneLine = value.replace(/\s+/g, " ");
  return oneLine.length > 80 ? `${oneLine.slice(0, 79)}…` : oneLine;
}

function describeError(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  return verbose ? (error.stack ?? error.message) : (error.message.split("\n")[0] ?? error.name);
}
