import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { build } from "../../scripts/build.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { RecordedRun, readAll } from "../store/recorded_run.ts";
import { artifactOf, daysAgo, memoryOf, storeArtifacts } from "../store/stored_artifacts.ts";

const LIBRARY = `turso.${process.platform}-${process.arch}.node`;
const built = temporaryFolder();
const program = join(built.path, "codex-squad");

beforeAll(
  () => build({ target: "all", folder: built.path, entry: join(import.meta.dir, "../../src/main.ts") }),
  120_000,
);
afterAll(() => built[Symbol.dispose]());

/** A folder that would take over whatever looks into it. */
function makeHostile(folder: string): void {
  const evil = `require("node:fs").appendFileSync(${JSON.stringify(join(folder, "loaded"))}, "x");`;
  writeFileSync(join(folder, ".env"), "ORCHESTRATED_CODEX_BACKEND=evil\nNO_COLOR=evil\n");
  writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./evil.js"]\n');
  writeFileSync(join(folder, "evil.js"), evil);
  for (const name of ["turso.linux-x64-gnu.node", LIBRARY]) writeFileSync(join(folder, name), "no library");
  for (const name of ["agentfs-sdk", "@tursodatabase/database", "@tursodatabase/database-linux-x64-gnu", "zod"]) {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    writeFileSync(join(folder, "node_modules", name, "package.json"), '{"main":"index.js"}');
    writeFileSync(join(folder, "node_modules", name, "index.js"), evil);
  }
}

/** Records a run with an executable that is called in a hostile folder. */
async function record(executable: string, env: Record<string, string> = {}): Promise<void> {
  using folder = temporaryFolder();
  makeHostile(folder.path);
  const run = new RecordedRun(folder.path);
  run.turn("planner");
  run.finish();
  const command = [executable, "__recorder", "--project-root", folder.path, "--session", "demo"];
  const child = Bun.spawn(command, {
    cwd: folder.path,
    env: { PATH: process.env.PATH ?? "", HOME: folder.path, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  expect(await child.stdout.text()).toContain(`{"recorded":${run.seq}}`);
  expect(await child.exited).toBe(0);
  expect(Object.keys(readAll(run.memory)).length).toBe(1);
  expect(existsSync(join(folder.path, "loaded"))).toBe(false);
  await run.close();
}

test("one executable, relative links for its other names, the library beside it", () => {
  expect(readdirSync(built.path).sort()).toEqual(
    ["codex-squad", "codex_orchestrator", "launch_codex_orchestrator_session", "memory_inspector", "native"].sort(),
  );
  for (const name of ["codex_orchestrator", "launch_codex_orchestrator_session", "memory_inspector"]) {
    expect(readlinkSync(join(built.path, name))).toBe("codex-squad");
    const { stdout } = Bun.spawnSync([join(built.path, name), "--version"]);
    expect(stdout.toString()).toBe(`${packageJson.version}\n`);
  }
  expect(readdirSync(join(built.path, "native"))).toEqual([LIBRARY]);
});

test("memory_inspector lists and condenses by its own name", async () => {
  using folder = temporaryFolder();
  const old = [9, 8, 7].map((days) => artifactOf({ createdAt: daysAgo(days) }));
  await storeArtifacts(memoryOf(folder.path), old);
  const call = (...argv: string[]) => {
    const command = [join(built.path, "memory_inspector"), ...argv, "--project-root", folder.path, "--json"];
    const { stdout, stderr } = Bun.spawnSync(command, { cwd: "/" });
    expect(stderr.toString()).toBe("");
    return JSON.parse(stdout.toString());
  };
  expect(call("--limit", "2")).toHaveLength(2);
  expect(call("condense")).toMatchObject({ summaries: { length: 1 }, artifacts: 3 });
  expect(call("inspect", "--type", "summary")).toMatchObject([{ relatedArtifacts: old.map(({ id }) => id) }]);
});

test("nothing is loaded from the folder that it is called in", () => record(program), 30_000);

test("nothing of that folder's .env is taken over", () => {
  using folder = temporaryFolder();
  makeHostile(folder.path);
  const { stdout } = Bun.spawnSync([program, "config", "show", "--json"], { cwd: folder.path });
  expect(JSON.parse(stdout.toString()).backend.value).toBe("codex");
  expect(existsSync(join(folder.path, "loaded"))).toBe(false);
});

test("an executable copied alone unpacks its library into the user's cache, and again when that was changed", async () => {
  using folder = temporaryFolder();
  const lone = join(folder.path, "squad");
  const cache = join(folder.path, "cache");
  copyFileSync(program, lone);
  await record(lone, { XDG_CACHE_HOME: cache });
  const [version = ""] = readdirSync(join(cache, "orchestrated-codex"));
  const unpacked = join(cache, "orchestrated-codex", version, LIBRARY);
  const original = readFileSync(join(built.path, "native", LIBRARY));
  expect(readFileSync(unpacked).equals(original)).toBe(true);
  appendFileSync(unpacked, "changed");
  await record(lone, { XDG_CACHE_HOME: cache });
  expect(readFileSync(unpacked).equals(original)).toBe(true);
}, 30_000);
