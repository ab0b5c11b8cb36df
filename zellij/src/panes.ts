import { asRecord, callZellij, parseOutput, type ZellijContext } from "./command.ts";
import { checkByte, checkPaneId, checkTabId, isPaneId, type PaneId } from "./ids.ts";
import { fail, ok, type Result } from "./result.ts";

export interface Pane {
  readonly id: PaneId;
  /** Its name, or what the program in it set as the title. */
  readonly title: string;
  readonly isPlugin: boolean;
  readonly isFocused: boolean;
  readonly isFloating: boolean;
  readonly exited: boolean;
  readonly exitStatus: number | null;
  /** The command as it was given; null for a shell. */
  readonly command: string | null;
  readonly tabId: number;
  readonly tabPosition: number;
  readonly tabName: string;
  readonly rows: number;
  readonly columns: number;
}

export interface NewPane {
  readonly name?: string;
  readonly cwd?: string;
  /** The tab to open it in; absent: the active one. */
  readonly tabId?: number;
  readonly direction?: "right" | "down";
  readonly floating?: boolean;
  readonly closeOnExit?: boolean;
  /** Leaves everybody's focus where it is (Zellij 0.45). */
  readonly noFocus?: boolean;
  /** argv; absent: the default shell. */
  readonly command?: readonly string[];
}

/** Panes by id. What depends on somebody's focus does nothing without a client, so ids are asked for everywhere. */
export class PaneManager {
  #context: ZellijContext;
  /** Zellij sometimes prints no id; then the difference of two lists tells, which needs one creation at a time. */
  #creating: Promise<unknown> = Promise.resolve();

  constructor(context: ZellijContext) {
    this.#context = context;
  }

  /** Every pane of the session, bars and other plugins included. */
  async list(): Promise<Result<Pane[]>> {
    const listed = await this.#action("list-panes", "--all", "--json");
    return listed.ok ? parseOutput("list-panes", listed.value, readPanes) : listed;
  }

  /** Opens a pane and gives its id. */
  async new(pane: NewPane): Promise<Result<PaneId>> {
    const args = spellNewPane(pane);
    if (!args.ok) return args;
    const created = this.#creating.then(() => this.#create(args.value));
    this.#creating = created;
    return created;
  }

  async rename(id: string, name: string): Promise<Result<void>> {
    return this.#onPane(id, (pane) => ["rename-pane", "--pane-id", pane, "--", name]);
  }

  async close(id: string): Promise<Result<void>> {
    return this.#onPane(id, (pane) => ["close-pane", "--pane-id", pane]);
  }

  async focus(id: string): Promise<Result<void>> {
    return this.#onPane(id, (pane) => ["focus-pane-id", pane]);
  }

  /** Sends bytes as if they had been typed: 13 is Enter, 3 is Ctrl+C. */
  async write(id: string, bytes: readonly number[]): Promise<Result<void>> {
    if (bytes.length === 0 || !bytes.every(checkByte)) return fail("bad-input", "bytes are numbers from 0 to 255");
    return this.#onPane(id, (pane) => ["write", "--pane-id", pane, ...bytes.map(String)]);
  }

  /** Sends text. Enter is not part of text: `write(id, [13])`. */
  async writeText(id: string, text: string): Promise<Result<void>> {
    return this.#onPane(id, (pane) => ["write-chars", "--pane-id", pane, "--", text]);
  }

  /** What the pane shows; `full` takes the scrollback along, `ansi` keeps colours. */
  async dump(
    id: string,
    { full = false, ansi = false }: { full?: boolean; ansi?: boolean } = {},
  ): Promise<Result<string>> {
    const checked = checkPaneId(id);
    if (!checked.ok) return checked;
    const flags = [...(full ? ["--full"] : []), ...(ansi ? ["--ansi"] : [])];
    return this.#action("dump-screen", "--pane-id", checked.value, ...flags);
  }

  async #create(args: readonly string[]): Promise<Result<PaneId>> {
    const before = await this.list();
    if (!before.ok) return before;
    const created = await this.#action("new-pane", ...args);
    if (!created.ok) return created;
    const printed = created.value.trim();
    if (isPaneId(printed)) return ok(printed);
    const after = await this.list();
    if (!after.ok) return after;
    const known = new Set(before.value.map((pane) => pane.id));
    const fresh = after.value.find((pane) => !known.has(pane.id) && !pane.isPlugin);
    return fresh ? ok(fresh.id) : fail("failed", `zellij opened no pane: ${printed || "it said nothing"}`);
  }

  async #onPane(id: string, argsFor: (pane: PaneId) => string[]): Promise<Result<void>> {
    const checked = checkPaneId(id);
    if (!checked.ok) return checked;
    const done = await this.#action(...argsFor(checked.value));
    return done.ok ? ok(undefined) : done;
  }

  #action(...args: readonly string[]): Promise<Result<string>> {
    return callZellij(this.#context, { args: ["action", ...args], inSession: true });
  }
}

function spellNewPane(pane: NewPane): Result<string[]> {
  const args: string[] = [];
  if (pane.tabId !== undefined) {
    const tab = checkTabId(pane.tabId);
    if (!tab.ok) return tab;
    args.push("--tab-id", tab.value);
  }
  if (pane.direction !== undefined) args.push("--direction", pane.direction);
  if (pane.floating) args.push("--floating");
  if (pane.closeOnExit) args.push("--close-on-exit");
  if (pane.noFocus) args.push("--no-focus");
  // `--name=-x`: the value may begin with a dash.
  if (pane.name !== undefined) args.push(`--name=${pane.name}`);
  if (pane.cwd !== undefined) args.push(`--cwd=${pane.cwd}`);
  if (pane.command) {
    if (pane.command.length === 0) return fail("bad-input", "a command has at least one word");
    args.push("--", ...pane.command);
  }
  return ok(args);
}

function readPanes(value: unknown): Pane[] | null {
  if (!Array.isArray(value)) return null;
  const panes = value.map(readPane);
  return panes.every((pane) => pane !== null) ? panes : null;
}

function readPane(value: unknown): Pane | null {
  const raw = asRecord(value);
  if (!raw || typeof raw.id !== "number" || typeof raw.tab_id !== "number") return null;
  const isPlugin = raw.is_plugin === true;
  const text = (key: string) => (typeof raw[key] === "string" ? raw[key] : null);
  const number = (key: string) => (typeof raw[key] === "number" ? raw[key] : null);
  return {
    id: `${isPlugin ? "plugin" : "terminal"}_${raw.id}`,
    title: text("title") ?? "",
    isPlugin,
    isFocused: raw.is_focused === true,
    isFloating: raw.is_floating === true,
    exited: raw.exited === true,
    exitStatus: number("exit_status"),
    command: text("terminal_command"),
    tabId: raw.tab_id,
    tabPosition: number("tab_position") ?? 0,
    tabName: text("tab_name") ?? "",
    rows: number("pane_rows") ?? 0,
    columns: number("pane_columns") ?? 0,
  };
}
