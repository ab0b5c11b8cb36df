import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answering, openSquad } from "../rig/squad.ts";

const ROOT = join(import.meta.dir, "..", "..");

test("groups run in their order, a later one sees what an earlier one answered, and a schema goes with the request", async () => {
  const seen: { agent: string; phase: string; input: string; schema: boolean }[] = [];
  await using rig = openSquad({
    respond: (call) => {
      const { agent, phase } = call;
      seen.push({ agent, phase, input: JSON.stringify(call.input), schema: JSON.stringify(call).includes("findings") });
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
});

test("the smoke configuration goes the whole path", async () => {
  await using rig = openSquad({ respond: answering({ worker: [] }) });
  const { code } = await rig.run("--agents-lark", join(ROOT, "configs", "agents.smoke.lark")).ended;
  expect(code).toBe(0);
  expect((await rig.status()).agents.map(({ id, state }) => `${id} ${state}`)).toEqual([
    "planner finished",
    "researcher finished",
    "builder finished",
    "worker finished",
  ]);
});

test("--concise asks for one sentence and names no specialists; --concise-full does", async () => {
  for (const [flag, agents] of [
    ["--concise", 3],
    ["--concise-full", 4],
  ] as const) {
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
  }
});

test("a file that the user named and that is wrong ends with 2, its place and a caret; nothing is begun", async () => {
  await using rig = openSquad({ respond: answering({}) });
  const file = join(rig.project, "squad.lark");
  writeFileSync(file, "agents = [\n    agent(id = 'a', modle = 'x'),\n]\n");
  const { code, err } = await rig.run("--agents-lark", file).ended;
  expect(code).toBe(2);
  expect(err).toContain("squad.lark:2:21: agent: has no parameter modle");
  expect(err).toContain("                      ^^^^^^^^^^^");
  expect(err).toContain("hint: did you mean model?");
  expect(existsSync(rig.paths.journal)).toBe(false);
});

test("config compile writes what --agents-config takes", async () => {
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
});
