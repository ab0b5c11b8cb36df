/** Shorter ones are words, and replacing them wherever they stand would spoil texts more than it hides. */
const SHORTEST = 8;
const LONGEST_WORD = 19;
const LONGEST_PHRASE = 23;

/**
 * Whether a value could as well be an ordinary word, number, date or setting (`true`, `production`, `us-east`): it is no
 * secret wherever it stands, whatever its variable is called.
 */
export function isGuessable(value: string, shortest: number = SHORTEST): boolean {
  if (value.length < shortest) return true;
  if (/^[\d\s.,:_/+-]+$/.test(value)) return value.length <= LONGEST_WORD;
  if (/^[A-Za-z]+$/.test(value)) return value.length <= LONGEST_WORD;
  if (/^[a-z]+([-_./ ][a-z]+)+$/i.test(value)) return value.length <= LONGEST_PHRASE;
  return isOneCharacter(value);
}

/** A reference to a secret, or a stand-in for one: `$TOKEN`, `${{ secrets.X }}`, `<password>`, `process.env.KEY`, `****`. */
export function isStandIn(value: string): boolean {
  return (
    /^[$<{%[(]/.test(value) ||
    isOneCharacter(value) ||
    /^(process|import|os|env|config|self|this|options|settings|props|args|secrets)\b[.[]/i.test(value)
  );
}

/** Letters and digits mixed, as nothing has that a person writes out. */
export const looksRandom = (value: string, shortest: number): boolean =>
  value.length >= shortest &&
  /\d/.test(value) &&
  /[A-Za-z]/.test(value) &&
  new Set(value.slice(0, 4 * shortest)).size >= shortest / 2;

/** `****` */
const isOneCharacter = (value: string): boolean => value === (value[0] ?? "").repeat(value.length);
