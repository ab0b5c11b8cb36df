/** How far a name may be from what was written, to be offered in its place. */
const maxDistance = (name: string): number => Math.min(3, Math.max(1, Math.floor(name.length / 3)));

/** The longest name worth comparing: nobody mistypes more. */
const NAME_MAX_LENGTH = 60;

/** The candidate that someone who wrote `name` most likely meant; undefined when none is near. */
export function suggestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > NAME_MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestDistance = maxDistance(name) + 1;
  for (const candidate of candidates) {
    if (candidate === name || Math.abs(candidate.length - name.length) >= bestDistance) continue;
    if (candidate.toLowerCase() === name.toLowerCase()) return candidate;
    const distance = editDistance(name, candidate);
    if (distance < bestDistance && distance < name.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The hint that goes with `suggestName`. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const suggestion = suggestName(name, candidates);
  return suggestion === undefined ? undefined : `did you mean ${suggestion}?`;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let cost = Math.min(at(previous, column) + 1, at(current, column - 1) + 1);
      cost = Math.min(cost, at(previous, column - 1) + (isSame ? 0 : 1));
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) cost = Math.min(cost, at(beforePrevious, column - 2) + 1);
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? 0;
