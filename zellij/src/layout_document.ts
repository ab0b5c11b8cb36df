/** A Zellij layout as JSON: what `convertJsonToKdl` takes. Nothing but data, so it can be stored, compared and printed. */
export interface LayoutDocument {
  /** Lines at the top of the file, without `//`. */
  readonly comments?: readonly string[];
  /** Folder for every pane without one of its own. */
  readonly cwd?: string;
  /** What stands around each tab's panes, one of them `{ children: true }`. */
  readonly defaultTabTemplate?: readonly (LayoutPane | LayoutChildren)[];
  /** Tabs, or panes alone for a single tab. */
  readonly tabs?: readonly LayoutTab[];
  readonly panes?: readonly LayoutPane[];
  readonly keybinds?: readonly KeybindBlock[];
  /** Options of Zellij's configuration: `{ mouse_mode: true, default_mode: "normal" }`. */
  readonly options?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface LayoutTab {
  readonly name?: string;
  /** One tab at most. */
  readonly focus?: boolean;
  readonly cwd?: string;
  readonly splitDirection?: "horizontal" | "vertical";
  readonly panes?: readonly LayoutPane[];
}

export interface LayoutPane {
  readonly name?: string;
  /** Rows or columns, or a percentage: `"50%"`. */
  readonly size?: number | `${number}%`;
  readonly focus?: boolean;
  readonly borderless?: boolean;
  readonly cwd?: string;
  readonly command?: string;
  /** Only with a command. */
  readonly args?: readonly string[];
  readonly edit?: string;
  readonly closeOnExit?: boolean;
  readonly startSuspended?: boolean;
  readonly stacked?: boolean;
  readonly splitDirection?: "horizontal" | "vertical";
  readonly plugin?: { readonly location: string; readonly configuration?: Readonly<Record<string, string>> };
  readonly panes?: readonly LayoutPane[];
}

export interface LayoutChildren {
  readonly children: true;
}

/** `shared_except "locked" { bind "Ctrl s" { SwitchToMode "Normal"; } }` */
export interface KeybindBlock {
  /** `normal`, `shared`, `shared_except`, ... */
  readonly scope: string;
  readonly modes?: readonly string[];
  readonly binds: readonly KeyBinding[];
  readonly unbinds?: readonly string[];
}

export interface KeyBinding {
  /** `Ctrl s`; several keys may do the same. */
  readonly keys: readonly string[];
  readonly actions: readonly (readonly [name: string, ...args: (string | number | boolean)[]])[];
}
