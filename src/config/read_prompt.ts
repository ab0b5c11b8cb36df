import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { err, ok, type Result } from "../core/result.ts";

export const PROMPT_LIMIT_BYTES = 1 << 20;

/** Why there is no prompt to run. `source` is the flag, file or "standard input" that it came from. */
export type PromptProblem =
  | { readonly kind: "prompt-missing" }
  | { readonly kind: "prompt-twice"; readonly sources: readonly string[] }
  | { readonly kind: "prompt-empty"; readonly source: string }
  | { readonly kind: "prompt-too-long"; readonly source: string; readonly limitBytes: number }
  | { readonly kind: "prompt-not-text"; readonly source: string }
  | { readonly kind: "prompt-unreadable"; readonly source: string; readonly code: string };

export interface PromptSources {
  readonly prompt: string | null;
  readonly promptFile: string | null;
  /** What follows the flags. */
  readonly words: readonly string[];
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/** The one prompt of a run, from `--prompt`, a file, standard input, or the words after the flags. */
export async function readPrompt(sources: PromptSources): Promise<Result<string, PromptProblem>> {
  const { prompt, promptFile, words } = sources;
  const given = [
    ...(prompt === null ? [] : ["--prompt"]),
    ...(promptFile === null ? [] : ["--prompt-file"]),
    ...(words.length === 0 ? [] : [`the words "${shorten(words.join(" "))}"`]),
  ];
  if (given.length > 1) return err({ kind: "prompt-twice", sources: given });
  if (prompt !== null) return checkText(prompt, "--prompt");
  if (words.length > 0) return checkText(words.join(" "), "the command line");
  if (promptFile === null) return err({ kind: "prompt-missing" });
  if (promptFile === "-") return decodePrompt(await readStream(sources.stdin ?? Bun.stdin.stream()), "standard input");
  const bytes = readStart(promptFile);
  return bytes.ok ? decodePrompt(bytes.value, promptFile) : bytes;
}

/** One byte more than allowed is enough to know, however large the file is. */
function readStart(path: string): Result<Uint8Array, PromptProblem> {
  const buffer = Buffer.alloc(PROMPT_LIMIT_BYTES + 1);
  let length = 0;
  try {
    const fd = openSync(path, "r");
    try {
      if (fstatSync(fd).isDirectory()) return err({ kind: "prompt-unreadable", source: path, code: "EISDIR" });
      for (let more = 1; more > 0 && length < buffer.length; length += more) {
        more = readSync(fd, buffer, length, buffer.length - length, null);
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return err({ kind: "prompt-unreadable", source: path, code: (error as NodeJS.ErrnoException).code ?? "EIO" });
  }
  return ok(buffer.subarray(0, length));
}

async function readStream(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.byteLength;
    if (length > PROMPT_LIMIT_BYTES) break;
  }
  return Buffer.concat(chunks);
}

function decodePrompt(bytes: Uint8Array, source: string): Result<string, PromptProblem> {
  if (bytes.byteLength > PROMPT_LIMIT_BYTES) return tooLong(source);
  try {
    return checkText(new TextDecoder("utf-8", { fatal: true }).decode(bytes), source);
  } catch {
    return err({ kind: "prompt-not-text", source });
  }
}

function checkText(text: string, source: string): Result<string, PromptProblem> {
  if (Buffer.byteLength(text) > PROMPT_LIMIT_BYTES) return tooLong(source);
  return text.trim() === "" ? err({ kind: "prompt-empty", source }) : ok(text);
}

const tooLong = (source: string): Result<never, PromptProblem> =>
  err({ kind: "prompt-too-long", source, limitBytes: PROMPT_LIMIT_BYTES });

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
