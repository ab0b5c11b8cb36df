import { EXIT } from "../../core/exit_codes.ts";
import { decideColor } from "../../views/style.ts";
import { defineCommand, JSON_OPTION } from "../command.ts";

const text = (flag: string, placeholder: string, help: string) =>
  ({ kind: "text", flag, placeholder, default: null, help }) as const;

const SINCE_RULE = "2d, 12h, 30m or a date such as 2026-11-24";

/** `memory inspect`: what runs in this folder have left to remember, newest first. */
export const inspect = defineCommand({
  settings: ["memoryDir"],
  options: {
    agent: text("agent", "id", "Only what this agent wrote"),
    type: text("type", "type", "Only this type: plan, follow-up, work, repair, interrupt, summary"),
    tag: text("tag", "tag", "Only what carries this tag"),
    session: text("session", "name", "Only this run"),
    since: text("since", "time", "Not older than: 2d, 12h, 30m, or a date such as 2026-11-24"),
    search: text("search", "text", "Only where this stands, in upper or lower case; shows the place"),
    related: text("related", "id", "Only what this artifact rests on: of a summary, what it was made from"),
    limit: {
      kind: "integer",
      flag: "limit",
      placeholder: "n",
      default: 20,
      min: 1,
      max: 1_000_000,
      help: "How many at most, newest first",
    },
    content: { kind: "boolean", flag: "content", default: false, help: "Print the whole texts, with their ids" },
    json: JSON_OPTION,
  },
  notes: `Works while a run is writing. Examples:
  codex-squad memory inspect --agent planner --content
  codex-squad memory inspect --search "rate limit" --since 7d
memory_inspector is the same command; memory_inspector condense is codex-squad memory condense.`,
  async run({ settings, options, projectRoot, output, env }) {
    const [{ readArtifacts, readRelated }, { memoryPath }] = await Promise.all([
      import("../../store/read_memory.ts"),
      import("../../store/locations.ts"),
    ]);
    const sinceMs = options.since === null ? null : parseSince(options.since, Date.now());
    if (Number.isNaN(sinceMs)) {
      return output.fail({ kind: "bad-value", name: "--since", value: String(options.since), allowed: SINCE_RULE });
    }
    if (options.search?.trim() === "") {
      return output.fail({ kind: "bad-value", name: "--search", value: options.search, allowed: "a text" });
    }
    const path = memoryPath(projectRoot, settings.memoryDir);
    const filter = { ...options, sinceMs };
    const { related } = options;
    const outcome = await (related === null ? readArtifacts(path, filter) : readRelated(path, related, filter));
    if (!outcome.ok) return output.fail(outcome.error);
    const artifacts = outcome.value;
    if (artifacts === null) return output.fail({ kind: "no-artifact", id: related ?? "", path });
    const { renderTable, renderWhole } = await import("../artifact_table.ts");
    const { search } = options;
    if (options.json) {
      const { findText } = await import("../../store/search_text.ts");
      const withPlace = (content: string) => (search === null ? {} : { match: findText(content, search) });
      await output.printJson(artifacts.map((artifact) => ({ ...artifact, ...withPlace(artifact.content) })));
    } else if (artifacts.length === 0) {
      await output.warn(`nothing remembered that fits, in ${path}`);
    } else if (options.content) {
      await output.print(artifacts.map((artifact) => renderWhole(artifact, search)).join("\n\n"));
    } else {
      const color = output.color && decideColor(env, true);
      await output.print(renderTable(artifacts, { width: process.stdout.columns ?? 120, color, search }));
    }
    return EXIT.done;
  },
});

/** A time in the past from `2d`, `12h`, `30m` or a date; NaN for what is neither. */
export function parseSince(since: string, nowMs: number): number {
  const ago = /^(\d{1,9})\s*([dhm])$/.exec(since.trim());
  if (!ago) return /^\d{4}-\d{2}-\d{2}/.test(since.trim()) ? Date.parse(since) : Number.NaN;
  const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000 }[ago[2] as "d" | "h" | "m"];
  return nowMs - Number(ago[1]) * unitMs;
}
