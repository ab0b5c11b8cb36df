/** How two texts differ. */
export interface TextDifference {
  /** Lines that only the second has, and only the first; null where they have hardly a line in common. */
  readonly added: number | null;
  readonly removed: number | null;
  /** As `diff -u` would show it; null where nobody asked, or there is hardly a line in common. */
  readonly patch: string | null;
}

/** Beyond that many changed lines a line by line comparison is of no use, and slow. */
const MOST_EDITS = 4000;

/** Compares two texts line by line; null when they are the same. */
export async function compareTexts(
  a: string,
  b: string,
  { names, full }: { readonly names: readonly [string, string]; readonly full: boolean },
): Promise<TextDifference | null> {
  if (a === b) return null;
  const { diffLines, createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  const changes = diffLines(a, b, { maxEditLength: MOST_EDITS });
  if (!changes) return { added: null, removed: null, patch: null };
  const sum = (which: "added" | "removed") =>
    changes.filter((change) => change[which]).reduce((lines, { count }) => lines + count, 0);
  const patch = full
    ? createTwoFilesPatch(...names, a, b, undefined, undefined, {
        context: 3,
        headerOptions: FILE_HEADERS_ONLY,
        maxEditLength: MOST_EDITS,
      })
    : null;
  return { added: sum("added"), removed: sum("removed"), patch: patch ?? null };
}
