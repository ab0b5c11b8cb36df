import type { KeybindBlock, LayoutChildren, LayoutDocument, LayoutPane, LayoutTab } from "./layout_document.ts";

/** A node of KDL v1, ready to be written. A value that is not a string is written as it is. */
interface KdlNode {
  readonly name: string;
  readonly args?: readonly KdlValue[];
  readonly properties?: Readonly<Record<string, KdlValue | undefined>>;
  readonly children?: readonly KdlNode[];
}

type KdlValue = string | number | boolean;

/**
 * Writes a layout description as a Zellij layout file (KDL v1), escaped so that every name, argument and path arrives
 * exactly as given. Throws on what Zellij could only misread: `args` without a command, a command and an editor in one
 * pane, two focused tabs, a tab template without exactly one place for the panes.
 */
export function convertJsonToKdl(layout: LayoutDocument): string {
  const nodes = [...spellOptions(layout), ...spellKeybinds(layout.keybinds), spellLayout(layout)];
  const comments = (layout.comments ?? []).map((line) => `// ${line.replace(/[\r\n\u2028\u2029\u0085\f\v]+/g, " ")}`);
  return `${[...comments, ...nodes.map((node) => writeNode(node, 0))].join("\n")}\n`;
}

function spellOptions({ options, env }: LayoutDocument): KdlNode[] {
  const nodes: KdlNode[] = Object.entries(options ?? {}).map(([name, value]) => ({ name, args: [value] }));
  const variables = Object.entries(env ?? {});
  if (variables.length > 0)
    nodes.push({ name: "env", children: variables.map(([name, value]) => ({ name, args: [value] })) });
  return nodes;
}

function spellKeybinds(blocks: readonly KeybindBlock[] = []): KdlNode[] {
  if (blocks.length === 0) return [];
  const children = blocks.map(({ scope, modes = [], binds, unbinds = [] }) => ({
    name: scope,
    args: modes,
    children: [
      ...(unbinds.length > 0 ? [{ name: "unbind", args: unbinds }] : []),
      ...binds.map(({ keys, actions }) => ({
        name: "bind",
        args: keys,
        children: actions.map(([name, ...args]) => ({ name, args })),
      })),
    ],
  }));
  return [{ name: "keybinds", children }];
}

function spellLayout({ cwd, defaultTabTemplate, tabs = [], panes = [] }: LayoutDocument): KdlNode {
  if (tabs.length > 0 && panes.length > 0) throw new TypeError("a layout has tabs or panes, not both");
  if (tabs.filter((tab) => tab.focus).length > 1) throw new TypeError("only one tab can have the focus");
  const children: KdlNode[] = [];
  if (cwd !== undefined) children.push({ name: "cwd", args: [escapeExpansion(cwd)] });
  if (defaultTabTemplate) {
    if (defaultTabTemplate.filter(isChildren).length !== 1)
      throw new TypeError("a tab template has exactly one place for the panes");
    children.push({ name: "default_tab_template", children: defaultTabTemplate.map(spellTemplatePart) });
  }
  children.push(...tabs.map(spellTab), ...panes.map(spellPane));
  return { name: "layout", children };
}

const isChildren = (part: LayoutPane | LayoutChildren): part is LayoutChildren => "children" in part;
const spellTemplatePart = (part: LayoutPane | LayoutChildren): KdlNode =>
  isChildren(part) ? { name: "children" } : spellPane(part);

function spellTab({ name, focus, cwd, splitDirection, panes = [] }: LayoutTab): KdlNode {
  return {
    name: "tab",
    properties: {
      name,
      focus: focus || undefined,
      cwd: cwd === undefined ? undefined : escapeExpansion(cwd),
      split_direction: splitDirection,
    },
    children: panes.map(spellPane),
  };
}

function spellPane(pane: LayoutPane): KdlNode {
  const { name, size, focus, borderless, cwd, command, args = [], edit, plugin, panes = [] } = pane;
  if (args.length > 0 && command === undefined) throw new TypeError("a pane's args need a command");
  const roles = [command, edit, plugin, panes.length > 0 ? panes : undefined].filter((role) => role !== undefined);
  if (roles.length > 1) throw new TypeError("a pane has one of command, edit, plugin and panes");
  const children: KdlNode[] = panes.map(spellPane);
  if (args.length > 0) children.push({ name: "args", args });
  if (plugin) {
    const configuration = Object.entries(plugin.configuration ?? {});
    children.push({
      name: "plugin",
      properties: { location: plugin.location },
      children: configuration.map(([key, value]) => ({ name: key, args: [value] })),
    });
  }
  return {
    name: "pane",
    properties: {
      name,
      size,
      focus: focus || undefined,
      borderless,
      cwd: cwd === undefined ? undefined : escapeExpansion(cwd),
      command: command === undefined ? undefined : escapeExpansion(command),
      edit: edit === undefined ? undefined : escapeExpansion(edit),
      close_on_exit: pane.closeOnExit,
      start_suspended: pane.startSuspended,
      stacked: pane.stacked,
      split_direction: pane.splitDirection,
    },
    children,
  };
}

/**
 * Zellij expands `~` and `$VAR` in command, cwd and edit (and refuses the file when a variable is not set). `$$` is a
 * dollar sign; a tilde is only special as the first character.
 */
function escapeExpansion(text: string): string {
  const dollars = text.replaceAll("$", "$$$$");
  return dollars.startsWith("~") ? `./${dollars}` : dollars;
}

function writeNode({ name, args = [], properties = {}, children = [] }: KdlNode, depth: number): string {
  const indent = "    ".repeat(depth);
  const words = [writeIdentifier(name), ...args.map(writeValue)];
  for (const [key, value] of Object.entries(properties))
    if (value !== undefined) words.push(`${writeIdentifier(key)}=${writeValue(value)}`);
  const head = indent + words.join(" ");
  if (children.length === 0) return head;
  return `${head} {\n${children.map((child) => writeNode(child, depth + 1)).join("\n")}\n${indent}}`;
}

const writeIdentifier = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) && !/^(true|false|null)$/.test(name) ? name : writeString(name);

function writeValue(value: KdlValue): string {
  if (typeof value === "string") return writeString(value);
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError(`${value} has no spelling in KDL`);
  return String(value);
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** Control characters, direction marks and line separators are escaped, for people who read the file. */
function writeString(text: string): string {
  const escaped = text
    .toWellFormed()
    .replace(
      /["\\\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
      (character) => SHORT[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
  return `"${escaped}"`;
}
