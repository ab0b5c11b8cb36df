import { EXIT } from "../../core/exit_codes.ts";
import type { Artifact } from "../../store/artifact.ts";
import { decideColor } from "../../views/style.ts";
import { clipLine, measureWidth, neutraliseLine, neutraliseText, padEnd } from "../../views/terminal_text.ts";
import { defineCommand, JSON_OPTION } from "../command.ts";

const text = (flag: string, placeholder: string, help: string) =>
  ({ kind: "text", flag, placeholder, default: null, help }) as const;

/** `memory inspect`: what runs in this folder have left to remember, newest first. */
export const inspect = defineCommand({
  settings: ["memoryDir"],
  options: {
    agent: text("agent", "id", "Only what this agent wrote"),
    type: text("type", "type", "Only this type: plan, follow-up, work, repair, interrupt, summary"),
    tag: text("tag", "tag", "Only what carries this tag"),
    session: text("session", "name", "Only this run"),
    since: text("since", "time", "Not older than: 2d, 12h, 30m, or a date such as 2026-11-24"),
    limit: {
      kind: "integer",
      flag: "limit",
      placeholder: "n",
      default: 20,
      min: 1,
      max: 1_000_000,
      help: "How many at most, newest first",
    },
    content: { kind: "boolean", flag: "content", default: false, help: "Print the whole texts" },
    json: JSON_OPTION,
  },
  notes: "Works while a run is writing. Example: codex-squad memory inspect --agent planner --content",
  async run({ settings, options, projectRoot, output, env }) {
    const [{ readArtifacts }, { memoryPath }] = await Promise.all([
      import("../../store/read_memory.ts"),
      import("../../store/locations.ts"),
    ]);
    const sinceMs = options.since === null ? null : parseSince(options.since, Date.now());
    if (Number.isNaN(sinceMs)) {
      return output.fail({
        kind: "bad-value",
        name: "--since",
        value: String(options.since),
        allowed: "2d, 12h, 30m or a date such as 2026-11-24",
      });
    }
    const path = memoryPath(projectRoot, settings.memoryDir);
    const outcome = await readArtifacts(path, { ...options, sinceMs });
    if (!outcome.ok) return output.fail(outcome.error);
    const artifacts = outcome.value;
    if (options.json) await output.printJson(artifacts);
    else if (artifacts.length === 0) await output.warn(`nothing remembered that fits, in ${path}`);
    else if (options.content) await output.print(artifacts.map(renderWhole).join("\n\n"));
    else {
      const color = output.color && decideColor(env, true);
      await output.print(renderTable(artifacts, process.stdout.columns ?? 120, color));
    }
    return EXIT.done;
  },
});

/** A time in the past from `2d`, `12h`, `30m` or a date; NaN for what is neither. */
export function parseSince(since: string, nowMs: number): number {
  const ago = /^(\d+)\s*([dhm])$/.exec(since.trim());
  if (!ago) return Date.parse(since);
  const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000 }[ago[2] as "d" | "h" | "m"];
  return nowMs - Number(ago[1]) * unitMs;
}

/** One line an artifact, cut to the terminal's width. */
export function renderTable(artifacts: readonly Artifact[], width: number, color: boolean): string {
  const rows = artifacts.map((artifact) => [
    artifact.createdAt.slice(0, 19).replace("T", " "),
    neutraliseLine(artifact.agent),
    neutraliseLine(artifact.type),
    neutraliseLine(artifact.session),
    neutraliseLine(artifact.tags.join(",")),
    neutraliseLine(artifact.content.trimStart().split("\n")[0] ?? ""),
  ]);
  const head = ["TIME (UTC)", "AGENT", "TYPE", "SESSION", "TAGS", "TEXT"];
  const widths = head.map((title, column) =>
    Math.min(28, Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map(measureWidth))),
  );
  const lines = [head, ...rows].map((row) => {
    const last = row.length - 1;
    const cells = row.map((cell, column) => {
      const columnWidth = widths[column] ?? 0;
      return column === last ? cell : padEnd(clipLine(cell, columnWidth), columnWidth);
    });
    return clipLine(cells.join("  "), width).trimEnd();
  });
  if (color) lines[0] = `\x1b[1m${lines[0]}\x1b[0m`;
  return lines.join("\n");
}

function renderWhole(artifact: Artifact): string {
  const tags = artifact.tags.length > 0 ? ` [${artifact.tags.join(", ")}]` : "";
  const head = `## ${artifact.agent} ${artifact.type} ${artifact.createdAt} ${artifact.session}${tags}`;
  return `${neutraliseLine(head)}\n${neutraliseText(artifact.content.trimEnd())}`;
}
