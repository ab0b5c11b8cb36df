/** Characters that words are made of; whatever is not ASCII ends every word. */
const ASCII = 128;

/**
 * Finds many words in one pass over a text, however many they are (Aho and Corasick's automaton, its failures resolved
 * into one table): a step for each character, no backtracking, so that a text that was made to be slow is not. Words
 * are ASCII; case counts.
 */
export class WordFinder {
  /** One cell for each state and class of characters: the next state's first cell, its complement where words end. */
  readonly #table: Int32Array;
  readonly #classes = new Uint8Array(ASCII);
  readonly #width: number;
  readonly #endings: number[][];
  readonly #begun: Int32Array;

  /** The first `valuesBegin` words are only looked for whole; of the others a text's end may show the beginning. */
  constructor(words: readonly string[], valuesBegin: number) {
    let width = 1;
    for (const word of words)
      for (let at = 0; at < word.length; at++) {
        const code = word.charCodeAt(at);
        if (code < ASCII && this.#classes[code] === 0) this.#classes[code] = width++;
      }
    this.#width = width;
    const trie = plantTrie(words, valuesBegin, (code) => this.#classes[code] ?? 0, width);
    this.#table = resolveFailures(trie, width);
    this.#endings = trie.endings;
    this.#begun = trie.begun;
  }

  /**
   * Calls `visit` with every word's number and where it ends, in the order of their ends. Gives how many of the text's
   * last characters are the beginning of a value.
   */
  scan(text: string, visit: (word: number, end: number) => void): number {
    const table = this.#table;
    const classes = this.#classes;
    let at = 0;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      at = table[at + (code < ASCII ? (classes[code] as number) : 0)] as number;
      if (at < 0) {
        at = ~at;
        for (const word of this.#endings[at / this.#width] as number[]) visit(word, index + 1);
      }
    }
    return this.#begun[at / this.#width] as number;
  }
}

interface Trie {
  /** Children by class, 0 for none (the root is nobody's child). */
  readonly children: Int32Array[];
  readonly endings: number[][];
  /** Length of the beginning of a value that a state stands for. */
  readonly begun: Int32Array;
}

function plantTrie(
  words: readonly string[],
  valuesBegin: number,
  classOf: (code: number) => number,
  width: number,
): Trie {
  const children = [new Int32Array(width)];
  const endings: number[][] = [[]];
  const begun: number[] = [0];
  words.forEach((word, number) => {
    let state = 0;
    for (let at = 0; at < word.length; at++) {
      const row = children[state] as Int32Array;
      const kind = classOf(word.charCodeAt(at));
      if (row[kind] === 0) {
        row[kind] = children.push(new Int32Array(width)) - 1;
        endings.push([]);
        begun.push(0);
      }
      state = row[kind] as number;
      if (number >= valuesBegin) begun[state] = at + 1;
    }
    endings[state]?.push(number);
  });
  return { children, endings, begun: Int32Array.from(begun) };
}

/** Breadth first: a state's failure lies nearer to the root and is resolved before it. */
function resolveFailures({ children, endings, begun }: Trie, width: number): Int32Array {
  const failures = new Int32Array(children.length);
  const queue: number[] = [0];
  for (let next = 0; next < queue.length; next++) {
    const state = queue[next] as number;
    const row = children[state] as Int32Array;
    const failure = failures[state] as number;
    const fallback = children[failure] as Int32Array;
    if (state !== 0) {
      if ((endings[failure] as number[]).length > 0)
        endings[state] = [...(endings[state] as number[]), ...(endings[failure] as number[])];
      if (begun[state] === 0) begun[state] = begun[failure] as number;
    }
    for (let kind = 1; kind < width; kind++) {
      const child = row[kind] as number;
      if (child === 0) {
        if (state !== 0) row[kind] = fallback[kind] as number;
        continue;
      }
      if (state !== 0) failures[child] = fallback[kind] as number;
      queue.push(child);
    }
  }
  const table = new Int32Array(children.length * width);
  children.forEach((row, state) => {
    for (let kind = 0; kind < width; kind++) {
      const next = kind === 0 ? 0 : (row[kind] as number);
      table[state * width + kind] = (endings[next] as number[]).length > 0 ? ~(next * width) : next * width;
    }
  });
  return table;
}
