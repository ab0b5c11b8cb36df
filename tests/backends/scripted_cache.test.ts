import { expect, test } from "bun:test";
import type { ModelCall, ModelReply } from "../../src/backends/scripted/model_call.ts";
import { PromptCache } from "../../src/backends/scripted/prompt_cache.ts";
import { type GatedServer, startGatedServer } from "../rig/model_server.ts";

const BLOCK_CHARS = 512;
/** Text that repeats nowhere. */
const textOf = (seed: string, blocks: number): string =>
  Array.from({ length: (blocks * BLOCK_CHARS) / 16 }, (_, index) => `${seed}${index}`.padStart(16, ".")).join("");

const message = (text: string, more: object = {}): object => ({
  type: "message",
  role: "user",
  content: [{ type: "input_text", text }],
  ...more,
});

const OK: ModelReply = { kind: "message", text: "ok" };
const RULES = textOf("rule", 20);

interface Answered {
  readonly input_tokens: number;
  readonly input_tokens_details: { readonly cached_tokens: number };
}

/** Asks in one piece; gives what was counted of the input. */
async function ask(model: GatedServer, body: object): Promise<{ readonly input: number; readonly cached: number }> {
  const response = await fetch(`${model.baseUrl}/responses`, {
    method: "POST",
    body: JSON.stringify({ model: "m", stream: false, instructions: RULES, ...body }),
  });
  const { usage } = (await response.json()) as { readonly usage?: Answered };
  return { input: usage?.input_tokens ?? -1, cached: usage?.input_tokens_details.cached_tokens ?? -1 };
}

const answering = (reply: ModelReply = OK) => startGatedServer({ respond: () => reply });

test("what two requests begin with alike is cached for the second one, in whole blocks of 128 tokens", async () => {
  await using model = answering();
  const first = await ask(model, { input: [message("for ann")] });
  expect(first.cached).toBe(0);
  // 20 blocks of instructions, and what stands around them in JSON.
  expect(first.input).toBeWithin(20 * 128, 21 * 128);
  expect(await ask(model, { input: [message("for bob")] })).toEqual({ input: first.input, cached: 20 * 128 });
  const grown = await ask(model, { input: [message("for ann"), message(textOf("more", 5))] });
  expect(grown.cached).toBe(20 * 128);
  const again = await ask(model, { input: [message("for ann"), message(textOf("more", 5)), message("and now?")] });
  expect(again.cached).toBe(25 * 128);
});

test("requests that arrive together find nothing of each other; a later one does, once one answer has begun", async () => {
  await using model = startGatedServer();
  const asked = ["ann", "bob"].map((name) => ask(model, { input: [message(name)] }));
  const held = [await model.nextCall(), await model.nextCall()];
  held[0]?.reply(OK);
  expect(await Promise.race(asked)).toMatchObject({ cached: 0 });
  const late = ask(model, { input: [message("cat")] });
  (await model.nextCall()).reply(OK);
  expect((await late).cached).toBe(20 * 128);
  // It was counted when it came, however long its answer took.
  held[1]?.reply(OK);
  expect((await Promise.all(asked)).map(({ cached }) => cached)).toEqual([0, 0]);
});

test("an id, a cache key or metadata of a thread part nothing; another model or schema parts everything, another tool what follows it", async () => {
  await using model = answering();
  const own = (name: string) => ({
    prompt_cache_key: name,
    client_metadata: { thread_id: name },
    input: [message(textOf("task", 4), { id: `msg_${name}` }), message("x".repeat(600), { id: `msg_2_${name}` })],
  });
  const { input } = await ask(model, own("ann"));
  const whole = Math.floor(input / 128) * 128;
  expect((await ask(model, own("bob"))).cached).toBe(whole);
  expect((await ask(model, { ...own("cat"), model: "other" })).cached).toBe(0);
  const tools = [{ type: "function", name: "f" }];
  expect((await ask(model, { ...own("cat"), tools })).cached).toBe(20 * 128);
  const schema = { type: "object", additionalProperties: false, required: [], properties: {} };
  const text = { format: { type: "json_schema", name: "answer", strict: true, schema } };
  expect((await ask(model, { ...own("cat"), text })).cached).toBe(0);
  expect((await ask(model, own("dan"))).cached).toBe(whole);
});

test("below 1024 tokens nothing is cached", async () => {
  await using model = answering();
  const short = (blocks: number) => ({ instructions: textOf("short", blocks), input: [message("x".repeat(9 * 512))] });
  for (const [blocks, cached] of [[7, 0] as const, [8, 8 * 128] as const]) {
    await ask(model, short(blocks));
    expect((await ask(model, { ...short(blocks), input: [message("y")] })).cached).toBe(cached);
  }
});

test.each<[string, ModelReply, number]>([
  ["a request that was refused has not been read", { kind: "fault", status: 500 }, 0],
  ["nor has one that was cut off before anything came", { kind: "cut", at: { afterEvents: 0 }, reply: OK }, 0],
  ["one whose answer broke off has", { kind: "cut", at: { afterEvents: 1 }, reply: OK }, 20 * 128],
  ["one whose stream reports a failure has", { kind: "fault", status: 500, inStream: true }, 20 * 128],
])("%s", async (_, reply, cached) => {
  const replies = [reply];
  await using model = startGatedServer({ respond: () => replies.shift() ?? OK });
  const body = JSON.stringify({ model: "m", stream: true, instructions: RULES, input: [message("go")] });
  await (await fetch(`${model.baseUrl}/responses`, { method: "POST", body })).arrayBuffer();
  expect((await ask(model, { input: [message("go on")] })).cached).toBe(cached);
});

test("a full cache forgets what was used longest ago, ends before beginnings", () => {
  const cache = new PromptCache(40);
  const callOf = (seed: string): ModelCall =>
    ({ model: "m", input: [], body: { instructions: textOf(seed, 20) } }) as unknown as ModelCall;
  const read = (seed: string): number => {
    const prompt = cache.count(callOf(seed));
    cache.learn(prompt);
    return prompt.cachedInput / 128;
  };
  expect([read("a"), read("b"), read("a"), read("b")]).toEqual([0, 0, 20, 20]);
  const half = cache.count({ ...callOf("c"), body: { instructions: textOf("c", 10) } } as unknown as ModelCall);
  cache.learn(half);
  expect(cache.count(callOf("b")).cachedInput / 128).toBe(20);
  // Half of the oldest one had to go; what is left of it is its beginning.
  expect(cache.count(callOf("a")).cachedInput / 128).toBe(10);
});
