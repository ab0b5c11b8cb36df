import { startProgress } from "../../src/views/progress/start_progress.ts";
import { readStory } from "./story.ts";

// A whole run's events through the live view, one in each turn of the event loop.
const [stream, debugPrompt] = process.argv.slice(2);
const out = process.stdout;
const progress = startProgress({
  out,
  stream: stream === "stream",
  debugPrompt: debugPrompt === "debug",
  isTty: out.isTTY === true,
});
for (const event of readStory()) {
  progress.event(event);
  await new Promise((resolve) => setImmediate(resolve));
}
progress.stop();
process.exitCode = 7;
