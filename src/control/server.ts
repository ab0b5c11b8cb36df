import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { type ControlReply, type ControlRequest, parseRequest } from "./message.ts";

/** Listens on the session's control socket; a socket file that a dead run left is replaced. */
export async function openControl(
  path: string,
  handle: (request: ControlRequest) => ControlReply,
): Promise<{ close(): Promise<void> }> {
  rmSync(path, { force: true });
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => clients.delete(socket));
    const lines = createInterface({ input: socket });
    // It passes the socket's errors on, and throws them where nobody listens. Who has gone gets no answer.
    lines.on("error", () => {});
    lines.on("line", (line) => {
      const request = parseRequest(line);
      const reply: ControlReply = request ? handle(request) : { ok: false, message: "no such request" };
      if (socket.writable) socket.write(`${JSON.stringify(reply)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        for (const client of clients) client.destroy();
        server.close(() => resolve());
      }),
  };
}
