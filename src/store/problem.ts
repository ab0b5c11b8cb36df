/** Why a database cannot be opened, read or written now. `message` is one line, without the path. */
export interface StoreProblem {
  readonly kind:
    | "locked"
    | "full"
    | "unwritable"
    | "engine-missing"
    /** There is no file. */
    | "store-missing"
    /** A file without anything in it: made for a run that has recorded nothing yet. */
    | "store-empty"
    /** Something else than an AgentFS database. It is never written, nor moved. */
    | "store-unfit"
    | "store-unreadable"
    /** An SQLite file with broken contents. */
    | "store-damaged";
  readonly path: string;
  readonly message: string;
}

/** Names what the engine or the system threw: the engine gives one sentence and no code. */
export function describeStoreError(path: string, error: unknown): StoreProblem {
  const { code = "", message } = error as NodeJS.ErrnoException;
  const text = `${code} ${message}`;
  if (/locking error|is locked|database is busy/i.test(text)) return { kind: "locked", path, message };
  if (/ENOSPC|EFBIG|EDQUOT|no space|file too large|storage ?full|disk.*full|quota/i.test(text)) {
    return { kind: "full", path, message };
  }
  if (/native library|native binding|cannot find module/i.test(text)) return { kind: "engine-missing", path, message };
  if (/malformed|not a database|corrupt/i.test(text)) return { kind: "store-damaged", path, message };
  return { kind: "unwritable", path, message };
}
