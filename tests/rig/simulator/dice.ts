/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a made-up world asks of chance; the same answers for the same seed and stream. */
export class Dice {
  readonly #random: () => number;

  /** `stream` keeps apart what must not shift when something else throws once more. */
  constructor(seed: number, stream: string) {
    let mixed = seed >>> 0;
    for (const letter of stream) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    this.#random = seededRandom(mixed);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  pick<const T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }

  /** Null where there is nothing to pick. */
  pickAny<T>(from: readonly T[]): T | null {
    return from[this.below(from.length)] ?? null;
  }

  shuffle<T>(list: T[]): T[] {
    for (let at = list.length - 1; at > 0; at--) {
      const other = this.below(at + 1);
      [list[at], list[other]] = [list[other] as T, list[at] as T];
    }
    return list;
  }

  /** Mostly short, now and then ten times as long; in steps of 10 ms, so that some turns end at the same moment. */
  durationMs(): number {
    return 10 * Math.ceil(4 * Math.exp(1.5 * (this.#random() + this.#random() + this.#random() - 1.5)));
  }
}
