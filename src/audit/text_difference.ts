/** How two texts differ. */
export interface TextDifference {
  /** Lines that only the second has, and only the first; null where they have hardly a line in common. */
  readonly added: number | null;
  readonly removed: number | null;
  /** As `diff -u` would show it; null where nobody asked, or there is hardly a line in common. */
  readonly patch: string | null;
}

/** Beyond that many changed lines a comparison line by line tells nobody anything, and its time grows as the square. */
const MOST_EDITS = 2000;

/** Compares two texts line by line; null when they are the same. */
export async function compareTexts(
  a: string,
  b: string,
  { names, full }: { readonly names: readonly [string, string]; readonly full: boolean },
): Promise<TextDifference | null> {
  if (a === b) return null;
  const { structuredPatch, formatPatch, FILE_HEADERS_ONLY } = await import("diff");
  const limits = { context: 3, maxEditLength: MOST_EDITS };
  const patch = structuredPatch(...names, a, b, undefined, undefined, limits);
  if (!patch) return { added: null, removed: null, patch: null };
  const count = (sign: string) =>
    patch.hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign)).length;
  return { added: count("+"), removed: count("-"), patch: full ? formatPatch(patch, FILE_HEADERS_ONLY) : null };
}
