import { asRecord, callZellij, parseOutput, type ZellijContext } from "./command.ts";
import { checkTabId } from "./ids.ts";
import { fail, ok, type Result } from "./result.ts";

export interface Tab {
  /** Stays the same while tabs are moved, opened and closed. */
  readonly id: number;
  /** From 0, from the left. */
  readonly position: number;
  readonly name: string;
  readonly active: boolean;
}

export interface NewTab {
  readonly name?: string;
  readonly cwd?: string;
  /** Leaves everybody on the tab where they are (Zellij 0.45). */
  readonly noFocus?: boolean;
  /** What its first pane runs; absent: the default shell. */
  readonly command?: readonly string[];
}

/** Tabs by their stable id. */
export class TabManager {
  #context: ZellijContext;

  constructor(context: ZellijContext) {
    this.#context = context;
  }

  async list(): Promise<Result<Tab[]>> {
    const listed = await this.#action("list-tabs", "--json");
    return listed.ok ? parseOutput("list-tabs", listed.value, readTabs) : listed;
  }

  /** Opens a tab and gives its id. */
  async new({ name, cwd, noFocus, command }: NewTab): Promise<Result<number>> {
    if (command?.length === 0) return fail("bad-input", "a command has at least one word");
    const created = await this.#action(
      "new-tab",
      ...(name === undefined ? [] : [`--name=${name}`]),
      ...(cwd === undefined ? [] : [`--cwd=${cwd}`]),
      ...(noFocus ? ["--no-focus"] : []),
      ...(command ? ["--", ...command] : []),
    );
    if (!created.ok) return created;
    const id = created.value.trim();
    return /^\d+$/.test(id) ? ok(Number(id)) : fail("bad-output", `new-tab printed: ${id}`);
  }

  async rename(id: number, name: string): Promise<Result<void>> {
    return this.#onTab(id, (tab) => ["rename-tab-by-id", "--", tab, name]);
  }

  async goTo(id: number): Promise<Result<void>> {
    return this.#onTab(id, (tab) => ["go-to-tab-by-id", tab]);
  }

  async close(id: number): Promise<Result<void>> {
    return this.#onTab(id, (tab) => ["close-tab-by-id", tab]);
  }

  async #onTab(id: number, argsFor: (tab: string) => string[]): Promise<Result<void>> {
    const checked = checkTabId(id);
    if (!checked.ok) return checked;
    const done = await this.#action(...argsFor(checked.value));
    return done.ok ? ok(undefined) : done;
  }

  #action(...args: readonly string[]): Promise<Result<string>> {
    return callZellij(this.#context, { args: ["action", ...args], inSession: true });
  }
}

function readTabs(value: unknown): Tab[] | null {
  if (!Array.isArray(value)) return null;
  const tabs: Tab[] = [];
  for (const entry of value) {
    const raw = asRecord(entry);
    if (!raw || typeof raw.tab_id !== "number" || typeof raw.name !== "string") return null;
    const position = typeof raw.position === "number" ? raw.position : tabs.length;
    tabs.push({ id: raw.tab_id, position, name: raw.name, active: raw.active === true });
  }
  return tabs.sort((a, b) => a.position - b.position);
}
