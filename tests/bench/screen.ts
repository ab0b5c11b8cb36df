/** A command in a terminal of its own, and when a text came onto its screen. */
export class Screen {
  readonly pid: number;
  readonly #child: Bun.Subprocess;
  #text = "";
  #wanted: { readonly text: string; readonly shown: (atMs: number) => void } | null = null;

  constructor(
    command: readonly string[],
    { cwd, env }: { readonly cwd: string; readonly env: Record<string, string> },
  ) {
    this.#child = Bun.spawn([...command], {
      cwd,
      env,
      terminal: {
        cols: 100,
        rows: 30,
        data: (_terminal, bytes) => {
          const atMs = performance.now();
          this.#text = (this.#text + Buffer.from(bytes).toString("latin1")).slice(-4096);
          if (!this.#wanted || !this.#text.includes(this.#wanted.text)) return;
          const { shown } = this.#wanted;
          this.#wanted = null;
          shown(atMs);
        },
      },
    });
    this.pid = this.#child.pid;
  }

  /** Resolves with the moment when the text is there, as `performance.now` tells it; at once when it is there already. */
  async shows(text: string, deadlineMs = 10_000): Promise<number> {
    if (this.#text.includes(text)) return performance.now();
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const timer = setTimeout(() => reject(new Error(`"${text}" did not come, but: ${this.#text}`)), deadlineMs);
    this.#wanted = { text, shown: resolve };
    return promise.finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
    this.#child.kill();
    await this.#child.exited;
    this.#child.terminal?.close();
  }
}
