import { expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { NO_USAGE } from "../../src/core/usage.ts";
import { createJournal } from "../../src/events/journal.ts";
import { readEvents } from "../../src/events/read.ts";
import { redactDraft } from "../../src/events/redact_draft.ts";
import { openRedactor } from "../../src/redact/open_redactor.ts";
import { apply } from "../../src/scheduler/apply.ts";
import { startRun } from "../../src/scheduler/run.ts";
import { emptyState } from "../../src/scheduler/state.ts";
import { next } from "../../src/squad/story.ts";
import { scramble } from "../redact/samples.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { agent, planOf, runStarted } from "../rig/simulated_run.ts";

test("a turn gets the prompt that is in the journal, and the state the answer that is", async () => {
  using folder = temporaryFolder();
  const secret = scramble(32);
  const redactor = await openRedactor({ DEPLOY_TOKEN: secret });
  const path = join(folder.path, "journal.jsonl");
  const created = createJournal(path, systemClock, (draft) => redactDraft(draft, redactor));
  if (!created.ok) throw new Error(created.error.message);
  const state = emptyState();
  const begun = created.value.append(runStarted(planOf(agent("ann"))));
  if (begun.ok) apply(state, begun.value);
  const prompts: string[] = [];
  const run = startRun({
    state,
    journal: created.value,
    next,
    // A secret that comes together only here, out of parts that are none.
    writePrompt: () => `log in with ${secret}`,
    runTurn: async ({ order, prompt }) => {
      prompts.push(prompt);
      const { agent, phase, attempt } = order;
      return {
        type: "turn.finished",
        agent,
        phase,
        attempt,
        threadId: "t",
        text: secret,
        usage: NO_USAGE,
        durationMs: 1,
      };
    },
    observe: async () => ({ changed: null, files: [], more: 0, digest: null }),
    watch: () => {},
  });
  expect((await run.done).ok).toBe(true);
  await created.value.close();
  expect(prompts).toEqual(["log in with [redacted:DEPLOY_TOKEN]"]);
  expect(state.agents.get("ann")?.answers.get("work")).toBe("[redacted:DEPLOY_TOKEN]");
  const replayed = emptyState();
  for (const event of readEvents(path)) apply(replayed, event);
  expect(replayed.agents.get("ann")).toEqual(state.agents.get("ann"));
});
