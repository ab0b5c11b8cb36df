import { readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Loader, LoadResult } from "lark-parser";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** A source file's text; a message when it is none. Throws what reading throws. */
export function readSource(path: string): string | null {
  try {
    return utf8.decode(readFileSync(path));
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

/** `load("prompts.lark", ...)`: beside the file that loads, and nowhere outside the folder of the configuration. */
export function loadWithin(folder: string): Loader {
  const root = realpathSync(folder);
  return ({ module, from }) => {
    const fail = (message: string, hint?: string): LoadResult => ({ ok: false, message, ...(hint ? { hint } : {}) });
    if (isAbsolute(module) || module.includes("\0"))
      return fail(`cannot load ${module}: name a file by a relative path`);
    const wanted = resolve(dirname(from), module);
    const outside = () =>
      fail(`cannot load ${module}: it lies outside of the configuration's folder`, `keep it in ${folder}`);
    if (!isInside(folder, wanted)) return outside();
    try {
      const path = realpathSync(wanted);
      // Links may lead elsewhere.
      if (!isInside(root, path)) return outside();
      const text = readSource(path);
      return text === null
        ? fail(`${module} is not UTF-8 text`)
        : { ok: true, filename: join(folder, relative(root, path)), text };
    } catch (error) {
      return fail(
        `cannot load ${module}: ${(error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message}`,
      );
    }
  };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way.split(sep)[0] !== ".." && !isAbsolute(way);
}
