import { appendFileSync } from "node:fs";
import { badRequest, errorResponse } from "./api_error.ts";
import type { CutPoint, Fault, ModelCall, ModelReply } from "./model_call.ts";
import { type CountedPrompt, PromptCache } from "./prompt_cache.ts";
import { readRequest } from "./request.ts";
import { buildEvents, buildFailure, buildResponse, encodeEvent, type StreamEvent } from "./stream.ts";

export interface ModelServerOptions {
  /** Decides what the model says. It may take as long as it likes. */
  readonly respond: (call: ModelCall) => Promise<ModelReply>;
  /** 0: a free one. */
  readonly port?: number;
  readonly hostname?: string;
  /** One JSON line for each request is appended here. */
  readonly logFile?: string | null;
}

/** How often each agent asked in each phase; refused requests are counted under `refused`. */
export interface RequestCounts {
  readonly total: number;
  readonly refused: number;
  readonly agents: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface ModelServer {
  readonly port: number;
  /** What goes into a client's base URL. */
  readonly baseUrl: string;
  counts(): RequestCounts;
  stop(): Promise<void>;
}

const STATUS_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "invalid_request_error",
  403: "invalid_request_error",
  404: "invalid_request_error",
  429: "rate_limit_error",
};

/** A request that is being answered. */
interface Exchange {
  readonly call: ModelCall;
  readonly prompt: CountedPrompt;
  /** To be called when the first part of the answer goes out. */
  readonly begin: () => void;
}

/** Serves the OpenAI Responses API on loopback; `respond` plays the model. */
export function startModelServer(options: ModelServerOptions): ModelServer {
  const agents: Record<string, Record<string, number>> = {};
  let total = 0;
  let refused = 0;
  const cache = new PromptCache();
  const counts = (): RequestCounts => structuredClone({ total, refused, agents });

  const log = (entry: object): void => {
    if (options.logFile) appendFileSync(options.logFile, `${JSON.stringify(entry)}\n`);
  };

  const answer = async (request: Request): Promise<Response> => {
    const index = ++total;
    const call = readRequest(await request.text(), request.headers, { index, signal: request.signal });
    if (!call.ok) {
      refused++;
      log({ index, status: call.error.status, error: call.error.message });
      return errorResponse(call.error);
    }
    const { session, agent, phase, attempt, model, toolOutputs } = call.value;
    agents[agent] ??= {};
    agents[agent][phase] = (agents[agent][phase] ?? 0) + 1;
    const prompt = cache.count(call.value);
    const reply = await options.respond(call.value);
    log({ index, session, agent, phase, attempt, model, toolOutputs: toolOutputs.length, reply: describe(reply) });
    const begin = (): void => {
      // Who has gone away while it waited for its turn was never read.
      if (!request.signal.aborted) cache.learn(prompt);
    };
    return send({ call: call.value, prompt, begin }, reply);
  };

  const server = Bun.serve({
    port: options.port ?? 0,
    hostname: options.hostname ?? "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/__requests" && request.method === "GET") return Response.json(counts());
      if (pathname === "/v1/models" && request.method === "GET") return Response.json({ object: "list", data: [] });
      if (pathname === "/v1/responses") return request.method === "POST" ? answer(request) : wrongMethod(request);
      return errorResponse({
        ...badRequest(`Invalid URL (${request.method} ${pathname})`),
        status: 404,
      });
    },
  });
  const port = server.port ?? 0;
  return { port, baseUrl: `http://127.0.0.1:${port}/v1`, counts, stop: () => server.stop(true) };
}

const wrongMethod = (request: Request): Response =>
  errorResponse({
    ...badRequest(`Not allowed to ${request.method} on /v1/responses (HINT: Perhaps you meant to make a POST request)`),
    status: 405,
    code: "method_not_supported",
  });

const describe = (reply: ModelReply): string =>
  "reply" in reply ? `${reply.kind} ${describe(reply.reply)}` : reply.kind;

async function send(exchange: Exchange, reply: ModelReply): Promise<Response> {
  const { call, prompt } = exchange;
  switch (reply.kind) {
    case "delay":
      await waitUnlessGone(call.signal, reply.delayMs);
      return send(exchange, reply.reply);
    case "fault":
      return reply.inStream ? streamEvents(exchange, failureEvents(call, reply)) : faultResponse(reply);
    case "cut":
      return streamCut(exchange, eventsOf(exchange, reply.reply), reply.at);
    case "hang":
      return streamHang(exchange, eventsOf(exchange, reply.reply).slice(0, reply.afterEvents));
    default: {
      const response = buildResponse(call, prompt, reply);
      if (call.body.stream === true) return streamEvents(exchange, buildEvents(response));
      exchange.begin();
      return Response.json(response);
    }
  }
}

function eventsOf(exchange: Exchange, reply: ModelReply): readonly StreamEvent[] {
  const { call, prompt } = exchange;
  if (reply.kind === "fault") return failureEvents(call, reply);
  return "reply" in reply ? eventsOf(exchange, reply.reply) : buildEvents(buildResponse(call, prompt, reply));
}

const failureEvents = (call: ModelCall, fault: Fault): readonly StreamEvent[] =>
  buildFailure(call, { code: fault.code ?? "server_error", message: faultMessage(fault) });

const faultMessage = (fault: Fault): string => fault.message ?? `Scripted failure (status ${fault.status}).`;

function faultResponse(fault: Fault): Response {
  const type = fault.errorType ?? STATUS_TYPES[fault.status] ?? "server_error";
  const headers: Record<string, string> = {};
  if (fault.retryAfterS !== undefined) headers["retry-after"] = String(fault.retryAfterS);
  const error = { status: fault.status, message: faultMessage(fault), type, param: null, code: fault.code ?? null };
  return errorResponse(error, headers);
}

const EVENT_STREAM = { headers: { "content-type": "text/event-stream", "cache-control": "no-cache" } };

function streamEvents({ begin }: Exchange, events: readonly StreamEvent[]): Response {
  begin();
  return new Response(events.map(encodeEvent).join(""), EVENT_STREAM);
}

function streamCut({ begin }: Exchange, events: readonly StreamEvent[], at: CutPoint): Response {
  const text = "afterEvents" in at ? events.slice(0, at.afterEvents).map(encodeEvent) : events.map(encodeEvent);
  const whole = new TextEncoder().encode(text.join(""));
  const bytes = "afterBytes" in at ? whole.slice(0, at.afterBytes) : whole;
  if (bytes.length > 0) begin();
  return new Response(bytes, EVENT_STREAM);
}

function streamHang({ call, begin }: Exchange, events: readonly StreamEvent[]): Response {
  if (events.length > 0) begin();
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // A first comment makes the status and headers go out even when no event does.
      controller.enqueue(new TextEncoder().encode(`: open\n\n${events.map(encodeEvent).join("")}`));
      call.signal.addEventListener("abort", () => controller.close(), { once: true });
    },
  });
  return new Response(body, EVENT_STREAM);
}

function waitUnlessGone(signal: AbortSignal, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
