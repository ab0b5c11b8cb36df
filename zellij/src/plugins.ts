import { callZellij, type ZellijContext } from "./command.ts";
import { spellConfiguration } from "./configuration.ts";
import { checkTabId, isPaneId, type PaneId } from "./ids.ts";
import { fail, ok, type Result } from "./result.ts";

export interface PluginLaunch {
  /** `file:/path/x.wasm`, `zellij:NAME` or an alias. */
  readonly url: string;
  readonly floating?: boolean;
  readonly tabId?: number;
  readonly noFocus?: boolean;
  readonly configuration?: Readonly<Record<string, string>>;
}

/** Plugins as panes. */
export class PluginManager {
  #context: ZellijContext;

  constructor(context: ZellijContext) {
    this.#context = context;
  }

  /** Starts a plugin in a pane of its own and gives the pane's id. */
  async launch({ url, floating, tabId, noFocus, configuration }: PluginLaunch): Promise<Result<PaneId>> {
    const tab = tabId === undefined ? null : checkTabId(tabId);
    if (tab && !tab.ok) return tab;
    const spelled = configuration ? spellConfiguration(configuration) : null;
    if (spelled && !spelled.ok) return spelled;
    const launched = await callZellij(this.#context, {
      inSession: true,
      args: [
        "action",
        "launch-plugin",
        ...(floating ? ["--floating"] : []),
        ...(tab ? ["--tab-id", tab.value] : []),
        ...(noFocus ? ["--no-focus"] : []),
        ...(spelled ? [`--configuration=${spelled.value}`] : []),
        "--",
        url,
      ],
    });
    if (!launched.ok) return launched;
    const id = launched.value.trim();
    return isPaneId(id) ? ok(id) : fail("bad-output", `launch-plugin printed: ${id}`);
  }
}
