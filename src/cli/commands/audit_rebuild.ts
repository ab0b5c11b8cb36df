import { EXIT, type ExitCode } from "../../core/exit_codes.ts";
import type { SessionPaths } from "../../core/paths.ts";
import { listSessions } from "../../events/sessions.ts";
import { defineCommand, SESSION_ARGUMENT } from "../command.ts";
import { findSession, isRunning } from "../find_session.ts";
import type { Output } from "../output.ts";

/** Makes again what AgentFS holds of a run, from its journal. */
export const rebuild = defineCommand({
  arguments: [SESSION_ARGUMENT],
  options: {
    all: { kind: "boolean", flag: "all", default: false, help: "Every run of this folder, the oldest first" },
  },
  notes: `For a database that was removed, moved aside, or is behind its journals; what is there stays as it is, and where
that is not what the journal says, it is told as by audit verify (exit 1).
Asks no agent anything and goes on with no run: that is resume.`,
  async run({ words: [session], options: { all }, projectRoot, output }) {
    if (all && session !== undefined) {
      return output.fail({ kind: "usage", message: "a session and --all exclude each other" });
    }
    const found = findSession(projectRoot, session ?? null);
    if (!found.ok) return output.fail(found.error);
    const chosen = all ? listSessions(projectRoot).map(({ paths }) => paths) : [found.value];
    let worst: ExitCode = EXIT.done;
    for (const paths of chosen.toReversed()) worst = Math.max(worst, await rebuildOne(paths, output)) as ExitCode;
    return worst;
  },
});

async function rebuildOne(paths: SessionPaths, output: Output): Promise<ExitCode> {
  if (isRunning(paths)) return output.fail({ kind: "folder-busy", session: paths.session, pid: null });
  const [{ rebuildSession }, { verifySession }, { renderVerdict, adviseRepair }] = await Promise.all([
    import("../../audit/rebuild.ts"),
    import("../../audit/verify_session.ts"),
    import("../../audit/render_verdict.ts"),
  ]);
  const rebuilt = await rebuildSession(paths);
  if (!rebuilt.ok) return output.fail(rebuilt.error);
  const { events, unrecorded, notices } = rebuilt.value;
  for (const notice of notices) await output.warn(notice);
  if (unrecorded !== null) {
    await output.warn(`${paths.session} is not recorded: ${unrecorded}`);
    return EXIT.stopped;
  }
  // A recorder leaves alone what it takes for recorded: whether that is what the journal says is another question.
  const verdict = await verifySession({ paths, running: false, journalOnly: false, key: null });
  if (!verdict.ok) {
    await output.print(renderVerdict(verdict, paths).join("\n"));
    const advice = adviseRepair(verdict, paths);
    if (advice) await output.warn(`hint: ${advice}`);
    return EXIT.failed;
  }
  await output.print(`${paths.session}: AgentFS holds all of ${events} events`);
  return EXIT.done;
}
