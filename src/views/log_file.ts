import { closeSync, constants, fstatSync, lstatSync, openSync, writeSync } from "node:fs";

/**
 * One log file, written anew when it is opened and only appended to from then on. Text is kept until `flush`. A failed
 * write ends the file for good: `flush` gives the error once, and a log that is behind does not stop the run.
 */
export class LogFile {
  readonly path: string;
  #fd: number | null = null;
  #inode = 0;
  #pending = "";
  #bytes = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Never through a link: what an agent may have put in the way is refused. */
  open(): Error | null {
    try {
      const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW } = constants;
      this.#fd = openSync(this.path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0o644);
      this.#inode = fstatSync(this.#fd).ino;
      return null;
    } catch (error) {
      return error as Error;
    }
  }

  add(lines: readonly string[]): void {
    if (this.#fd !== null) this.#pending += `${lines.join("\n")}\n`;
  }

  flush(): Error | null {
    if (this.#fd === null || this.#pending === "") return null;
    const bytes = Buffer.from(this.#pending);
    this.#pending = "";
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written);
      this.#bytes += bytes.length;
      return null;
    } catch (error) {
      this.close();
      return error as Error;
    }
  }

  /** True when somebody else removed, replaced or changed the length of what we wrote, or it could not be written. */
  isDamaged(): boolean {
    if (this.#fd === null) return true;
    try {
      const stat = lstatSync(this.path);
      return stat.ino !== this.#inode || stat.size !== this.#bytes;
    } catch {
      return true;
    }
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
    this.#pending = "";
  }
}
