import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createZstdCompress, constants as zlib } from "node:zlib";
import { err, ok, type Result } from "../core/result.ts";

/** A file on its way into an archive: bytes at hand, or the beginning of a file on disk. */
export interface ArchiveEntry {
  /** With `/`, never upwards. */
  readonly name: string;
  readonly content: Buffer | { readonly file: string; readonly bytes: number };
}

export type ArchiveProblem =
  | { readonly kind: "archive-format"; readonly path: string }
  | { readonly kind: "archive-exists"; readonly path: string }
  /** `code` is the system's. */
  | { readonly kind: "archive-unwritable"; readonly path: string; readonly code: string };

type Format = "tar.zst" | "zip";

const ZSTD_LEVEL = 9;
const MODE = 0o644;

/** The kind of archive that a file's name asks for, when it can be written there. */
export function checkTarget(path: string, replace: boolean): Result<Format, ArchiveProblem> {
  const format = path.endsWith(".tar.zst") ? "tar.zst" : path.endsWith(".zip") ? "zip" : null;
  if (format === null) return err({ kind: "archive-format", path });
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory()) return err({ kind: "archive-unwritable", path, code: "EISDIR" });
  if (there && !replace) return err({ kind: "archive-exists", path });
  return ok(format);
}

/**
 * Writes an archive whose bytes follow from its entries and `madeAt` alone: their order, one date, no owner. It appears
 * under its name when it is whole and on disk, not before.
 */
export async function writeArchive(
  path: string,
  {
    format,
    entries,
    madeAt,
  }: { readonly format: Format; readonly entries: readonly ArchiveEntry[]; readonly madeAt: Date },
): Promise<Result<{ readonly bytes: number }, ArchiveProblem>> {
  const beside = `${path}.${process.pid}.part`;
  try {
    const packed = format === "zip" ? await packZip(entries, madeAt) : await packTar(entries, madeAt);
    // Opened at once: a stream that opens by itself fails at a moment when nobody may be listening yet.
    const target = createWriteStream(beside, { fd: openSync(beside, "wx", MODE) });
    if (format === "zip") await pipeline(packed, target);
    else {
      const level = { params: { [zlib.ZSTD_c_compressionLevel]: ZSTD_LEVEL } };
      await pipeline(packed, createZstdCompress(level), target);
    }
    syncFile(beside);
    const { size } = statSync(beside);
    renameSync(beside, path);
    return ok({ bytes: size });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (existsSync(beside)) rmSync(beside, { force: true });
    return err({ kind: "archive-unwritable", path, code: code ?? message });
  }
}

async function packTar(entries: readonly ArchiveEntry[], madeAt: Date): Promise<Readable> {
  const { packTar: pack } = await import("modern-tar/fs");
  const common = { mtime: madeAt, mode: MODE, uid: 0, gid: 0, uname: "", gname: "" };
  const sources = entries.map(({ name, content }) =>
    Buffer.isBuffer(content)
      ? { type: "content" as const, target: name, content, ...common }
      : { type: "stream" as const, target: name, content: openFile(content), size: content.bytes, ...common },
  );
  return pack(sources);
}

async function packZip(entries: readonly ArchiveEntry[], madeAt: Date): Promise<Readable> {
  const { ZipFile } = await import("yazl");
  const zip = new ZipFile();
  const packed = zip.outputStream as Readable;
  const fail = (error: Error) => void packed.destroy(error);
  zip.on("error", fail);
  const common = { mtime: asLocalTime(madeAt), mode: 0o100000 | MODE, forceDosTimestamp: true };
  for (const { name, content } of entries) {
    if (Buffer.isBuffer(content)) zip.addBuffer(content, name, common);
    else {
      const options = { ...common, size: content.bytes };
      zip.addReadStreamLazy(name, options, (give) => give(null, openFile(content).on("error", fail)));
    }
  }
  zip.end();
  return packed;
}

/** Opened when it is its turn: there may be many. */
function openFile({ file, bytes }: { readonly file: string; readonly bytes: number }): Readable {
  return Readable.from(readBeginning(file, bytes));
}

async function* readBeginning(file: string, bytes: number): AsyncGenerator<Buffer> {
  if (bytes > 0) yield* createReadStream(file, { end: bytes - 1 });
}

/** A zip has times of day without a zone: those of UTC, wherever it is made. */
function asLocalTime(at: Date): Date {
  return new Date(
    at.getUTCFullYear(),
    at.getUTCMonth(),
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  );
}

function syncFile(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
