import { EXIT } from "../../core/exit_codes.ts";
import { count } from "../../views/quantities.ts";
import { defineCommand, JSON_OPTION, SESSION_ARGUMENT } from "../command.ts";
import { findSession, isRunning } from "../find_session.ts";

/** `audit export`: one portable file with everything that is known of a run. */
export const exportRun = defineCommand({
  arguments: [SESSION_ARGUMENT],
  options: {
    session: { kind: "text", flag: "session", placeholder: "name", default: null, help: "The run, as the word may be" },
    out: { kind: "path", flag: "out", placeholder: "file", default: null, help: "The file: NAME.tar.zst or NAME.zip" },
    force: { kind: "boolean", flag: "force", default: false, help: "Replace the file when it is there" },
    json: JSON_OPTION,
  },
  notes: `In it: journal, logs, report, seals, the run's files of both AgentFS databases, and a manifest with the SHA-256 of
each and the chain's head. The same run gives the same bytes. Exit 1: it is written, and the journal in it is damaged.
Example: codex-squad audit export --session nightly --out nightly.tar.zst`,
  async run({ words: [word], options, projectRoot, output }) {
    const { session, out, force, json } = options;
    if (word !== undefined && session !== null && word !== session) {
      return output.fail({ kind: "usage", message: `two sessions are named: ${word} and ${session}` });
    }
    if (out === null)
      return output.fail({ kind: "usage", message: "--out FILE is missing", hint: "NAME.tar.zst or NAME.zip" });
    const found = findSession(projectRoot, session ?? word ?? null);
    if (!found.ok) return output.fail(found.error);
    const [{ checkTarget, writeArchive }, { gatherBundle }] = await Promise.all([
      import("../../audit/archive.ts"),
      import("../../audit/bundle.ts"),
    ]);
    const format = checkTarget(out, force);
    if (!format.ok) return output.fail(format.error);
    const gathered = await gatherBundle(found.value, isRunning(found.value));
    if (!gathered.ok) return output.fail(gathered.error);
    const { manifest, entries, startedAt, notes } = gathered.value;
    const written = await writeArchive(out, { format: format.value, entries, madeAt: startedAt });
    if (!written.ok) return output.fail(written.error);
    const { journal, part } = manifest;
    for (const note of notes) await output.warn(note);
    if (part) await output.warn(`${manifest.session} is still running: this is a part, up to event ${journal.events}`);
    if (journal.fault)
      await output.warn(`the journal in it is damaged: line ${journal.fault.line} ${journal.fault.message}`);
    if (json) await output.printJson({ out, bytes: written.value.bytes, manifest });
    else {
      const size = `${count(entries.length, "file")}, ${count(written.value.bytes, "byte")}`;
      await output.print(`${out}: ${manifest.session}, ${size}\nhead ${journal.head}`);
    }
    return journal.fault ? EXIT.failed : EXIT.done;
  },
});
