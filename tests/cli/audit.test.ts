// budget 240 s
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ModelCall } from "../../src/backends/scripted/model_call.ts";
import { answering, openSquad, type SquadRig } from "../rig/squad.ts";

/** A key beside the project, where no agent of the run looks, made as README says. */
function makeKey(rig: SquadRig): string {
  const key = join(dirname(rig.project), "audit.key");
  Bun.spawnSync(["sh", "-c", 'head -c 32 /dev/urandom | base64 > "$0"', key]);
  return key;
}

/** The block of README under "Audit". */
test("a sealed run is verified, exported, compared with another, and rebuilt", async () => {
  await using rig = openSquad({ respond: answering({ one: [], two: [] }) });
  const key = makeKey(rig);
  expect(await rig.run("--audit-key", key).ended).toMatchObject({ code: 0, err: "" });
  const verified = await rig.command("audit", "verify", "s1", "--audit-key", key);
  expect(verified).toMatchObject({ code: 0, err: "" });
  const { seq } = rig.events().at(-1) ?? { seq: 0 };
  expect(verified.out).toContain(`s1: intact, ${seq} events`);
  expect(verified.out).toContain("memory/artifacts.agentfs.db: 8 files, as the journal says");
  expect(verified.out).toContain(`sealed: events 1 to ${seq}, at 20`);
  const held = Bun.spawnSync(["grep", "-rlFf", key, dirname(rig.project)]).stdout.toString();
  expect(held).toBe(`${key}\n`);
  expect(readFileSync(rig.paths.journal, "utf8")).not.toContain(key);

  // Anybody with the key can check a seal: the command of README.
  const { session, head, at, hmac } = JSON.parse(readFileSync(rig.paths.seals, "utf8"));
  const lines = "printf 'codex-squad seal 1\\n%s\\n%s\\n%s\\n%s\\n'";
  const command = `${lines} ${session} ${seq} ${head} ${at} | openssl dgst -sha256 -hmac "$(cat ${key})"`;
  if (Bun.which("openssl")) expect(Bun.spawnSync(["sh", "-c", command]).stdout.toString()).toContain(hmac);

  const journal = readFileSync(rig.paths.journal, "utf8");
  writeFileSync(rig.paths.journal, `${journal.trimEnd().split("\n").slice(0, -1).join("\n")}\n`);
  const alone = await rig.command("audit", "verify", "s1", "--journal-only");
  expect(alone).toMatchObject({ code: 0, out: expect.stringContaining("intact") });
  const cut = await rig.command("audit", "verify", "s1", "--journal-only", "--audit-key", key);
  expect(cut).toMatchObject({ code: 1, out: expect.stringContaining(`sealed with ${seq} events`) });
  writeFileSync(rig.paths.journal, journal);

  const flags = ["--base-url", rig.model.baseUrl, "--model", "gpt-5.5", "--no-memory"];
  expect(await rig.start(["--prompt", "Ship the MVP", "--session", "s2", ...flags]).ended).toMatchObject({ code: 0 });
  const compared = await rig.command("audit", "diff", "s1", "s2");
  expect({ code: compared.code, err: compared.err }).toEqual({ code: 0, err: "" });
  expect(compared.out).toContain("the two runs are the same");

  const exported = await rig.command("audit", "export", "--session", "s1", "--out", "s1.tar.zst");
  expect(exported).toMatchObject({ code: 0, err: "" });
  const listed = Bun.spawnSync(["sh", "-c", "zstd -dc s1.tar.zst | tar -tf -"], { cwd: rig.project }).stdout.toString();
  for (const name of ["manifest.json", "journal.jsonl", "seals.jsonl", "report.txt", "logs/planner.log"]) {
    expect(listed.split("\n")).toContain(`s1/${name}`);
  }
  expect(listed).not.toContain("s2");

  const actions = join(rig.project, ".agentfs/agent-db.db");
  Bun.spawnSync(["mv", actions, join(rig.project, "evidence.db")]);
  const lost = await rig.command("audit", "verify", "s1");
  expect(lost).toMatchObject({ code: 1, err: expect.stringContaining("codex-squad audit rebuild s1") });
  expect(await rig.command("audit", "rebuild", "--all")).toMatchObject({ code: 0, err: "" });
  for (const session of ["s1", "s2"]) expect(await rig.command("audit", "verify", session)).toMatchObject({ code: 0 });

  const database = new Database(actions);
  database.query("UPDATE fs_data SET data = replace(data, 'Ship the MVP', 'Sink the MVP')").run();
  database.close();
  const unhealed = await rig.command("audit", "rebuild", "s1");
  expect(unhealed).toMatchObject({ code: 1, err: expect.stringContaining("audit rebuild --all") });
  expect(unhealed.out).toContain("/runs/s1/run.json differs from the journal");
}, 240_000);

test("a resume without the key says that its end is not sealed, and the audit finds it", async () => {
  const isHeld = ({ agent, phase }: ModelCall) => agent === "planner" && phase === "plan";
  const answer = answering({ one: [] });
  await using rig = openSquad({ respond: (call) => (isHeld(call) ? null : answer(call)) });
  const key = makeKey(rig);
  const run = rig.run("--audit-key", key);
  const plan = await rig.model.nextCall("planner");
  const early = await rig.command("audit", "verify", "--audit-key", key);
  expect(early).toMatchObject({ code: 0, out: expect.stringContaining("are not sealed yet") });
  expect(await rig.command("interrupt")).toMatchObject({ code: 0 });
  plan.say("the outline");
  expect(await run.ended).toMatchObject({ code: 4, err: "" });
  expect(await rig.command("audit", "verify", "--audit-key", key)).toMatchObject({ code: 0 });
  const resumed = await rig.command("resume");
  expect(resumed).toMatchObject({ code: 0, err: expect.stringContaining("not sealed") });
  const late = await rig.command("audit", "verify", "--audit-key", key, "--json");
  expect(late.code).toBe(1);
  const { seals, intact, ok } = JSON.parse(late.out);
  expect({ intact, ok, found: seals.findings.length }).toEqual({ intact: true, ok: false, found: 1 });
  expect(seals.findings[0]).toMatch(/events \d+ to \d+ are not sealed/);
}, 120_000);

test("a key that is none stops a run before it begins, in one line", async () => {
  await using rig = openSquad();
  writeFileSync(join(rig.project, "short"), "abc\n");
  for (const [file, words] of [
    ["none", "no such file"],
    ["short", "3 bytes are too short"],
    [".", "it is a folder"],
  ] as const) {
    const refused = await rig.run("--audit-key", file).ended;
    expect(refused.code).toBe(2);
    expect(refused.err.trimEnd().split("\n")).toEqual([
      expect.stringContaining(words),
      expect.stringContaining("hint: a key is a file of some random bytes"),
    ]);
  }
  expect(existsSync(join(rig.project, ".orchestrator"))).toBe(false);
}, 60_000);
