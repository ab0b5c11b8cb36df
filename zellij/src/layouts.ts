import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callZellij, type ZellijContext } from "./command.ts";
import { ok, type Result } from "./result.ts";

/** Layout files. */
export class LayoutManager {
  #context: ZellijContext;

  constructor(context: ZellijContext) {
    this.#context = context;
  }

  /** Zellij's own opinion of a layout file; needs no terminal and starts no session. The problem quotes its report. */
  async validateFile(path: string): Promise<Result<void>> {
    const checked = await callZellij(this.#context, {
      globals: [`--new-session-with-layout=${path}`],
      args: ["setup", "--check"],
    });
    return checked.ok ? ok(undefined) : checked;
  }

  /** The same for a text. */
  async validate(kdl: string): Promise<Result<void>> {
    const folder = await mkdtemp(join(tmpdir(), "zj-"));
    try {
      const path = join(folder, "layout.kdl");
      await writeFile(path, kdl);
      return await this.validateFile(path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
