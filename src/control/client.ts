import { createConnection, type Socket } from "node:net";
import { sessionPaths } from "../core/paths.ts";
import { err, ok, type Result } from "../core/result.ts";
import type { ControlReply, ControlRequest } from "./message.ts";
import { readOwner } from "./owner.ts";

export interface ControlProblem {
  readonly kind: "not-running" | "no-answer" | "refused";
  readonly message: string;
}

const ANSWER_WITHIN_MS = 5000;

/** Asks the orchestrator that runs a session for something; `not-running` when there is none. */
export function sendControl(
  projectRoot: string,
  session: string,
  request: ControlRequest,
): Promise<Result<void, ControlProblem>> {
  const owner = readOwner(sessionPaths(projectRoot, session));
  if (!owner) return Promise.resolve(err({ kind: "not-running", message: `${session} is not running` }));
  return new Promise((resolve) => {
    const gone = (how: string) => err({ kind: "not-running", message: `${session} ${how}` } as const);
    const finish = (result: Result<void, ControlProblem>) => {
      clearTimeout(deadline);
      socket?.destroy();
      resolve(result);
    };
    const deadline = setTimeout(
      () => finish(err({ kind: "no-answer", message: `${session} (pid ${owner.pid}) does not answer` })),
      ANSWER_WITHIN_MS,
    );
    const socket = connect(owner.socket);
    if (!socket) return finish(gone("is not running"));
    let answer = "";
    socket.on("error", () => finish(gone("is not running")));
    socket.on("close", () => finish(gone("has just ended")));
    socket.on("data", (chunk) => {
      answer += chunk.toString("utf8");
      if (answer.includes("\n")) finish(readReply(answer));
    });
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
  });
}

/** Bun throws at once where the socket's file is gone, where Node emits an error. */
function connect(path: string): Socket | null {
  try {
    return createConnection(path);
  } catch {
    return null;
  }
}

function readReply(line: string): Result<void, ControlProblem> {
  const reply = JSON.parse(line) as ControlReply;
  return reply.ok ? ok(undefined) : err({ kind: "refused", message: reply.message });
}
