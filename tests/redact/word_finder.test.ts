import { expect, test } from "bun:test";
import { WordFinder } from "../../src/redact/word_finder.ts";
import { seededRandom } from "../rig/simulator/dice.ts";

/** Every word's place and number, as looking for each by itself finds them. */
function findEach(words: readonly string[], text: string): string[] {
  const found: string[] = [];
  words.forEach((word, number) => {
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) found.push(`${at}:${number}`);
  });
  return found.sort();
}

function scan(words: readonly string[], text: string): string[] {
  const { places } = new WordFinder(words, 0).scan(text);
  return places.flatMap((word, at) => (at % 2 === 0 ? [`${places[at + 1]}:${word}`] : [])).sort();
}

test("it finds what looking for each word by itself finds, words within words and overlapping ones as well", () => {
  const random = seededRandom(7);
  const letters = (length: number) => Array.from({ length }, () => "abä\u{1f511}"[Math.floor(random() * 4)]).join("");
  for (let round = 0; round < 300; round++) {
    const words = [...new Set(Array.from({ length: 6 }, () => letters(3 + Math.floor(random() * 4))))];
    const text = letters(200);
    expect(scan(words, text)).toEqual(findEach(words, text));
  }
});

test("the end of a text that begins a value, of others and of words nothing", () => {
  const finder = new WordFinder(["word", "secret", "rets"], 1);
  const measure = (text: string) => finder.scan(text).beginning;
  expect(["a secre", "a secret", "a secretsr", "a secretret", "a wo", "", "s"].map(measure)).toEqual([
    5, 3, 0, 3, 0, 0, 0,
  ]);
  // The longest of several.
  expect(new WordFinder(["abcabcd", "abcx"], 0).scan("abcabc").beginning).toBe(6);
});
