import { defineMethod, type Method } from "./builtin.ts";

/** A method without arguments that asks something of the text. */
function defineTest(name: string, test: (text: string) => boolean): Method<string> {
  return defineMethod<string>({ name, min: 0, max: 0 }, (text) => test(text));
}

/** A method without arguments that gives another text. */
function defineChange(name: string, change: (text: string) => string): Method<string> {
  return defineMethod<string>({ name, min: 0, max: 0 }, (text, { meter }) => {
    meter.allocate(text.length);
    return change(text);
  });
}

function isTitle(text: string): boolean {
  let sawCased = false;
  let afterCased = false;
  for (const character of text) {
    const isUpper = /[\p{Lu}\p{Lt}]/u.test(character);
    const isLower = !isUpper && /\p{Ll}/u.test(character);
    if (isUpper ? afterCased : isLower && !afterCased) return false;
    afterCased = isUpper || isLower;
    sawCased ||= afterCased;
  }
  return sawCased;
}

/** The first character alone becomes a capital; what would turn into two letters (as in "ß") stays as it is. */
function capitalize(text: string): string {
  const [first = ""] = text;
  return raise(first) + text.slice(first.length).toLowerCase();
}

function raise(character: string): string {
  const upper = character.toUpperCase();
  return [...upper].length === 1 ? upper : character;
}

const toTitle = (text: string): string => text.replace(/\p{L}+/gu, capitalize);

export const STRING_CASE_METHODS: readonly Method<string>[] = [
  defineChange("capitalize", capitalize),
  defineTest("isalnum", (text) => /^[\p{L}\p{Nd}]+$/u.test(text)),
  defineTest("isalpha", (text) => /^\p{L}+$/u.test(text)),
  defineTest("isdigit", (text) => /^\p{Nd}+$/u.test(text)),
  defineTest("islower", (text) => /\p{Ll}/u.test(text) && !/[\p{Lu}\p{Lt}]/u.test(text)),
  defineTest("isspace", (text) => /^[\s\x1c-\x1f\x85]+$/u.test(text)),
  defineTest("istitle", isTitle),
  defineTest("isupper", (text) => /\p{Lu}/u.test(text) && !/[\p{Ll}\p{Lt}]/u.test(text)),
  defineChange("lower", (text) => text.toLowerCase()),
  defineChange("title", toTitle),
  defineChange("upper", (text) => text.toUpperCase()),
];
