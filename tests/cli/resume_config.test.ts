// budget 120 s
import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ResumableRun } from "../../src/cli/resumable.ts";
import { answering, openSquad, type SquadRig } from "../rig/squad.ts";

const RUN_MS = 60_000;

function writeSquad(rig: SquadRig, second: string, more = ""): void {
  mkdirSync(join(rig.project, "configs"), { recursive: true });
  writeFileSync(
    join(rig.project, "configs", "agents.lark"),
    `agents = [
    agent(id = "first", plan_prompt = "begin", follow_up_enabled = False),
    agent(id = "second", plan_prompt = "${second}", follow_up_enabled = False, depends_on = ["first"]),
    ${more}
]
`,
  );
}

/** A run that is stopped when its first agent has ended. */
async function stopAfterFirst(rig: SquadRig): Promise<void> {
  const run = rig.run();
  const call = await rig.model.nextCall("first");
  expect(await rig.command("interrupt")).toMatchObject({ code: 0 });
  call.say("done");
  expect((await run.ended).code).toBe(4);
}

const openStopped = (): SquadRig =>
  openSquad({ respond: (call) => (call.agent === "first" ? null : answering({})(call)) });

test(
  "a changed configuration is shown at the resume, and the run keeps its own",
  async () => {
    await using rig = openStopped();
    writeSquad(rig, "go on");
    await stopAfterFirst(rig);
    writeSquad(rig, "go elsewhere");
    const resumed = await rig.command("resume");
    expect(resumed.code).toBe(0);
    expect(resumed.err).toContain("the configuration has changed since: agent second: prompt");
    expect(resumed.err).toContain("--with-new-config takes the new one for what has not begun");
    expect(rig.model.calls().at(-1)?.prompt).toContain("go on");
  },
  RUN_MS,
);

test(
  "--with-new-config takes the new one for what has not begun, and the next resume knows it",
  async () => {
    await using rig = openStopped();
    writeSquad(rig, "go on");
    await stopAfterFirst(rig);
    writeSquad(rig, "go elsewhere", 'agent(id = "third", plan_prompt = "late")');
    const resumed = await rig.command("resume", "--with-new-config");
    expect(resumed.code).toBe(0);
    expect(resumed.err).toContain("agent third is new, and its group has begun without it");
    expect(rig.model.calls().at(-1)?.prompt).toContain("go elsewhere");
    expect(rig.eventsOf("run.resumed")[0]?.plan?.groups[0]?.agents).toHaveLength(3);
    expect(await rig.command("audit", "verify")).toMatchObject({ code: 0 });
  },
  RUN_MS,
);

test(
  "a configuration that cannot be used any more stops only who asks for it",
  async () => {
    await using rig = openStopped();
    writeSquad(rig, "go on");
    await stopAfterFirst(rig);
    const file = join(rig.project, "squad.lark");
    writeFileSync(join(rig.project, "configs/agents.lark"), 'groups = [group("other", [agent("first")])]\n');
    const asked = await rig.command("resume", "--with-new-config");
    expect(asked.code).toBe(2);
    expect(asked.err).toContain("groups that have begun (core) are gone or in another order");
    expect(asked.err).toContain("leave out --with-new-config");
    rmSync(file, { force: true });
    writeFileSync(join(rig.project, "configs/agents.lark"), 'agents = [agent(id = "first", plan_prompt = "begin")]\n');
    const dropped = await rig.command("resume", "--with-new-config");
    expect(dropped.code).toBe(2);
    expect(dropped.err).toContain("what the run still has to do would be lost: agent second is gone");
    expect((await rig.command("resume")).code).toBe(0);
  },
  RUN_MS,
);

test(
  "a broken configuration of the project is refused by --with-new-config, never replaced by the built-in squad",
  async () => {
    await using rig = openStopped();
    writeSquad(rig, "go on");
    await stopAfterFirst(rig);
    writeFileSync(join(rig.project, "configs/agents.lark"), "groups = [\n");
    const asked = await rig.command("resume", "--with-new-config");
    expect(asked.code).toBe(2);
    expect(asked.err).toMatch(/agents\.lark:\d+:\d+/);
    expect((await rig.command("resume")).code).toBe(0);
    expect(rig.model.calls().at(-1)?.prompt).toContain("go on");
  },
  RUN_MS,
);

test(
  "resume --list shows what can be resumed, and where it would go on",
  async () => {
    await using rig = openStopped();
    expect(await rig.command("resume", "--list")).toMatchObject({ code: 0, out: "" });
    writeSquad(rig, "go on");
    await stopAfterFirst(rig);
    const listed = await rig.command("resume", "--list");
    expect(listed.out).toContain("s1");
    expect(listed.out).toContain("goes on with: second plan");
    const [run] = JSON.parse((await rig.command("resume", "--list", "--json")).out) as ResumableRun[];
    expect(run).toMatchObject({
      session: "s1",
      state: "stopped",
      next: [{ agent: "second", phase: "plan", attempt: 1, continues: false }],
    });
    const lines = readFileSync(rig.paths.journal, "utf8").split("\n");
    writeFileSync(rig.paths.journal, [lines[0], ...lines.slice(2)].join("\n"));
    const [damaged] = JSON.parse((await rig.command("resume", "--list", "--json")).out) as ResumableRun[];
    expect(damaged).toMatchObject({ state: "damaged", next: [] });
  },
  RUN_MS,
);
