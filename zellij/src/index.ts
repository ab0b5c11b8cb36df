export { withoutZellij, ZellijClient, type ZellijClientOptions } from "./client.ts";
export { isPaneId, type PaneId } from "./ids.ts";
export { convertJsonToKdl } from "./kdl.ts";
export type {
  KeyBinding,
  KeybindBlock,
  LayoutChildren,
  LayoutDocument,
  LayoutPane,
  LayoutTab,
} from "./layout_document.ts";
export type { NewPane, Pane, PaneManager } from "./panes.ts";
export type { PipeManager, PipeMessage } from "./pipes.ts";
export type { PluginLaunch, PluginManager } from "./plugins.ts";
export type { Result, ZellijProblem } from "./result.ts";
export { parseSessions, type SessionEntry, type SessionManager } from "./sessions.ts";
export type { NewTab, Tab, TabManager } from "./tabs.ts";
export { isAtLeast, parseVersion, type ZellijVersion } from "./version.ts";
