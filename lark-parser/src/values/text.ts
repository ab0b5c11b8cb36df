/**
 * Strings are counted in code points. A string without surrogates, nearly every one, is counted in units; for the
 * others the offsets of its code points are worked out, and kept for as long as the same string is asked about.
 */
const SURROGATE = /[\ud800-\udfff]/;

let latestText = "";
let latestOffsets: Uint32Array | null = null;

/** Where each code point starts, and the end; null when code points are units. */
function offsetsOf(text: string): Uint32Array | null {
  if (text.length < 16) return SURROGATE.test(text) ? findOffsets(text) : null;
  if (text !== latestText) {
    latestOffsets = SURROGATE.test(text) ? findOffsets(text) : null;
    latestText = text;
  }
  return latestOffsets;
}

function findOffsets(text: string): Uint32Array {
  const offsets = new Uint32Array(text.length + 1);
  let count = 0;
  for (let at = 0; at < text.length; count++) {
    offsets[count] = at;
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  }
  offsets[count] = text.length;
  return offsets.subarray(0, count + 1);
}

/** The number of code points. */
export function lengthOf(text: string): number {
  const offsets = offsetsOf(text);
  return offsets === null ? text.length : offsets.length - 1;
}

/** The code points from `start` to `end`, which lie inside. */
export function sliceText(text: string, start: number, end: number): string {
  const offsets = offsetsOf(text);
  if (offsets === null) return text.slice(start, end);
  return text.slice(offsets[start], offsets[end]);
}

/** The code point at an index that lies inside. */
export function characterAt(text: string, index: number): string {
  const offsets = offsetsOf(text);
  return offsets === null ? text.charAt(index) : text.slice(offsets[index], offsets[index + 1]);
}

/** Where the code point at an index starts, in units. */
export function toUnitOffset(text: string, index: number): number {
  const offsets = offsetsOf(text);
  return offsets === null ? index : (offsets[index] as number);
}

/** The index of the code point that starts at an offset in units. */
export function toIndex(text: string, offset: number): number {
  const offsets = offsetsOf(text);
  if (offsets === null) return offset;
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] as number) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The code points as strings. */
export function charactersOf(text: string): string[] {
  return offsetsOf(text) === null ? text.split("") : Array.from(text);
}
