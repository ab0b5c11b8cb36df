import { existsSync } from "node:fs";
import { chmod, lstat, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { type EmbeddedLibrary, embeddedLibrary } from "./embedded_library.ts";

const FILE_NAME = `turso.${process.platform}-${process.arch}.node`;
/** What the engine's loader looks at first. */
const LOADER_VARIABLE = "NAPI_RS_NATIVE_LIBRARY_PATH";

/**
 * Makes sure that the engine's loader finds its library. It does by itself where the variable names it, where it lies
 * beside the executable, and in a checkout; an executable copied alone unpacks its own into the user's cache.
 */
export async function ensureNativeLibrary(): Promise<void> {
  if (!embeddedLibrary || isAbsolute(process.env[LOADER_VARIABLE] ?? "")) return;
  if (existsSync(join(dirname(process.execPath), "native", FILE_NAME))) return;
  process.env[LOADER_VARIABLE] = await unpackLibrary(embeddedLibrary, cacheFolder(process.env));
}

/** Unpacks the library, once for each version of it; a file there that is not the very same is replaced. */
export async function unpackLibrary(library: EmbeddedLibrary, cache: string): Promise<string> {
  const folder = join(cache, library.sha256.slice(0, 16));
  const target = join(folder, FILE_NAME);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder);
  if (process.getuid && uid !== process.getuid()) throw new Error(`native library: ${folder} belongs to another user`);
  if (mode & 0o022) await chmod(folder, 0o700);
  if ((await hashFile(target)) === library.sha256) return target;
  const bytes = await Bun.file(library.path).bytes();
  if (hash(bytes) !== library.sha256) throw new Error("native library: the one in the executable is damaged");
  const unpacked = `${target}.${process.pid}`;
  const file = await open(unpacked, "w", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unpacked, target).catch(async (error) => {
    await rm(unpacked, { force: true });
    throw error;
  });
  return target;
}

/** The user's own cache: `$XDG_CACHE_HOME` or `~/.cache`. */
function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const base = env.XDG_CACHE_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), ".cache"), "orchestrated-codex");
}

const hash = (bytes: Uint8Array): string => Bun.SHA256.hash(bytes, "hex");
const hashFile = (path: string): Promise<string | null> => readFile(path).then(hash, () => null);
