import { createConnection } from "node:net";
import { createInterface } from "node:readline";
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
    const socket = createConnection(owner.socket);
    const finish = (result: Result<void, ControlProblem>) => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(result);
    };
    const deadline = setTimeout(
      () => finish(err({ kind: "no-answer", message: `${session} (pid ${owner.pid}) does not answer` })),
      ANSWER_WITHIN_MS,
    );
    socket.on("error", () => finish(err({ kind: "not-running", message: `${session} is not running` })));
    socket.on("close", () => finish(err({ kind: "not-running", message: `${session} has just ended` })));
    createInterface({ input: socket }).once("line", (line) => {
      const reply = JSON.parse(line) as ControlReply;
      finish(reply.ok ? ok(undefined) : err({ kind: "refused", message: reply.message }));
    });
    socket.write(`${JSON.stringify(request)}\n`);
  });
}
