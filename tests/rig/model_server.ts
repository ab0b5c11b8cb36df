import type { ModelCall, ModelReply } from "../../src/backends/scripted/model_call.ts";
import { type ModelServer, startModelServer } from "../../src/backends/scripted/model_server.ts";

/** A request that waits until the test answers it. */
export interface HeldCall {
  readonly call: ModelCall;
  reply(reply: ModelReply): void;
  /** Answers with a message and no tool calls: the turn's end. */
  say(text: string): void;
}

export interface GatedServer {
  readonly baseUrl: string;
  readonly server: ModelServer;
  /** The next request that nobody has taken yet, of this agent or of any; waits for it. */
  nextCall(agent?: string): Promise<HeldCall>;
  /** Every request so far, answered or not. */
  calls(): readonly ModelCall[];
  /** Requests that have come and that no `nextCall` has taken. */
  untaken(): readonly ModelCall[];
  [Symbol.asyncDispose](): Promise<void>;
}

export interface GatedServerOptions {
  /** Answers by itself what the test does not want to hold; null: hold it. */
  readonly respond?: (call: ModelCall) => ModelReply | null | Promise<ModelReply | null>;
  readonly deadlineMs?: number;
}

interface Waiter {
  readonly agent: string | undefined;
  readonly take: (held: HeldCall) => void;
}

/**
 * A model that the test plays itself: await its next call, see that nobody else has started, let it finish.
 * `await using model = startGatedServer()`.
 */
export function startGatedServer(options: GatedServerOptions = {}): GatedServer {
  const seen: ModelCall[] = [];
  const waiting: HeldCall[] = [];
  const waiters: Waiter[] = [];
  const unanswered = new Set<(reply: ModelReply) => void>();

  const hold = (call: ModelCall): Promise<ModelReply> =>
    new Promise((resolve) => {
      unanswered.add(resolve);
      const reply = (value: ModelReply): void => {
        unanswered.delete(resolve);
        resolve(value);
      };
      const held: HeldCall = { call, reply, say: (text) => reply({ kind: "message", text }) };
      const index = waiters.findIndex(({ agent }) => agent === undefined || agent === call.agent);
      const [waiter] = index === -1 ? [] : waiters.splice(index, 1);
      if (waiter) waiter.take(held);
      else waiting.push(held);
    });

  const server = startModelServer({
    respond: async (call) => {
      seen.push(call);
      return (await options.respond?.(call)) ?? hold(call);
    },
  });

  const nextCall = (agent?: string): Promise<HeldCall> => {
    const index = waiting.findIndex(({ call }) => agent === undefined || call.agent === agent);
    const [held] = index === -1 ? [] : waiting.splice(index, 1);
    if (held) return Promise.resolve(held);
    const { promise, resolve, reject } = Promise.withResolvers<HeldCall>();
    const deadlineMs = options.deadlineMs ?? 20_000;
    const timer = setTimeout(() => {
      waiters.splice(waiters.indexOf(waiter), 1);
      const came = seen.map((call) => `${call.agent}/${call.phase}`).join(", ") || "none";
      reject(new Error(`no call of ${agent ?? "anybody"} within ${deadlineMs} ms; calls so far: ${came}`));
    }, deadlineMs);
    const waiter: Waiter = {
      agent,
      take: (call) => {
        clearTimeout(timer);
        resolve(call);
      },
    };
    waiters.push(waiter);
    return promise;
  };

  return {
    baseUrl: server.baseUrl,
    server,
    nextCall,
    calls: () => [...seen],
    untaken: () => waiting.map(({ call }) => call),
    [Symbol.asyncDispose]: async () => {
      for (const resolve of unanswered) resolve({ kind: "fault", status: 503, message: "The test is over." });
      await server.stop();
    },
  };
}
