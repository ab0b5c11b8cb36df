import type { Usage } from "../../core/usage.ts";

/** One item of a Responses API conversation, checked only as far as `request.ts` says. */
export type InputItem = Readonly<Record<string, unknown>> & { readonly type: string };

/** What a tool gave back to the model within the turn that is going on. */
export interface ToolOutput {
  readonly callId: string;
  readonly text: string;
}

/**
 * One request to the model. Everything in it comes from the request itself, so that two turns at the same time cannot
 * mix; `index` alone is the order of arrival, and only for logs.
 */
export interface ModelCall {
  readonly index: number;
  readonly session: string;
  readonly agent: string;
  readonly phase: string;
  readonly attempt: number;
  readonly model: string;
  /** Names of the tools that the client offers. */
  readonly tools: readonly string[];
  /** JSON Schema that the answer must fit. */
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly input: readonly InputItem[];
  /** The user's message that began this turn. */
  readonly prompt: string;
  /** Tool results since then, in order: how far a turn of several steps has come. */
  readonly toolOutputs: readonly ToolOutput[];
  /** The request's JSON as it came. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

interface Answer {
  /** Left out: counted from what is asked and answered, with what the prompt cache held. */
  readonly usage?: Usage;
  /** A reasoning summary that comes before the rest. */
  readonly reasoning?: string;
  /** A message that comes before the tool calls. */
  readonly say?: string;
}

export interface Fault {
  readonly status: number;
  readonly code?: string;
  readonly errorType?: string;
  readonly message?: string;
  readonly retryAfterS?: number;
  /** The stream begins well (status 200) and then reports the failure as `response.failed`. */
  readonly inStream?: boolean;
}

/** Where a stream ends too early. */
export type CutPoint = { readonly afterEvents: number } | { readonly afterBytes: number };

/** What the model does with a call. */
export type ModelReply =
  | ({ readonly kind: "message"; readonly text: string } & Answer)
  | ({ readonly kind: "json"; readonly value: unknown } & Answer)
  | ({ readonly kind: "commands"; readonly commands: readonly string[] } & Answer)
  | ({ readonly kind: "patch"; readonly patch: string } & Answer)
  /** Ask again for the output of a command that still runs. */
  | ({ readonly kind: "poll"; readonly commandSession: number } & Answer)
  | ({ readonly kind: "fault" } & Fault)
  | { readonly kind: "cut"; readonly at: CutPoint; readonly reply: ModelReply }
  /** The stream begins (`afterEvents` of `reply` are sent) and then stays silent until the client goes away. */
  | { readonly kind: "hang"; readonly afterEvents: number; readonly reply: ModelReply }
  | { readonly kind: "delay"; readonly delayMs: number; readonly reply: ModelReply };
