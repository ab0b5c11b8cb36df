/**
 * `bun run demo`: the whole tool on a sample project, offline, with a scripted model in place of a real one. It has to
 * work in a fresh clone, before anything is installed: nothing but built-in modules may be imported here.
 */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";

const REPOSITORY = resolve(import.meta.dir, "..");
const ENTRY = join(REPOSITORY, "src", "launch_codex_orchestrator_session.ts");
const PROMPT = "Build a small to-do list for the terminal, with a manual and a test.";
const SESSION = "demo";
/** Scenarios at whose end the to-do tool and its test are there. */
const BUILDING: ReadonlySet<string> = new Set([
  "default",
  "faults",
  "broken-blueprint",
  "chain",
  "autonomous",
  "relay",
]);
/** Scenarios that are made for a mode. */
const MODE_FLAGS: Readonly<Record<string, string>> = {
  parallel: "--parallel",
  autonomous: "--autonomous",
  relay: "--relay",
};

const HELP = `Usage: bun run demo [--folder F] [--remove] [--scenario NAME] [-- FLAGS OF THE TOOL]

Runs the squad on a sample project: the real codex, the real scheduler and the real store, with a scripted
model in place of a real one. No key, no account, no network.

  --folder F       where to work: a new or empty folder (otherwise a temporary one)
  --remove         remove that folder at the end, if all went well
  --scenario NAME  default, parallel, chain, autonomous, relay, faults, broken-blueprint, slow, or a file
  --headless       never open Zellij
  --help           this text`;

interface DemoFolders {
  readonly root: string;
  readonly project: string;
  readonly codexHome: string;
  readonly home: string;
}

/** Runs a command in the foreground and gives its exit code; 127 when it is not there. */
function run(command: readonly string[], options: { cwd: string; env?: Record<string, string | undefined> }): number {
  try {
    const ended = Bun.spawnSync([...command], { ...options, stdio: ["inherit", "inherit", "inherit"] });
    return ended.exitCode ?? 1;
  } catch {
    return 127;
  }
}

/** What a command prints, or null when it is not there or fails. */
function read(command: readonly string[], cwd: string): string | null {
  try {
    const ended = Bun.spawnSync([...command], { cwd, stdio: ["ignore", "pipe", "ignore"] });
    return ended.exitCode === 0 ? ended.stdout.toString() : null;
  } catch {
    return null;
  }
}

/** Installs what the lock file names, when that has not been done since the lock file changed. */
function ensureInstalled(): boolean {
  const marker = join(REPOSITORY, "node_modules", ".demo-installed");
  const lock = join(REPOSITORY, "bun.lock");
  const isFresh = existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs;
  if (isFresh) return true;
  console.log("Installing what the lock file names (once) ...");
  const code = run([process.execPath, "install", "--frozen-lockfile"], { cwd: REPOSITORY });
  if (code === 0) writeFileSync(marker, "");
  return code === 0;
}

/** The sample project, and beside it, never inside, the homes that codex and everything else use. */
function makeFolders(folder: string | undefined): DemoFolders {
  const root = realpathSync(folder === undefined ? mkdtempSync(join(tmpdir(), "squad-demo-")) : makeEmpty(folder));
  const folders = {
    root,
    project: join(root, "project"),
    codexHome: join(root, "codex-home"),
    home: join(root, "home"),
  };
  for (const path of [folders.project, folders.codexHome, folders.home]) mkdirSync(path);
  return folders;
}

function makeEmpty(folder: string): string {
  const path = resolve(folder);
  mkdirSync(path, { recursive: true });
  if (readdirSync(path).length > 0) {
    console.error(`demo: ${path} is not empty; name a new folder`);
    process.exit(2);
  }
  return path;
}

function writeSampleProject(project: string): void {
  writeFileSync(
    join(project, "README.md"),
    "# Tidy\n\nA small tool that keeps a to-do list in the terminal. Plain POSIX shell, nothing to install.\n",
  );
  const git = (...args: string[]): string | null =>
    read(
      ["git", "-c", "user.name=Demo", "-c", "user.email=demo@example.invalid", "-c", "commit.gpgsign=false", ...args],
      project,
    );
  if (git("init", "--quiet") === null) {
    console.log("git is not here: the demo goes on without it.");
    return;
  }
  git("add", "README.md");
  git("commit", "--quiet", "--no-verify", "-m", "Start the project");
}

/** Files that the agents made: everything but git's, the run's own data and links to it. */
function listFiles(folder: string, top = folder): string[] {
  const ours = new Set([".git", ".orchestrator", ".agentfs", "logs", "memory", "zellij.kdl"]);
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (folder === top && ours.has(entry.name)) return [];
    if (entry.isDirectory()) return listFiles(path, top);
    return entry.isFile() ? [path] : [];
  });
}

/** Lists what was built and runs its test; gives 1 when a tool was promised and is not there. */
function reportBuilt(folders: DemoFolders, isPromised: boolean): number {
  const files = listFiles(folders.project).toSorted();
  console.log(`\nWhat is in ${folders.project} now:`);
  for (const file of files) {
    console.log(`  ${String(statSync(file).size).padStart(6)} bytes  ${relative(folders.project, file)}`);
  }
  // Files that are new show up in a diff once git intends to take them.
  if (read(["git", "add", "--intent-to-add", "."], folders.project) !== null) {
    console.log(`\nAs git sees it:\n${read(["git", "diff", "--stat"], folders.project) ?? ""}`.trimEnd());
  }
  const test = join(folders.project, "tests", "todo_test.sh");
  if (!existsSync(test)) {
    if (isPromised) console.error("\ndemo: the squad did not build the tool that this scenario promises");
    return isPromised ? 1 : 0;
  }
  console.log("\nThe built project's own test, run now:");
  return run(["sh", test], { cwd: folders.project });
}

function reportPlaces(folders: DemoFolders): void {
  const { project } = folders;
  const lasting = (process.env.PATH ?? "").split(":").filter((part) => !/_npx|node_modules/.test(part));
  // Under npx bun is on PATH for as long as this runs, and no longer.
  const bun = Bun.which("bun", { PATH: lasting.join(":") }) ? "bun" : `npx -y bun@${Bun.version}`;
  const tool = `${bun} run ${join(REPOSITORY, "src", "index.ts")}`;
  const place = (path: string): string => {
    const full = join(project, path);
    if (!existsSync(full)) return `${path} (not there)`;
    return lstatSync(full).isSymbolicLink() ? `${path} -> ${readlinkSync(full)}` : path;
  };
  console.log(`
Where things lie, in ${project}:
  the agents' logs   ${place("logs")}
  the journal        ${place(`.orchestrator/${SESSION}/journal.jsonl`)}
  the audit trail    ${place(".agentfs/agent-db.db")}
  the memory         ${place("memory/artifacts.agentfs.db")}

To look at them:
  cd ${project}
  ${tool} status
  ${tool} events
  ${tool} logs builder
  ${tool} audit verify
  ${tool} agentfs read --limit 5
  ${tool} memory inspect --limit 5
`);
}

async function main(): Promise<number> {
  const split = process.argv.indexOf("--");
  const own = split === -1 ? process.argv.slice(2) : process.argv.slice(2, split);
  const handedOn = split === -1 ? [] : process.argv.slice(split + 1);
  let values: { folder?: string; remove?: boolean; scenario?: string; headless?: boolean; help?: boolean };
  try {
    ({ values } = parseArgs({
      args: own,
      options: {
        folder: { type: "string" },
        remove: { type: "boolean" },
        scenario: { type: "string" },
        headless: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (!ensureInstalled()) {
    console.error("demo: bun install failed; the lines above say why");
    return 3;
  }
  const scenario = values.scenario && existsSync(resolve(values.scenario)) ? resolve(values.scenario) : values.scenario;
  const folders = makeFolders(values.folder);
  writeSampleProject(folders.project);
  console.log(`The sample project is ${folders.project}; the squad starts.\n`);
  const flags = ["--prompt", PROMPT, "--backend", "scripted", "--session", SESSION, "--metrics"];
  if (scenario !== undefined) flags.push("--scenario", scenario);
  const mode = MODE_FLAGS[scenario ?? ""];
  if (mode !== undefined) flags.push(mode);
  if (values.headless) flags.push("--headless");
  const code = run([process.execPath, ENTRY, ...flags, ...handedOn], {
    cwd: folders.project,
    env: { ...process.env, HOME: process.env.HOME || folders.home, CODEX_HOME: folders.codexHome },
  });
  const testCode = reportBuilt(folders, code !== 5 && BUILDING.has(scenario ?? "default"));
  if (code === 5) console.log("\nYou left the run; it goes on in the background.");
  reportPlaces(folders);
  if (values.remove && code === 0 && testCode === 0) {
    rmSync(folders.root, { recursive: true, force: true });
    console.log("All of it is removed now, as --remove says.");
  } else {
    console.log(`To remove all of it:  rm -r ${folders.root}`);
  }
  return code === 0 ? testCode : code;
}

process.exit(await main());
