import type { Artifact } from "../store/artifact.ts";
import { findText } from "../store/search_text.ts";
import { createStyle, type Style } from "../views/style.ts";
import { clipLine, measureWidth, neutraliseLine, neutraliseText, padEnd } from "../views/terminal_text.ts";

/** What of an artifact is shown, and how. */
export interface ArtifactView {
  readonly width: number;
  readonly color: boolean;
  /** Where this stands is shown in place of the beginning. */
  readonly search?: string | null;
}

const HEAD = ["TIME (UTC)", "AGENT", "TYPE", "SESSION", "TAGS", "TEXT"];
const WIDEST = 28;
const NARROWEST = 6;
/** Below this the text says nothing: the columns before it give way first. */
const TEXT_WIDTH = 30;
const GAP = "  ";
/** How much of the line stands before what was looked for. */
const BEFORE = 24;

/** One line an artifact, cut to the terminal's width. */
export function renderTable(artifacts: readonly Artifact[], view: ArtifactView): string {
  const style = createStyle(view.color);
  const rows = artifacts.map((artifact) => [
    artifact.createdAt.slice(0, 19).replace("T", " "),
    neutraliseLine(artifact.agent),
    neutraliseLine(artifact.type),
    neutraliseLine(artifact.session),
    neutraliseLine(artifact.tags.join(",")),
    view.search ? showMatch(artifact.content, view.search, style) : showBeginning(artifact.content),
  ]);
  const widths = shareWidth([HEAD, ...rows], view.width);
  const lines = [HEAD, ...rows].map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column];
      return width === undefined ? cell : padEnd(clipLine(cell, width), width);
    });
    return clipLine(cells.join(GAP), view.width).trimEnd();
  });
  return [style.bold(lines[0] ?? ""), ...lines.slice(1)].join("\n");
}

/** Widths of all columns but the last, which has what is left: the widest of them give way to it. */
function shareWidth(rows: readonly (readonly string[])[], width: number): number[] {
  const widths = HEAD.slice(0, -1).map((_, column) =>
    Math.min(WIDEST, Math.max(...rows.map((row) => measureWidth(row[column] ?? "")))),
  );
  const room = width - TEXT_WIDTH - GAP.length * widths.length;
  const sum = () => widths.reduce((total, one) => total + one, 0);
  while (sum() > room) {
    // The time is worth nothing when it is cut.
    const widest = Math.max(...widths.slice(1));
    if (widest <= NARROWEST) break;
    widths[widths.lastIndexOf(widest)] = widest - 1;
  }
  return widths;
}

/** The first line that says something: most texts begin with a heading that all of their kind have. */
function showBeginning(content: string): string {
  const lines = content.trimStart().split("\n", 20);
  const said = lines.find((line) => line.trim() !== "" && !/^\s*#{1,6}\s/.test(line));
  return neutraliseLine(said ?? lines[0] ?? "");
}

function showMatch(content: string, wanted: string, style: Style): string {
  const match = findText(content, wanted);
  if (!match) return "";
  const { line, text, start, end } = match;
  const from = Math.max(0, start - BEFORE);
  const before = `${from > 0 ? "…" : ""}${neutraliseText(text.slice(from, start)).trimStart()}`;
  const found = style.bold(style.red(neutraliseText(text.slice(start, end))));
  return `${line}: ${before}${found}${neutraliseText(text.slice(end)).trimEnd()}`;
}

/** An artifact with its whole text; `search`: with the number of the line where that stands. */
export function renderWhole(artifact: Artifact, search: string | null): string {
  const tags = artifact.tags.length > 0 ? ` [${artifact.tags.join(", ")}]` : "";
  const match = search ? findText(artifact.content, search) : null;
  const place = match ? ` (line ${match.line})` : "";
  const head = `## ${artifact.agent} ${artifact.type} ${artifact.createdAt} ${artifact.session}${tags}${place}`;
  const id = `id ${artifact.id}`;
  return `${neutraliseLine(head)}\n${neutraliseLine(id)}\n${neutraliseText(artifact.content.trimEnd())}`;
}
