import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answering, openSquad } from "../rig/squad.ts";

/** A run with the real codex, on a busy machine. */
const RUN_MS = 60_000;
const ROOT = join(import.meta.dir, "..", "..");

test(
  "groups run in their order, a later one sees what an earlier one answered, and a schema goes with the request",
  async () => {
    const seen: { agent: string; phase: string; input: string; schema: boolean }[] = [];
    await using rig = openSquad({
      respond: (call) => {
        const { agent, phase } = call;
        seen.push({
          agent,
          phase,
          input: JSON.stringify(call.input),
          schema: JSON.stringify(call).includes("findings"),
        });
        const text =
          agent === "editor" && phase === "follow-up" ? '{"verdict":"merge","findings":[]}' : `${agent} ${phase}`;
        return { kind: "message", text };
      },
    });
    const file = join(ROOT, "configs", "examples", "review.lark");
    const { code } = await rig.run("--agents-lark", file).ended;
    expect(code).toBe(0);
    const editor = seen.findIndex(({ agent }) => agent === "editor");
    expect(new Set(seen.slice(0, editor).map(({ agent }) => agent))).toEqual(
      new Set(["correctness", "security", "clarity"]),
    );
    expect(editor).toBe(6);
    for (const reader of ["correctness", "security", "clarity"]) {
      expect(seen[editor]?.input).toContain(`${reader} follow-up`);
    }
    expect(seen.at(-1)).toMatchObject({ agent: "editor", phase: "follow-up", schema: true });
  },
  RUN_MS,
);

test(
  "the smoke configuration goes the whole path",
  async () => {
    await using rig = openSquad({ respond: answering({ worker: [] }) });
    const { code } = await rig.run("--agents-lark", join(ROOT, "configs", "agents.smoke.lark")).ended;
    expect(code).toBe(0);
    expect((await rig.status()).agents.map(({ id, state }) => `${id} ${state}`)).toEqual([
      "planner finished",
      "researcher finished",
      "builder finished",
      "worker finished",
    ]);
  },
  RUN_MS,
);

test.each([
  ["--concise", 3],
  ["--concise-full", 4],
])(
  "%s asks for one sentence each of %d agents",
  async (flag, agents) => {
    const prompts: string[] = [];
    const answer = answering({ worker: [] });
    await using rig = openSquad({
      respond: (call) => {
        prompts.push(JSON.stringify(call.input));
        return answer(call);
      },
    });
    const { code } = await rig.run(flag).ended;
    expect(code).toBe(0);
    expect((await rig.status()).agents.length).toBe(agents);
    expect(prompts.every((prompt) => prompt.includes("Answer with exactly one sentence."))).toBe(true);
  },
  RUN_MS,
);

test(
  "a file that the user named and that is wrong ends with 2, its place and a caret; nothing is begun",
  async () => {
    await using rig = openSquad({ respond: answering({}) });
    const file = join(rig.project, "squad.lark");
    writeFileSync(file, "agents = [\n    agent(id = 'a', modle = 'x'),\n]\n");
    const { code, err } = await rig.run("--agents-lark", file).ended;
    expect(code).toBe(2);
    expect(err).toContain("squad.lark:2:21: agent: has no parameter modle");
    expect(err).toContain("                      ^^^^^^^^^^^");
    expect(err).toContain("hint: did you mean model?");
    expect(existsSync(rig.paths.journal)).toBe(false);
  },
  RUN_MS,
);

test(
  "config check tells what there is; a group can be tried alone without an account",
  async () => {
    await using rig = openSquad();
    const file = join(ROOT, "configs", "examples", "review.lark");
    const checked = await rig.command("config", "check", file);
    expect(checked).toMatchObject({ code: 0, err: "" });
    expect(checked.out).toContain("verdict: editor");
    const tried = await rig.command(
      "--groups",
      "review",
      "--agents-lark",
      file,
      "--backend",
      "scripted",
      "Only the readers",
    );
    expect(tried.code).toBe(0);
    expect(tried.out).toContain("3 of 3 agents finished");
  },
  RUN_MS,
);

test(
  "config compile writes what --agents-config takes",
  async () => {
    await using rig = openSquad({ respond: answering({ worker: [] }) });
    mkdirSync(join(rig.project, "configs"));
    const smoke = readFileSync(join(ROOT, "configs", "agents.smoke.lark"));
    writeFileSync(join(rig.project, "configs", "agents.lark"), smoke);
    const compiled = await rig.command("config", "compile");
    expect(compiled.err).toBe("");
    expect(compiled.code).toBe(0);
    const out = join(rig.project, "configs", "agents.out.json");
    expect(compiled.out).toBe(`${out}\n`);
    expect(JSON.parse(readFileSync(out, "utf8")).$schema).toBe("./agents.schema.json");
    const { code } = await rig.run("--agents-config", out).ended;
    expect(code).toBe(0);
  },
  RUN_MS,
);
