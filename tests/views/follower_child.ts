import { followEvents } from "../../src/events/read.ts";
import { followLog } from "../../src/views/follow/follower.ts";
import { createStyle } from "../../src/views/style.ts";

// The pane follower as `logs` starts it, with an interrupt that only says that it was asked for.
const [journal = "", name = "", pane = ""] = process.argv.slice(2);
const stop = new AbortController();
await followLog({
  name,
  events: followEvents(journal, { signal: stop.signal }),
  style: createStyle(true),
  pane: pane === "pane",
  stdin: process.stdin,
  stdout: process.stdout,
  onInterrupt: async () => "INTERRUPT-SENT",
  stop,
});
