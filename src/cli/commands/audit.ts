import { EXIT } from "../../core/exit_codes.ts";
import { defineCommand, JSON_OPTION, SESSION_ARGUMENT } from "../command.ts";
import { findSession, isRunning } from "../find_session.ts";

/** Checks a journal's chain line by line, and that AgentFS and the seals go with it. */
export const verify = defineCommand({
  arguments: [SESSION_ARGUMENT],
  settings: ["auditKey"],
  options: {
    journalOnly: {
      kind: "boolean",
      flag: "journal-only",
      default: false,
      help: "Check the chain alone, do not compare AgentFS with it",
    },
    json: JSON_OPTION,
  },
  notes: `Exit 0: the chain is whole (a torn last line is a note), AgentFS holds what it says, and with --audit-key the seals
vouch for all of it. Exit 1: it is not; the first bad line, or what differs, is named.`,
  async run({ words: [session], settings, options, projectRoot, output }) {
    const found = findSession(projectRoot, session ?? null);
    if (!found.ok) return output.fail(found.error);
    const paths = found.value;
    const [{ verifySession }, { renderVerdict, adviseRepair }, { readAuditKey }] = await Promise.all([
      import("../../audit/verify_session.ts"),
      import("../../audit/render_verdict.ts"),
      import("../../audit/key.ts"),
    ]);
    const key = settings.auditKey === null ? null : readAuditKey(settings.auditKey);
    if (key && !key.ok) return output.fail(key.error);
    const verdict = await verifySession({
      paths,
      running: isRunning(paths),
      journalOnly: options.journalOnly,
      key: key?.value ?? null,
    });
    const { chain, stores, seals, notes, ok } = verdict;
    if (options.json) {
      const { events, head, tornBytes, fault } = chain;
      const intact = fault === null;
      const journal = { session: paths.session, journal: paths.journal, intact, events, head, tornBytes, fault };
      await output.printJson({ ...journal, ok, agentfs: stores, seals, notes });
    } else {
      await output.print(renderVerdict(verdict, paths).join("\n"));
      const advice = adviseRepair(verdict, paths);
      if (advice) await output.warn(`hint: ${advice}`);
    }
    return ok ? EXIT.done : EXIT.failed;
  },
});
