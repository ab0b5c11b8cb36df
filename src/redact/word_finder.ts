/** No word is shorter; of so many characters a hash tells which words can begin with them. */
const PROBE = 3;
const HASH_BITS = 5 * PROBE;
const HASH_MASK = (1 << HASH_BITS) - 1;
/** Each character moves the hash on; what was there before the last three has been pushed out. */
const step = (hash: number, code: number): number => ((hash << 5) ^ (code & 127)) & HASH_MASK;

/** What a text holds. */
export interface Sighting {
  /** Every word's number and where it begins, one after the other, in the order of their beginnings. */
  readonly places: readonly number[];
  /** How many of the text's last characters are the beginning of a value; fewer than three are not seen. */
  readonly beginning: number;
}

const NOTHING: Sighting = { places: [], beginning: 0 };

/**
 * Finds many words in one pass over a text, however many they are: a few instructions for each character, and where
 * three of them may begin a word, a comparison. So a text that was made to be slow is not. Case counts.
 */
export class WordFinder {
  readonly #words: readonly string[];
  readonly #firstValue: number;
  /** A bit for each hash that words begin with: small enough to stay at hand while a text goes by. */
  readonly #bits = new Int32Array((1 << HASH_BITS) / 32);
  /** By hash: which of the lists holds the words that begin so. */
  readonly #listOf = new Uint16Array(1 << HASH_BITS);
  /** Numbers of words, the shorter first. */
  readonly #lists: number[][] = [[]];

  /** Words of three characters at least. Those before `firstValue` are only looked for whole; the others are values. */
  constructor(words: readonly string[], firstValue: number) {
    this.#words = words;
    this.#firstValue = firstValue;
    words.forEach((word, number) => {
      if (word.length < PROBE) throw new Error(`a word of ${word.length} characters is too short`);
      const hash = hashAt(word, 0);
      if (this.#listOf[hash] === 0) this.#listOf[hash] = this.#lists.push([]) - 1;
      this.#lists[this.#listOf[hash] as number]?.push(number);
      this.#bits[hash >>> 5] = (this.#bits[hash >>> 5] as number) | (1 << (hash & 31));
    });
    const lengthOf = (number: number) => (words[number] as string).length;
    for (const list of this.#lists) list.sort((a, b) => lengthOf(a) - lengthOf(b) || a - b);
  }

  /** One pass over the text. */
  scan(text: string): Sighting {
    const bits = this.#bits;
    let start = findPlace(bits, text, 0);
    if (start === -1) return NOTHING;
    const words = this.#words;
    const places: number[] = [];
    let beginning = 0;
    for (; start !== -1; start = findPlace(bits, text, start + 1)) {
      const list = this.#lists[this.#listOf[hashAt(text, start)] as number] as number[];
      for (const number of list) {
        const word = words[number] as string;
        if (start + word.length <= text.length) {
          if (standsAt(text, start, word)) places.push(number, start);
        } else if (beginning === 0 && number >= this.#firstValue && word.startsWith(text.slice(start))) {
          beginning = text.length - start;
        }
      }
    }
    return { places, beginning };
  }
}

/** The next place from here on where a word may begin, or -1. By itself, for this is the loop that costs. */
function findPlace(bits: Int32Array, text: string, from: number): number {
  let hash = 0;
  for (let index = from; index < text.length; index++) {
    hash = step(hash, text.charCodeAt(index));
    const begins = ((bits[hash >>> 5] as number) >>> (hash & 31)) & 1;
    if (begins !== 0 && index >= from + PROBE - 1) return index - PROBE + 1;
  }
  return -1;
}

/** Quicker than asking the string, for words so short. */
function standsAt(text: string, start: number, word: string): boolean {
  for (let at = 0; at < word.length; at++) if (text.charCodeAt(start + at) !== word.charCodeAt(at)) return false;
  return true;
}

function hashAt(text: string, at: number): number {
  let hash = 0;
  for (let index = at; index < at + PROBE; index++) hash = step(hash, text.charCodeAt(index));
  return hash;
}
