import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SessionPaths } from "../core/paths.ts";
import type { ProcessIdentity } from "../process/identity.ts";

/** What the pane keeper tells of the Zellij session that it looks after. */
export interface KeeperReport {
  readonly zellijSession: string;
  readonly server: ProcessIdentity;
}

/** Written when the panes of a session are looked after: the launcher waits for it. */
export const keeperFile = (paths: SessionPaths): string => join(paths.folder, "panes.json");

/** What the pane keeper of a Zellij session has written, perhaps long ago; null without one. */
export function readReport(paths: SessionPaths, name: string): KeeperReport | null {
  try {
    const report = JSON.parse(readFileSync(keeperFile(paths), "utf8")) as KeeperReport;
    return report.zellijSession === name ? report : null;
  } catch {
    return null;
  }
}
