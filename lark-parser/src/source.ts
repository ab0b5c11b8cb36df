/** A half-open range of UTF-16 offsets into the source text. Every node of the tree is one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place as people count: lines and columns from 1, columns in Unicode characters. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A span of a certain file. */
export interface Place {
  readonly source: Source;
  readonly span: Span;
}

/** One file's text, with the way back from an offset to a line and a column. */
export class Source {
  readonly filename: string;
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(filename: string, text: string) {
    this.filename = filename;
    this.text = text;
  }

  /** Where an offset lies. An offset past the end counts as the end. */
  position(offset: number): Position {
    const at = Math.min(Math.max(offset, 0), this.text.length);
    const line = this.#findLine(at);
    const column = countCharacters(this.text, this.#starts()[line] ?? 0, at) + 1;
    return { line: line + 1, column };
  }

  /** The text of a line (from 1), without its end. */
  line(number: number): string {
    const starts = this.#starts();
    const start = starts[number - 1] ?? this.text.length;
    const end = starts[number] ?? this.text.length;
    return this.text.slice(start, end).replace(/[\r\n]+$/, "");
  }

  #findLine(offset: number): number {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #starts(): number[] {
    this.#lineStarts ??= findLineStarts(this.text);
    return this.#lineStarts;
  }
}

function findLineStarts(text: string): number[] {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\r|\n/g)) starts.push(end.index + end[0].length);
  return starts;
}

function countCharacters(text: string, start: number, end: number): number {
  let count = end - start;
  for (let at = start + 1; at < end; at++) {
    const isPair = (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
    if (isPair) count--;
  }
  return count;
}
