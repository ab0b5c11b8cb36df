import type { ModelCall } from "./model_call.ts";

const CHARS_PER_TOKEN = 4;
/** A prefix is cached in whole blocks, and not at all below the least: the numbers of the real API. */
const BLOCK_TOKENS = 128;
const LEAST_CACHED_TOKENS = 1024;
const BLOCK_CHARS = BLOCK_TOKENS * CHARS_PER_TOKEN;
/** 8 million tokens in some 4 MB of hashes; the longest unused go first. */
const KEPT_BLOCKS = 64 * 1024;

/** What is counted of a request when it arrives. */
export interface CountedPrompt {
  /** All tokens of the request. */
  readonly input: number;
  /** Those of them that the cache held. */
  readonly cachedInput: number;
  /** For each whole block a hash of everything up to its end. */
  readonly prefixes: readonly bigint[];
}

/**
 * A provider's prompt cache: a block of a request is cached when the whole prefix up to its end stood in an earlier
 * request, to the same model, whose answer had begun. Requests that arrive together thus find nothing of each other.
 * The real API also has `prompt_cache_key` decide which machine answers, so that a hit across threads is likely there
 * and not certain; here all requests meet the same machine.
 */
export class PromptCache {
  readonly #known = new Set<bigint>();
  readonly #keptBlocks: number;

  constructor(keptBlocks = KEPT_BLOCKS) {
    this.#keptBlocks = keptBlocks;
  }

  /** Counts a request by what the cache holds now. */
  count(call: ModelCall): CountedPrompt {
    const text = layOut(call);
    const prefixes: bigint[] = [];
    let prefix = Bun.hash.wyhash(call.model);
    for (let end = BLOCK_CHARS; end <= text.length; end += BLOCK_CHARS) {
      prefix = Bun.hash.wyhash(text.slice(end - BLOCK_CHARS, end), prefix);
      prefixes.push(prefix);
    }
    const unknown = prefixes.findIndex((hash) => !this.#known.has(hash));
    const cached = (unknown === -1 ? prefixes.length : unknown) * BLOCK_TOKENS;
    return {
      input: Math.ceil(text.length / CHARS_PER_TOKEN),
      cachedInput: cached < LEAST_CACHED_TOKENS ? 0 : cached,
      prefixes,
    };
  }

  /** To be called when the answer begins: only then has the model read the request. */
  learn({ prefixes }: CountedPrompt): void {
    // A block is worth nothing without those before it, so the first ones are the last to be forgotten.
    for (const prefix of prefixes.toReversed()) {
      this.#known.delete(prefix);
      this.#known.add(prefix);
    }
    for (const oldest of this.#known) {
      if (this.#known.size <= this.#keptBlocks) break;
      this.#known.delete(oldest);
    }
  }
}

/**
 * A request in the order in which a model reads it. What names one thread or turn (`prompt_cache_key`,
 * `client_metadata`, the items' ids) is for the provider alone; a schema for the answer stands before everything else.
 */
function layOut({ body, input }: ModelCall): string {
  const items = input.map((item) => JSON.stringify({ ...item, id: undefined }));
  const head = [body.reasoning, body.text, body.instructions, body.tools].map((part) => JSON.stringify(part ?? null));
  return [...head, ...items].join("\n");
}
