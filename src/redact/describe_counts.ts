/** What was taken out, in one line: `3 secrets were redacted: OPENAI_API_KEY, github (2)`; null when nothing was. */
export function describeCounts(counts: ReadonlyMap<string, number>): string | null {
  const kinds = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return null;
  const list = kinds.map(([kind, count]) => (count === 1 ? kind : `${kind} (${count})`)).join(", ");
  return `${total === 1 ? "1 secret was" : `${total} secrets were`} redacted: ${list}`;
}
