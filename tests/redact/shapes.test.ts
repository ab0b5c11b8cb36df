import { expect, test } from "bun:test";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import { openRedactor } from "../../src/redact/open_redactor.ts";
import { PROVIDER_WORDS, UNUSED_RULES } from "../../src/redact/provider_shapes.ts";
import { SHAPES } from "../../src/redact/shapes.ts";
import { OTHER_TOKENS, PROVIDER_TOKENS, privateKey, scramble } from "./samples.ts";

const redactor = await openRedactor({});
const redact = (text: string, cut = false) => redactor.redact(text, { cut });

const TOKENS = Object.entries({ ...PROVIDER_TOKENS, ...OTHER_TOKENS }).flatMap(([kind, tokens]) =>
  tokens.map((token): [string, string] => [kind, token]),
);

/** The longest last. */
const WORDS = [...SHAPES.flatMap(({ words }) => words), ...Object.values(PROVIDER_WORDS).flat()].toSorted(
  (a, b) => a.length - b.length,
);

/** As a token stands in a text: alone, in quotes, in JSON, after an escaped line end, in brackets, at a sentence's end. */
const FRAMES: readonly (readonly [string, string])[] = [
  ["", ""],
  ["use ", " now"],
  ["It is ", "."],
  ['{"value": "', '"}'],
  ['{\\"value\\": \\"', '\\"}'],
  ["line\\n", "\\nline"],
  ["line\\\\n", "\\\\nline"],
  ["[x](", ")"],
  ["ä", "ö"],
  ["\u{1f511}", "\u{1f511}"],
];

test("every rule of the package is used or left out on purpose, and has words and a sample", () => {
  const kinds = rules.map(({ meta }) => meta.id.replace("@secretlint/secretlint-rule-", ""));
  expect(kinds.filter((kind) => !UNUSED_RULES.has(kind)).sort()).toEqual(Object.keys(PROVIDER_WORDS).sort());
  expect(Object.keys(PROVIDER_TOKENS).sort()).toEqual(Object.keys(PROVIDER_WORDS).sort());
  const unseen = Object.entries(PROVIDER_WORDS).flatMap(([kind, words]) =>
    words.filter((word) => !PROVIDER_TOKENS[kind]?.some((token) => token.startsWith(word))),
  );
  expect(unseen).toEqual([]);
});

test.each(TOKENS)("%s: nothing of a token stays, whatever stands around it", (kind, token) => {
  for (const [before, after] of FRAMES)
    expect(redact(before + token + after)).toBe(`${before}[redacted:${kind}]${after}`);
});

test.each(TOKENS)("%s: a text that is cut within a token keeps nothing of it but how it begins", (_, token) => {
  const word = WORDS.findLast((one) => token.startsWith(one)) ?? "";
  expect(word).not.toBe("");
  for (let length = word.length + 1; length < token.length; length++) {
    const left = redact(`the answer: ${token.slice(0, length)}`, true);
    expect(left.replace(/\[redacted:[\w-]+\]/, "")).toBe("the answer: ");
  }
});

test.each([
  ['password="', "hunter2 and-more", '"', "assigned"],
  ["DB_PASSWORD=", "Tr0ub4dor!3", " next", "assigned"],
  ["my_api_key: ", scramble(24), ", more", "assigned"],
  ['{"clientSecret":"', scramble(12), '"}', "assigned"],
  ['{\\"token\\": \\"', scramble(20), '\\"}', "assigned"],
  ["login --password ", scramble(10), " host", "assigned"],
  ["aws_secret_access_key = ", `${scramble(20)}/+${scramble(18)}`, "\n", "assigned"],
  ["_authToken=", scramble(36), "\n", "assigned"],
  ["Authorization: Bearer ", scramble(30), "\r\n", "authorization"],
  ["authorization: basic ", Buffer.from(`bob:${scramble(6)}`).toString("base64"), "'", "authorization"],
  ["postgres://bob:", "pass", "@db:5432/x", "url-password"],
  ["https://:", scramble(9), "@example.com", "url-password"],
  ["redis://u:", `p%40${scramble(4)}`, "@h", "url-password"],
])("%s: the value alone goes", (before, secret, after, kind) => {
  expect(redact(before + secret + after)).toBe(`${before}[redacted:${kind}]${after}`);
});

test.each([
  "token: string; key: number; password: string",
  "const secret = process.env.SESSION_SECRET_2;",
  "password = getPassword1(user)",
  `run: $TOKEN and \${{ secrets.DEPLOY_KEY_2 }} with password=<password-1>`,
  "password=******** key=0000000000000000",
  "tokens: 1234567890123456, key: main, cache_key=users",
  "http://localhost:8080/@scope/package and git@github.com:a/b.git, ssh://git@host:22/x",
  "https://user:$PASSWORD@host, https://user:{password}@host",
  "Basic authentication, the bearer presents it",
  "the file begins with -----BEGIN PRIVATE KEY-----, then base64",
  "task-based risk-aversion sk-loading ghp_ AKIA eyJ hf_transfer npm_config_cache dapi SG.",
  `commit ${scramble(40, "hex")}, thread 0199f3a1-7c1e-7000-8000-${scramble(12, "hex")}, sha512-${scramble(60)}==`,
  "session run-20261124-035051-1f3a, usage 18446744073709551615",
])("stays: %s", (text) => {
  expect(redact(text)).toBe(text);
});

test("what was redacted is not redacted again", () => {
  const texts = [
    ...TOKENS.map(([, token]) => `key=${token}`),
    `https://u:${scramble(9)}@h`,
    privateKey(),
    `password="${scramble(9)}"`,
  ];
  for (const text of texts) {
    const once = redact(text);
    expect(once).toContain("[redacted:");
    expect(redact(once)).toBe(once);
    expect(redact(once, true)).toBe(once);
  }
});

const KEY = privateKey();
const KEY_FORMS: readonly (readonly [string, string])[] = [
  ["as it is", KEY],
  ["with CRLF", KEY.replaceAll("\n", "\r\n")],
  ["indented", KEY.replaceAll("\n", "\n      ")],
  ["in JSON", JSON.stringify(KEY).slice(1, -1)],
  ["in JSON in JSON", JSON.stringify(JSON.stringify(KEY)).slice(3, -3)],
  ["quoted", KEY.replaceAll("\n", "\n> ")],
  ["encrypted", KEY.replace("\n", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,3F17F5316E2BAC89\n\n")],
  ["of OpenSSH", privateKey("OPENSSH ")],
  ["of PKCS #8", privateKey("")],
];

test.each(KEY_FORMS)("a private key %s: from head to foot", (_, key) => {
  expect(redact(`before\n${key}\nafter (it)`)).toBe("before\n[redacted:private-key]\nafter (it)");
  expect(redact(`{"prompt":"${key}"}`)).toBe('{"prompt":"[redacted:private-key]"}');
});

test.each(KEY_FORMS)("a private key %s that is cut off anywhere leaves none of its lines", (_, key) => {
  const body = key.split(/\s|\\+[nr]|> /).filter((line) => /^[\w+/=]{16,}$/.test(line));
  for (let length = 40; length < key.length; length += 7) {
    for (const cut of [true, false]) {
      const left = redact(`before\n${key.slice(0, length)}`, cut);
      // A line's first characters at the very end look like a word; only a text that may be cut treats them as a key's.
      expect(body.filter((line) => left.includes(line.slice(0, 16)))).toEqual([]);
    }
  }
});
