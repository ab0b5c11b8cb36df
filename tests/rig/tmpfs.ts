import { mkdirSync } from "node:fs";

/** A file system of one's own over a folder. */
export interface Mount {
  /** Changes its options: `size=50m`, `ro`. */
  remount(options: string): void;
  [Symbol.dispose](): void;
}

/** Mounts a tmpfs where the system lets us; null where it does not. */
export function mountTmpfs(path: string, options: string): Mount | null {
  mkdirSync(path, { recursive: true });
  const mount = (...words: string[]) => Bun.spawnSync(["mount", ...words], { stderr: "ignore" }).exitCode === 0;
  if (!mount("-t", "tmpfs", "-o", options, "none", path)) return null;
  return {
    remount(changed) {
      if (!mount("-o", `remount,${changed}`, path)) throw new Error(`${path} cannot be remounted with ${changed}`);
    },
    [Symbol.dispose]: () => void Bun.spawnSync(["umount", "-l", path], { stderr: "ignore" }),
  };
}
