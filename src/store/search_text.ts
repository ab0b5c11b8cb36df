/** Where a text was found in another. */
export interface TextMatch {
  /** Counts from 1. */
  readonly line: number;
  /** The whole line. */
  readonly text: string;
  /** Place of the match within the line, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** The first place of a text within another, upper and lower case being the same; null for none. */
export function findText(content: string, wanted: string): TextMatch | null {
  // A pattern that ignores case is a hundred times slower, so it is left for the few texts that change their length.
  const lowered = content.toLowerCase();
  const index = lowered.indexOf(wanted.toLowerCase());
  if (index === -1) return null;
  if (lowered.length === content.length) return describeMatch(content, index, wanted.length);
  const found = new RegExp(RegExp.escape(wanted), "iu").exec(content);
  return found && describeMatch(content, found.index, found[0].length);
}

function describeMatch(content: string, index: number, length: number): TextMatch {
  const begin = index === 0 ? 0 : content.lastIndexOf("\n", index - 1) + 1;
  const after = content.indexOf("\n", index);
  const text = content.slice(begin, after === -1 ? content.length : after);
  const line = content.slice(0, index).split("\n").length;
  const start = index - begin;
  return { line, text, start, end: Math.min(start + length, text.length) };
}
