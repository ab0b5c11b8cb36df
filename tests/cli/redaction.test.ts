// budget 60 s
import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { convertJsonToKdl } from "zellij-toolkit";
import { writeLayoutFile } from "../../src/launch/layout_file.ts";
import { layoutOf } from "../../src/launch/pane_commands.ts";
import { startOrchestrator } from "../../src/launch/start_orchestrator.ts";
import { privateKey, scramble } from "../redact/samples.ts";
import { PROGRAM } from "../rig/program.ts";
import { answering, openSquad, type SquadRig } from "../rig/squad.ts";

/** A secret of each way in: the environment, the prompt, an answer, a blueprint, a command, its output, an address. */
const CANARIES = {
  environment: scramble(32),
  password: `${scramble(10)}"\\${scramble(10)}`,
  prompt: `ghp_${scramble(36)}`,
  answer: privateKey(),
  blueprint: `glpat-${scramble(20)}`,
  command: `xoxb-${scramble(12, "digits")}-${scramble(24)}`,
  output: `eyJ${scramble(33)}.eyJ${scramble(60)}.${scramble(43)}`,
  address: scramble(20),
};
const ENV = { DEPLOY_TOKEN: CANARIES.environment, DB_PASSWORD: CANARIES.password };

/** So much of a secret is a leak. */
const PART = 12;

const parts = Object.entries(CANARIES).flatMap(([name, secret]) =>
  secret
    .split(/[\n"\\]|-----/)
    .filter((line) => line.length >= PART && !/PRIVATE KEY/.test(line))
    .flatMap((line) =>
      Array.from({ length: line.length - PART + 1 }, (_, at) => ({
        name,
        bytes: Buffer.from(line.slice(at, at + PART)),
      })),
    ),
);

/** Files below a folder that hold a part of a secret, with which one. */
function findLeaks(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => statSync(path).isFile());
  return files.flatMap((path) => {
    const bytes = readFileSync(path);
    const names = parts.filter((part) => bytes.includes(part.bytes)).map(({ name }) => name);
    return [...new Set(names)].map((name) => `${path}: ${name}`);
  });
}

/** Everybody tells a secret: the planner in its answer, the builder in its blueprint, the specialist by a command. */
function openTellingSquad(): SquadRig {
  const specialist = { id: "a", role: "the a", prompt: `deploy with ${CANARIES.blueprint}`, dependsOn: [] };
  const output = Buffer.from(`KEY=${CANARIES.output}\nagain: ${CANARIES.environment} ${CANARIES.password}\n`);
  return openSquad({
    env: ENV,
    respond: answering({}, (call) => {
      if (call.agent === "planner")
        return { kind: "message", text: `use "${CANARIES.answer}" or ${CANARIES.password}` };
      if (call.agent === "builder" && call.phase !== "plan") return { kind: "json", value: { agents: [specialist] } };
      if (call.agent !== "a") return null;
      const command = `echo ${CANARIES.command}; echo ${output.toString("hex")} | xxd -r -p | cat; echo end`;
      return call.toolOutputs.length === 0
        ? { kind: "commands", commands: [command] }
        : { kind: "message", text: `done; ${JSON.stringify({ password: CANARIES.password })}` };
    }),
  });
}

const promptOf = () => `Ship it with ${CANARIES.prompt} and ${CANARIES.environment}`;

const secretsAsked = (rig: SquadRig): string[] => {
  const asked = rig.model.calls().map(({ prompt }) => Buffer.from(prompt));
  return [
    ...new Set(parts.filter(({ bytes }) => asked.some((prompt) => prompt.includes(bytes))).map(({ name }) => name)),
  ];
};

test("no byte of a secret is written below the project folder, whichever way it comes in, and the run goes on without", async () => {
  await using rig = openTellingSquad();
  const base = ["--base-url", rig.model.baseUrl, "--model", "gpt-5.5", "--session", "s1"];
  const ended = await rig.start(["--prompt", promptOf(), ...base]).ended;
  expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: "" });
  expect(ended.out).toMatch(/! \d+ secrets were redacted: .*DEPLOY_TOKEN.*github/);
  expect(parts.filter(({ bytes }) => Buffer.from(ended.out).includes(bytes))).toEqual([]);
  expect(secretsAsked(rig)).toEqual([]);
  const prompts = rig.model.calls().map(({ agent, phase, prompt }) => ({ turn: `${agent}/${phase}`, prompt }));
  const promptFor = (turn: string) => prompts.find((one) => one.turn === turn)?.prompt;
  expect(promptFor("planner/plan")).toContain("Ship it with [redacted:github] and [redacted:DEPLOY_TOKEN]");
  expect(promptFor("researcher/plan")).toContain('use "[redacted:private-key]" or [redacted:DB_PASSWORD]');
  expect(promptFor("a/work")).toContain("deploy with [redacted:gitlab]");
  // What was sent is what is recorded.
  const recorded = rig.eventsOf("turn.started").map(({ prompt }) => prompt);
  expect(new Set(prompts.map(({ prompt }) => prompt))).toEqual(new Set(recorded));
  const commands = rig.eventsOf("turn.item").flatMap(({ item }) => (item.kind === "command" ? [item] : []));
  expect(commands.at(-1)?.command).toContain("echo [redacted:slack]");
  expect(commands.at(-1)?.output).toBe(
    "[redacted:slack]\nKEY=[redacted:jwt]\nagain: [redacted:DEPLOY_TOKEN] [redacted:DB_PASSWORD]\nend\n",
  );
  writeLayoutFile(rig.paths, convertJsonToKdl(layoutOf(rig.paths)));
  expect(findLeaks(rig.project)).toEqual([]);
  expect(readdirSync(rig.project).sort()).toEqual([
    ".agentfs",
    ".git",
    ".orchestrator",
    "logs",
    "memory",
    "zellij.kdl",
  ]);
  expect(await rig.command("audit", "verify")).toMatchObject({ code: 0 });
  expect((await rig.command("events", "--type", "run.notice")).out).toMatch(/secrets were redacted: .*github/);
}, 40_000);

test("nor by an orchestrator in the background, whose every word goes into a file", async () => {
  await using rig = openTellingSquad();
  const env = { ...rig.home.env, ORCHESTRATED_CODEX_BASE_URL: rig.model.baseUrl };
  const run = (...flags: string[]) =>
    startOrchestrator({
      paths: rig.paths,
      command: [
        ...PROGRAM,
        "--headless",
        "--session",
        "s1",
        "--model",
        "gpt-5.5",
        "--stream",
        "--prompt-file",
        "-",
        ...flags,
      ],
      input: promptOf(),
      env,
    });
  const refused = await run("--scenario", CANARIES.environment, "--backend", "scripted");
  expect(refused.ok).toBe(false);
  const started = await run();
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  expect(await started.value.exited).toBe(0);
  const diagnostics = readFileSync(rig.paths.diagnostics, "utf8");
  expect(diagnostics).toContain("[redacted:DEPLOY_TOKEN]");
  expect(diagnostics).toContain("[redacted:jwt]");
  expect(findLeaks(rig.project)).toEqual([]);
}, 40_000);

test("a password in the server's address is used, not stored, and asked for again by resume", async () => {
  let asked = 0;
  await using rig = openSquad({
    respond: () =>
      ++asked === 1 ? { kind: "fault", status: 400, message: "no" } : { kind: "message", text: "the plan" },
  });
  const address = rig.model.baseUrl.replace("http://", `http://me:${CANARIES.address}@`);
  const failed = await rig.start([
    "--prompt",
    "Ship it",
    "--base-url",
    address,
    "--model",
    "gpt-5.5",
    "--session",
    "s1",
    "--agents",
    "planner",
  ]).ended;
  expect(failed.code).toBe(1);
  const [started] = rig.eventsOf("run.started");
  expect(started?.settings.baseUrl).toMatch(/^http:\/\/me:\[redacted:[\w-]+\]@127\.0\.0\.1:\d+\/v1$/);
  const without = await rig.command("resume", "s1");
  expect(without.code).toBe(3);
  expect(without.err).toContain("the model server's address needs its secret part again");
  expect(without.err).toContain("ORCHESTRATED_CODEX_BASE_URL=URL codex-squad resume s1");
  const resume = (url: string) =>
    rig.start(["resume", "s1"], { env: { ...rig.home.env, ORCHESTRATED_CODEX_BASE_URL: url } }).ended;
  expect((await resume("http://me:pw@elsewhere/v1")).code).toBe(3);
  expect(await resume(address)).toMatchObject({ code: 0, err: "" });
  expect(findLeaks(rig.project)).toEqual([]);
}, 40_000);

test("a leak would be found: in a file, in a database's bytes", async () => {
  await using rig = openSquad();
  writeFileSync(join(rig.project, "x.db-wal"), `\u0000${CANARIES.prompt.slice(3, 3 + PART)}\u0000`);
  expect(findLeaks(rig.project)).toEqual([`${join(rig.project, "x.db-wal")}: prompt`]);
});
