import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { err, ok, type Result } from "../core/result.ts";

/** A secret that only the auditor has. Never written anywhere by us. */
export interface AuditKey {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Why a file is no key. */
export interface AuditKeyProblem {
  readonly kind: "audit-key-unusable";
  readonly path: string;
  readonly message: string;
}

/** 128 bits: a shorter one can be guessed. */
export const SHORTEST_KEY_BYTES = 16;
const LONGEST_KEY_BYTES = 64 * 1024;

/** The key that a file holds: its bytes, without the newline that an editor leaves at the end. */
export function readAuditKey(path: string): Result<AuditKey, AuditKeyProblem> {
  const refuse = (message: string) => err<AuditKeyProblem>({ kind: "audit-key-unusable", path, message });
  const buffer = Buffer.alloc(LONGEST_KEY_BYTES + 1);
  let length = 0;
  try {
    const fd = openSync(path, "r");
    try {
      if (fstatSync(fd).isDirectory()) return refuse("it is a folder");
      // Byte for byte from where the last read ended: it may be a pipe.
      for (let read = -1; read !== 0 && length < buffer.length; length += read) {
        read = readSync(fd, buffer, length, buffer.length - length, null);
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refuse(code === "ENOENT" ? "no such file" : code === "EACCES" ? "no permission to read it" : message);
  }
  if (length > LONGEST_KEY_BYTES) return refuse(`it is longer than ${LONGEST_KEY_BYTES} bytes: no key is`);
  const bytes = trimNewline(buffer.subarray(0, length));
  if (bytes.length === 0) return refuse("it is empty");
  if (bytes.length < SHORTEST_KEY_BYTES) {
    return refuse(`${bytes.length} bytes are too short for a key: ${SHORTEST_KEY_BYTES} at least`);
  }
  return ok({ path, bytes: Uint8Array.from(bytes) });
}

function trimNewline(bytes: Buffer): Buffer {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}
