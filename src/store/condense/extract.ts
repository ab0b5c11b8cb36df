/** What stands out in one artifact's text. */
export interface Extract {
  /** What it is about: the first line that is no heading. */
  readonly about: string;
  readonly headings: readonly string[];
  readonly decisions: readonly string[];
  readonly questions: readonly string[];
  /** Paths that it names. */
  readonly files: readonly string[];
}

const LINE_LIMIT = 240;
/** Of a text beyond this only the beginning is looked at. */
const TEXT_LIMIT = 256 * 1024;

const LIST_MARK = /^\s*(?:[-*+•]|\d{1,3}[.)])\s+/;

type Section = "decisions" | "questions" | "other";

/** Headings as the built-in squad and most people use them. */
const SECTIONS: readonly (readonly [Exclude<Section, "other">, RegExp])[] = [
  ["questions", /question|unclear|unknown|open|risk|todo|to do|limits|what is left|next step/i],
  ["decisions", /decision|decided|chosen|choice|approach|answer|correction|conclusion|result|steps/i],
];
/** Lines that say it themselves, wherever they stand. */
const DECISION = /^(decision|decided|we (will|chose|decided)|chose|chosen)\b/i;
const QUESTION = /^(open question|question|unclear|to ?do|assumption)\b|\?$/i;

/** Takes out of a text what a later reader needs: headings, decisions, open questions and files. The same every time. */
export function extract(content: string): Extract {
  const text = content.length > TEXT_LIMIT ? content.slice(0, TEXT_LIMIT) : content;
  return describeJson(text) ?? describeText(text);
}

function describeText(text: string): Extract {
  const headings: string[] = [];
  const decisions: string[] = [];
  const questions: string[] = [];
  let first = "";
  let section: Section = "other";
  let inCode = false;
  for (const raw of text.split("\n")) {
    const isFence = /^\s*(```|~~~)/.test(raw);
    if (isFence) inCode = !inCode;
    if (isFence || inCode) continue;
    const heading = readHeading(raw);
    if (heading !== null) {
      if (heading !== "") headings.push(heading);
      section = SECTIONS.find(([, pattern]) => pattern.test(heading))?.[0] ?? "other";
      continue;
    }
    const line = clip(raw.replace(LIST_MARK, ""));
    if (line === "") continue;
    if (first === "") first = line;
    if (isNothing(line)) continue;
    if (section === "decisions" || DECISION.test(line)) decisions.push(line);
    else if (section === "questions" || QUESTION.test(line)) questions.push(line);
  }
  return { about: first, headings, decisions, questions, files: findFiles(text) };
}

/** A blueprint, or whatever else an agent was asked for as JSON; null for text. */
function describeJson(text: string): Extract | null {
  if (!/^\s*[{[]/.test(text)) return null;
  try {
    const value = JSON.parse(text) as unknown;
    const about = describeBlueprint(value) ?? JSON.stringify(value);
    return { about: clip(about), headings: [], decisions: [], questions: [], files: findFiles(text) };
  } catch {
    return null;
  }
}

function describeBlueprint(value: unknown): string | null {
  const { agents } = (value ?? {}) as { agents?: unknown };
  if (!Array.isArray(agents)) return null;
  const known = agents.filter((agent) => typeof agent?.id === "string") as { id: string; role?: unknown }[];
  return `Blueprint: ${known.map(({ id, role }) => (typeof role === "string" ? `${id} (${role})` : id)).join(", ")}`;
}

/** The text of a heading, as `## Goal` or as a line that is all bold; null for any other line. */
function readHeading(line: string): string | null {
  const found = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line) ?? /^\s*\*\*([^*]+)\*\*:?\s*$/.exec(line);
  return found ? clip(found[1] ?? "", 60) : null;
}

const isNothing = (line: string): boolean => /^(none|nothing|n\/a|-+)\.?$/i.test(line);

/** Paths with a folder and an extension; addresses of the web and line numbers are left out. */
function findFiles(text: string): string[] {
  const files = new Set<string>();
  for (const [word] of text.matchAll(/[^\s`"'()[\]<>{},;|*]+/g)) {
    if (!word.includes("/") || word.includes("//") || word.length > 120) continue;
    const path = word.replace(/(:\d+)*[.:!?]*$/, "").replace(/^\.\//, "");
    if (/^(\/|\.\.\/)?([\w@+.-]+\/)+[\w@+.-]*\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(path)) files.add(path);
  }
  return [...files];
}

function clip(text: string, limit = LINE_LIMIT): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > limit
    ? `${line
        .slice(0, limit - 1)
        .toWellFormed()
        .trimEnd()}…`
    : line;
}
