import type { SessionPaths } from "../core/paths.ts";
import { readEvents } from "../events/read.ts";
import { selfCommand } from "../process/self.ts";
import { collectAgents } from "../views/layout/agents.ts";
import { type LayoutParts, makeLayout } from "../views/layout/layout.ts";

/** Makes this program's command line; tests hand in another. */
export type CommandOf = (args: readonly string[]) => readonly string[];

/** What a pane of a session runs. */
export function followCommand(
  { session, projectRoot }: SessionPaths,
  name: string,
  commandOf: CommandOf = selfCommand,
): readonly string[] {
  return commandOf(["logs", name, session, "--follow", "--pane", "--project-root", projectRoot]);
}

/** The layout for what the session's journal holds. Throws what reading it throws. */
export function layoutOf(paths: SessionPaths, commandOf: CommandOf = selfCommand): ReturnType<typeof makeLayout> {
  const { session, projectRoot } = paths;
  const parts: LayoutParts = {
    session,
    projectRoot,
    ...collectAgents(readEvents(paths.journal)),
    follow: (name) => followCommand(paths, name, commandOf),
    bootstrap: (agent) => commandOf(["__bootstrap", agent, session, projectRoot]),
  };
  return makeLayout(parts);
}
