/** Why a database cannot be opened or written now. Everything here can be tried again later. */
export interface StoreProblem {
  readonly kind: "locked" | "full" | "unwritable" | "engine-missing";
  readonly path: string;
  readonly message: string;
}

/** Names what the engine threw: it gives one sentence and no code. */
export function describeStoreError(path: string, error: unknown): StoreProblem {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const text = `${code} ${message}`;
  if (/locking error|is locked|database is busy/i.test(text)) return { kind: "locked", path, message };
  if (/ENOSPC|EFBIG|EDQUOT|no space|file too large|storage ?full|disk.*full|quota/i.test(text)) {
    return { kind: "full", path, message };
  }
  if (/native library|native binding|cannot find module/i.test(text)) return { kind: "engine-missing", path, message };
  return { kind: "unwritable", path, message };
}
