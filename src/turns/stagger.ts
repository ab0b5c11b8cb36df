import type { TurnRequest } from "../backends/backend.ts";
import type { EventDraft } from "../events/event.ts";

/** Providers cache no prefix below 1024 tokens, and go by blocks of 128 above; four characters a token. */
const LEAST_SHARED_CHARS = 4 * 1024;
const BLOCK_CHARS = 512;
const CHARS_PER_TOKEN = 4;
/**
 * Longest wait. By then a provider has read any prompt, though a model that thinks at length may have shown nothing yet;
 * and a server that answers only when everybody has asked costs no more than this.
 */
export const STAGGER_LIMIT_MS = 5_000;
/** What was read stays cached for some minutes at least; so many of the newest prompts are remembered. */
const KEPT_MS = 5 * 60_000;
const KEPT_PROMPTS = 32;

/** Time as staggering needs it; tests hand in their own. */
export interface StaggerClock {
  nowMs(): number;
  /** Calls back once; gives what prevents it. */
  startTimer(callback: () => void, delayMs: number): () => void;
}

const SYSTEM_CLOCK: StaggerClock = {
  nowMs: () => performance.now(),
  startTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Why a turn is not sent yet. */
export interface StaggerWait {
  /** Whose first sign of life it waits for. */
  readonly leader: string;
  readonly sharedTokens: number;
  readonly limitMs: number;
}

/** A wait in words. */
export const describeWait = ({ leader, sharedTokens, limitMs }: StaggerWait): string =>
  `waits for ${leader} to be answered first, at most ${limitMs / 1000} s: their prompts begin with the same ` +
  `${sharedTokens.toLocaleString("en-US")} tokens, which can then come from the provider's cache`;

/** A turn on its way. */
export interface SentTurn {
  /** Everything that happens in the turn. */
  hear(event: EventDraft): void;
  end(): void;
}

/**
 * Holds back a turn whose prompt begins as that of another one which was just sent: a provider can give the common part
 * from its cache (for a tenth of the price, and sooner) only when it has begun to answer the first. The contract:
 *
 * - Only turns that open a thread wait or are waited for, and only if what codex puts before their prompts is the same.
 * - A turn waits for one leader that has been sent, until that one shows its first item, fails, ends, or has been out for
 *   the limit; then everybody who waits for it goes at once. Who waits is nobody's leader, and nobody waits twice.
 * - Nobody waits for what the provider has read already from somebody else.
 */
export class Stagger {
  readonly #leaders = new Set<Leader>();
  #read: { readonly turn: OpeningTurn; readonly atMs: number }[] = [];
  readonly #clock: StaggerClock;

  constructor(clock: StaggerClock = SYSTEM_CLOCK) {
    this.#clock = clock;
  }

  /** Resolves when the turn may be sent, within the call itself when nothing is to wait for; an abort ends the wait. */
  async admit(request: TurnRequest, signal: AbortSignal, onWait: (wait: StaggerWait) => void): Promise<SentTurn> {
    // Too short to share enough with anybody.
    if (request.threadId !== null || request.prompt.length < LEAST_SHARED_CHARS) return UNHEARD;
    const turn = { agent: request.agent, setting: describeSetting(request), prompt: request.prompt };
    const found = this.#findLeader(turn);
    if (found) {
      const sharedTokens = Math.floor(found.sharedChars / CHARS_PER_TOKEN);
      onWait({ leader: found.leader.turn.agent, sharedTokens, limitMs: STAGGER_LIMIT_MS });
      await settledOrAborted(found.leader.settled, signal);
    }
    return this.#lead(turn);
  }

  /** The leader that shares most, if waiting for it saves enough over what has been read already. */
  #findLeader(turn: OpeningTurn): { readonly leader: Leader; readonly sharedChars: number } | null {
    const oldestMs = this.#clock.nowMs() - KEPT_MS;
    this.#read = this.#read.filter(({ atMs }) => atMs > oldestMs);
    const readChars = Math.max(0, ...this.#read.map((read) => measureShared(read.turn, turn)));
    let best: { leader: Leader; sharedChars: number } | null = null;
    for (const leader of this.#leaders) {
      const sharedChars = measureShared(leader.turn, turn);
      if (sharedChars - readChars < LEAST_SHARED_CHARS) continue;
      if (!best || sharedChars > best.sharedChars) best = { leader, sharedChars };
    }
    return best;
  }

  #lead(turn: OpeningTurn): SentTurn {
    const { promise, resolve } = Promise.withResolvers<void>();
    const leader: Leader = { turn, settled: promise };
    const settle = (isRead: boolean): void => {
      if (!this.#leaders.delete(leader)) return;
      stopTimer();
      if (isRead) this.#read = [...this.#read, { turn, atMs: this.#clock.nowMs() }].slice(-KEPT_PROMPTS);
      resolve();
    };
    this.#leaders.add(leader);
    const stopTimer = this.#clock.startTimer(() => settle(true), STAGGER_LIMIT_MS);
    return {
      hear(event) {
        // Codex has warnings of its own before it asks the model at all.
        if (event.type === "turn.item" && event.item.kind !== "warning") settle(true);
        if (event.type === "turn.retried") settle(false);
      },
      end: () => settle(false),
    };
  }
}

interface OpeningTurn {
  readonly agent: string;
  readonly setting: string;
  readonly prompt: string;
}

/** A turn that has been sent and has shown nothing yet. */
interface Leader {
  readonly turn: OpeningTurn;
  readonly settled: Promise<void>;
}

const UNHEARD: SentTurn = { hear() {}, end() {} };

/** All that decides what the model reads before the prompt: tools, instructions, permissions, folder, schema. */
function describeSetting(request: TurnRequest): string {
  const { model, reasoningEffort, sandbox, network, webSearch, workspace, outputSchema } = request;
  return JSON.stringify([model, reasoningEffort, sandbox, network, webSearch, workspace, outputSchema]);
}

/** How far two prompts are the same, in whole blocks. */
function measureShared(a: OpeningTurn, b: OpeningTurn): number {
  if (a.setting !== b.setting) return 0;
  const most = Math.min(a.prompt.length, b.prompt.length);
  let shared = 0;
  while (shared + BLOCK_CHARS <= most) {
    const next = shared + BLOCK_CHARS;
    if (a.prompt.slice(shared, next) !== b.prompt.slice(shared, next)) break;
    shared = next;
  }
  return shared;
}

async function settledOrAborted(settled: Promise<void>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  signal.addEventListener("abort", stop, { once: true });
  await Promise.race([settled, promise]);
  signal.removeEventListener("abort", stop);
}
