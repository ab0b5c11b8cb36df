import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { sessionPaths } from "../../src/core/paths.ts";
import { measureEarlierRuns } from "../../src/events/durations.ts";

/** What to do with the journals of a folder, in a process that has done nothing before. */
export type JournalOrder =
  /** All lines of one, parsed: what `status` would be without anything of ours. */
  | { readonly do: "parse"; readonly path: string }
  /** The beginnings of several, read: what their durations cannot be had without. */
  | { readonly do: "read"; readonly projectRoot: string; readonly sessions: readonly string[]; readonly bytes: number }
  | { readonly do: "estimate"; readonly projectRoot: string };

/** Prints `{ tookMs, count }`. */
export async function run(text: string): Promise<void> {
  const order = JSON.parse(text) as JournalOrder;
  const beganMs = performance.now();
  const count = carryOut(order);
  console.log(JSON.stringify({ tookMs: performance.now() - beganMs, count }));
}

function carryOut(order: JournalOrder): number {
  switch (order.do) {
    case "parse": {
      const lines = readFileSync(order.path, "utf8").split("\n").slice(0, -1);
      return lines.map((line) => JSON.parse(line) as unknown).length;
    }
    case "read": {
      let bytes = 0;
      const buffer = Buffer.allocUnsafe(1 << 20);
      for (const session of order.sessions) {
        const fd = openSync(sessionPaths(order.projectRoot, session).journal, "r");
        for (let left = order.bytes; left > 0; ) {
          const length = readSync(fd, buffer, 0, Math.min(left, buffer.length), null);
          if (length === 0) break;
          left -= length;
          bytes += length;
        }
        closeSync(fd);
      }
      return bytes;
    }
    case "estimate":
      return Object.keys(measureEarlierRuns(order.projectRoot)?.agents ?? {}).length;
  }
}
