import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSquad } from "../rig/squad.ts";
import { until } from "../rig/wait.ts";

/** A run with the real codex, on a busy machine. */
const RUN_MS = 60_000;
const TASK = Array.from({ length: 800 }, (_, line) => `line ${line} of a long task`).join("\n");
const READERS = `
def reader(name):
    return agent(id = name, role = "Reader", plan_prompt = "Read as %s." % name, follow_up_enabled = False)

agents = [reader(name) for name in ["ann", "bob", "cat"]]
`;

test(
  "agents that start together with a long task follow the first one, and get the task from the provider's cache",
  async () => {
    await using rig = openSquad();
    const { model, project, session } = rig;
    const [task, config] = [join(project, "task.md"), join(project, "readers.lark")];
    writeFileSync(task, TASK);
    writeFileSync(config, READERS);
    const names = ["--prompt-file", task, "--agents-lark", config, "--session", session, "--model", "gpt-5.5"];
    const program = rig.start([...names, "--base-url", model.baseUrl, "--metrics"]);
    const ann = await model.nextCall();
    const notices = await until("both others to say that they wait", () => {
      const seen = rig.eventsOf("turn.notice");
      return seen.length === 2 && seen;
    });
    expect(notices.map(({ agent, message }) => [agent, message])).toEqual(
      ["bob", "cat"].map((agent) => [agent, expect.stringContaining("waits for ann to be answered first")]),
    );
    expect(model.calls().map(({ agent }) => agent)).toEqual(["ann"]);
    ann.reply({ kind: "commands", commands: ["true"] });
    // Both ask while the first one's turn is still open: its first item was enough.
    const rest = [await model.nextCall("ann"), await model.nextCall("bob"), await model.nextCall("cat")];
    expect(rig.eventsOf("turn.finished")).toEqual([]);
    for (const held of rest) held.say(`answer of ${held.call.agent}`);
    const { code, out } = await program.ended;
    expect(code).toBe(0);

    const events = rig.events().map((event) => ("agent" in event ? `${event.agent} ${event.type}` : event.type));
    for (const id of ["bob", "cat"]) {
      expect(events.indexOf(`${id} turn.thread`)).toBeGreaterThan(events.indexOf("ann turn.item"));
      const usage = rig.eventsOf("turn.finished").find(({ agent }) => agent === id)?.usage;
      // All but the end of the prompt, which is the agent's own.
      expect(usage?.cachedInput).toBeGreaterThan((usage?.input ?? 0) - 2 * 128);
      expect(out).toMatch(new RegExp(`^${id} .* 9[789]% `, "m"));
    }
  },
  RUN_MS,
);
