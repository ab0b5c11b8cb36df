import { expect, test } from "bun:test";
import { WordFinder } from "../../src/redact/word_finder.ts";
import { seededRandom } from "../bench/samples.ts";

/** Every word's number and end, as looking for each by itself finds them. */
function findEach(words: readonly string[], text: string): string[] {
  const found: { end: number; word: number }[] = [];
  words.forEach((word, number) => {
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
      found.push({ end: at + word.length, word: number });
  });
  return found.map(({ end, word }) => `${end}:${word}`).sort();
}

function scan(words: readonly string[], text: string, valuesBegin = 0) {
  const found: string[] = [];
  const begun = new WordFinder(words, valuesBegin).scan(text, (word, end) => found.push(`${end}:${word}`));
  return { found: found.sort(), begun };
}

test("it finds what looking for each word by itself finds, words within words and overlapping ones as well", () => {
  const random = seededRandom(7);
  const letters = (length: number) => Array.from({ length }, () => "abcä\u{1f511}"[Math.floor(random() * 4)]).join("");
  for (let round = 0; round < 300; round++) {
    const words = [...new Set(Array.from({ length: 6 }, () => letters(1 + Math.floor(random() * 5))))].filter(
      (word) => !/[^ -~]/.test(word),
    );
    const text = letters(60);
    expect(scan(words, text).found).toEqual(findEach(words, text));
  }
});

test("the end of a text that begins a value, of others and of words nothing", () => {
  const words = ["word", "secret", "rets"];
  expect(scan(words, "a secre", 1).begun).toBe(5);
  expect(scan(words, "a secret", 1).begun).toBe(6);
  expect(scan(words, "a secretsr", 1).begun).toBe(1);
  expect(scan(words, "a wo", 1).begun).toBe(0);
  expect(scan(words, "", 1).begun).toBe(0);
});
