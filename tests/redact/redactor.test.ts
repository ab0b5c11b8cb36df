import { expect, test } from "bun:test";
import { describeCounts } from "../../src/redact/describe_counts.ts";
import { openRedactor } from "../../src/redact/open_redactor.ts";
import { PROVIDER_WORDS } from "../../src/redact/provider_shapes.ts";
import { redactValue } from "../../src/redact/redact_value.ts";
import { SHAPES } from "../../src/redact/shapes.ts";
import { PROVIDER_TOKENS, privateKey, scramble } from "./samples.ts";

const VALUE = scramble(24);
const redactorOf = (env: Record<string, string>) => openRedactor(env);
const base64 = (text: string) => Buffer.from(text).toString("base64");

test("a variable's value goes wherever it stands, in every way of writing it, under the variable's name", async () => {
  const awkward = `p"a\\s/s\n${VALUE}&ü`;
  const redactor = await redactorOf({ DEPLOY_TOKEN: VALUE, DB_PASSWORD: awkward, "odd key.1": `${VALUE}X` });
  const json = (text: string) => JSON.stringify(text).slice(1, -1);
  for (const form of [awkward, json(awkward), json(json(awkward)), encodeURIComponent(awkward), base64(awkward)])
    expect(redactor.redact(`<${form}>`)).toMatch(/^<\[redacted:DB_PASSWORD\]\w{0,3}=?=?>$/);
  expect(redactor.redact(`x${VALUE}y ${VALUE}${VALUE}`)).toBe(
    "x[redacted:DEPLOY_TOKEN]y [redacted:DEPLOY_TOKEN][redacted:DEPLOY_TOKEN]",
  );
  // Of two that overlap the longer one names what is left of both.
  expect(redactor.redact(`${VALUE}X`)).toBe("[redacted:odd_key_1]");
  expect(redactor.redact(base64(`${VALUE}\n`))).toMatch(/^\[redacted:DEPLOY_TOKEN\]\w*=*$/);
});

test.each([
  ["empty", ""],
  ["a setting", "true"],
  ["a word", "production"],
  ["a long word", "telecommunications"],
  ["words", "us-east-region"],
  ["short", "a1b2c3"],
  ["a number", "20261124"],
  ["a date", "2026-11-24 10:20:30"],
  ["one letter", "xxxxxxxxxxxx"],
  ["a path that exists", import.meta.path],
])("a variable called like a secret whose value is %s is left alone", async (_, value) => {
  const redactor = await redactorOf({ MY_SECRET: value, API_KEY: value });
  const text = `it is ${value}, true production telecommunications`;
  expect(redactor.redact(text, { cut: true })).toBe(text);
});

test("so is one that is called otherwise, but not a password within its address", async () => {
  const redactor = await redactorOf({ COMMIT: VALUE, KEY_FILE: VALUE, STORE: `redis://me:${VALUE}%40@host/0` });
  expect(redactor.redact(`https://${VALUE}.example.com`)).toContain(VALUE);
  expect(redactor.redact(`[${VALUE}@] [${VALUE}%40]`)).toBe("[[redacted:STORE]] [[redacted:STORE]]");
});

test("a well-known credential counts even as a single word, unless it is one that stands everywhere", async () => {
  expect((await redactorOf({ OPENAI_API_KEY: "localserverkey" })).redact("localserverkey")).toBe(
    "[redacted:OPENAI_API_KEY]",
  );
  expect((await redactorOf({ OPENAI_API_KEY: "test" })).redact("test")).toBe("test");
});

test("a text that stops within a value keeps none of it, a growing one at no length", async () => {
  const redactor = await redactorOf({ DEPLOY_TOKEN: VALUE, LONG_TOKEN: scramble(90) });
  for (let length = 4; length <= VALUE.length; length++)
    expect(redactor.redact(`the key is ${VALUE.slice(0, length)}`, { cut: true })).toBe(
      "the key is [redacted:DEPLOY_TOKEN]",
    );
  // A text that should be whole and stops there all the same: what is too long for chance.
  expect(redactor.redact(`the key is ${VALUE.slice(0, 9)}`)).toBe("the key is [redacted:DEPLOY_TOKEN]");
  expect(redactor.redact(`the key is ${VALUE.slice(0, 5)}`)).toContain(VALUE.slice(0, 5));
});

test("a value of any length is cut off anywhere without leaving a part", async () => {
  const value = scramble(300);
  const redactor = await redactorOf({ LONG_TOKEN: value });
  for (let length = 4; length <= value.length; length++)
    expect(redactor.redact(`${value.slice(0, length)}`, { cut: true })).toBe("[redacted:LONG_TOKEN]");
});

test("of a value of many lines each line counts by itself, also when it is JSON with a key in it", async () => {
  const key = privateKey();
  const account = JSON.stringify({ type: "service_account", private_key: key, client_email: "a@b.example" });
  for (const env of [{ SIGNING_KEY: key }, { GOOGLE_CREDENTIALS: account }]) {
    const redactor = await redactorOf(env);
    const [name] = Object.keys(env);
    const lines = key.split("\n").slice(1, -1);
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(redactor.redact(`1: ${line}\n`)).toBe(`1: [redacted:${name}]\n`);
    expect(redactor.redact("service_account a@b.example RSA, BEGIN")).not.toContain("redacted");
  }
});

test("overlapping secrets leave nothing between them", async () => {
  const [token = ""] = PROVIDER_TOKENS.github ?? [];
  const redactor = await redactorOf({
    DEPLOY_TOKEN: `${token.slice(-10)}:${VALUE}`,
    OTHER_TOKEN: `${VALUE.slice(-6)}@${VALUE}`,
  });
  const text = redactor.redact(`password=${token}:${VALUE}@${VALUE} end`);
  expect(text).toMatch(/^password=\[redacted:\w+\] end$/);
});

test("a text that is no well-formed Unicode is as good as any other", async () => {
  const redactor = await redactorOf({ DEPLOY_TOKEN: VALUE, RARE_TOKEN: `пароль-${VALUE}` });
  const junk = "\uD83D \uFFFD\u0000\u001b[31m\uDC00";
  expect(redactor.redact(junk)).toBe(junk);
  expect(redactor.redact(junk + VALUE + junk)).toBe(`${junk}[redacted:DEPLOY_TOKEN]${junk}`);
  expect(redactor.redact(`${junk}пароль-${VALUE}`)).toBe(`${junk}[redacted:RARE_TOKEN]`);
});

test("data keeps its form: nothing but strings changes, and nothing that parses stops parsing", async () => {
  const redactor = await redactorOf({ DEPLOY_TOKEN: VALUE });
  const data = {
    id: 7,
    list: [VALUE, { [VALUE]: null }],
    password: "hunter2hunter2",
    same: { a: [1] },
    note: "hunter2hunter2",
  };
  const redacted = redactValue(data, redactor) as typeof data;
  expect(redacted).toEqual({
    id: 7,
    list: ["[redacted:DEPLOY_TOKEN]", { "[redacted:DEPLOY_TOKEN]": null }],
    password: "[redacted:assigned]",
    same: { a: [1] },
    note: "hunter2hunter2",
  } as never);
  expect(redacted.same).toBe(data.same);
  const texts = [
    ...Object.values(PROVIDER_TOKENS).flat(),
    VALUE,
    privateKey(),
    `https://u:${VALUE}@h/x`,
    `key=${VALUE}`,
  ];
  for (const text of texts) {
    const parsed = JSON.parse(
      redactor.redact(JSON.stringify({ agents: [{ id: "a", prompt: `use ${text}` }], b: "c" })),
    );
    expect(parsed).toMatchObject({ agents: [{ id: "a" }], b: "c" });
    expect(JSON.stringify(parsed)).not.toContain(text.slice(-12));
  }
});

test("secrets are counted once each, parts of them not at all", async () => {
  const redactor = await redactorOf({ DEPLOY_TOKEN: VALUE });
  expect(describeCounts(redactor.counts)).toBeNull();
  const [first = "", second = ""] = PROVIDER_TOKENS.github ?? [];
  for (const text of [first, first, second, VALUE, base64(VALUE)]) redactor.redact(`x ${text} y`);
  redactor.redact(first.slice(0, 20), { cut: true });
  expect(describeCounts(redactor.counts)).toBe("3 secrets were redacted: DEPLOY_TOKEN, github (2)");
});

/** What makes patterns look again and again: each word, with what could go on behind it, over and over. */
const WORDS = [...Object.values(PROVIDER_WORDS).flat(), ...SHAPES.flatMap(({ words }) => words)];
const FILLERS = [
  "",
  " ",
  "a",
  "-",
  ".",
  "=",
  ": ",
  '="',
  ":a@",
  "\\n",
  "1a".repeat(40),
  `${"a".repeat(200)} `,
  "A7".repeat(600),
  `${"ab ".repeat(30)}.`,
];

test("no text takes longer than its length: each word, and what may follow it, over and over", async () => {
  const redactor = await redactorOf({ DEPLOY_TOKEN: VALUE });
  // Time of the processor, not of the clock: others may be working here as well.
  const measureMs = (word: string, length: number): number => {
    const texts = FILLERS.map((filler) => `${word}${filler}`.repeat(Math.ceil(length / (word.length + filler.length))));
    const before = process.cpuUsage();
    for (const text of texts) redactor.redact(text);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  const best = (word: string, length: number) => Math.min(...[1, 2, 3].map(() => measureMs(word, length)));
  for (const word of WORDS) measureMs(word, 4096);
  const growths = WORDS.map((word) => ({ word, growth: best(word, 32 * 1024) / Math.max(0.5, best(word, 4 * 1024)) }));
  // Eight times the length takes eight times as long; what is quadratic takes 64 times.
  expect(growths.filter(({ growth }) => growth > 30)).toEqual([]);
}, 60_000);

test("a megabyte of base64 or of one line is nothing special", async () => {
  const redactor = await redactorOf({ DEPLOY_TOKEN: VALUE });
  const bytes = Buffer.from(Array.from({ length: 3 * 2 ** 18 }, (_, at) => (at * 2654435761) >>> 24));
  for (const text of [bytes.toString("base64"), "A".repeat(2 ** 20)]) {
    const beganMs = performance.now();
    expect(redactor.redact(`${text} ${VALUE} ${text}`)).toBe(`${text} [redacted:DEPLOY_TOKEN] ${text}`);
    expect(performance.now() - beganMs).toBeLessThan(2000);
  }
});
