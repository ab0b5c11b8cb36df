import { closeSync, openSync, readSync, realpathSync } from "node:fs";
import { type Check, fail, good, isAtLeast, type Surroundings, warn } from "./check.ts";

/** What the adapter was written for and tried with. */
const CODEX_FLOOR = "0.163.0";
const ZELLIJ_FLOOR = "0.44.1";
const ZELLIJ_FULL = "0.45.0";
/** A tool that does not even tell its version within this time does not work. */
const ANSWER_TIMEOUT_MS = 10_000;

/** codex: found, starts, new enough, and not the slow wrapper. */
export async function checkCodex({ codexPath, env }: Surroundings): Promise<Check> {
  const install = "npm install -g @openai/codex, or name one with --codex-path";
  const path = codexPath ?? findOnPath("codex", env);
  if (!path) return fail("codex", "not found on PATH", install);
  const version = await askVersion(path, env);
  if (!version) return fail("codex", `${path} does not start, or does not say its version`, install);
  if (!isAtLeast(version, CODEX_FLOOR)) {
    return fail(
      "codex",
      `${version} is too old: ${CODEX_FLOOR} or newer is needed`,
      "npm install -g @openai/codex@latest",
    );
  }
  const kind = isScript(path) ? "a script that starts it" : "native";
  return good("codex", `${version}, ${kind} (${path})`);
}

/** zellij is wanted for panes alone; without it a run shows its progress in the terminal. */
export async function checkZellij({ env }: Surroundings): Promise<Check> {
  const install = "cargo install --locked zellij, or see https://zellij.dev/documentation/installation";
  const path = findOnPath("zellij", env);
  if (!path) return warn("zellij", "not found on PATH: runs show their progress without panes", install);
  const version = await askVersion(path, env);
  if (!version) return warn("zellij", `${path} does not start: runs show their progress without panes`, install);
  if (!isAtLeast(version, ZELLIJ_FLOOR)) {
    return warn("zellij", `${version} is too old for panes: ${ZELLIJ_FLOOR} or newer is needed`, install);
  }
  return isAtLeast(version, ZELLIJ_FULL)
    ? good("zellij", version)
    : warn("zellij", `${version} works; new panes take the focus for a moment before ${ZELLIJ_FULL}`, install);
}

/** git: there, and the project a repository. */
export async function checkGit({ env, projectRoot }: Surroundings): Promise<Check> {
  const path = findOnPath("git", env);
  if (!path) return warn("git", "not found: nobody can see or undo what the agents change", "install git");
  const version = await askVersion(path, env);
  const asked = Bun.spawn([path, "rev-parse", "--is-inside-work-tree"], {
    cwd: projectRoot,
    env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
    timeout: ANSWER_TIMEOUT_MS,
  });
  if ((await asked.exited) === 0) return good("git", `${version ?? "found"}, the project is a repository`);
  return warn(
    "git",
    "the project is no repository: changes of the agents cannot be seen as a diff or undone",
    "git init",
  );
}

/** The official AgentFS command line; nothing of ours needs it. */
export async function checkAgentfs({ env }: Surroundings): Promise<Check> {
  const path = findOnPath("agentfs", env);
  if (!path) return good("agentfs", "not installed; optional, for looking into the action log by hand");
  return good("agentfs", (await askVersion(path, env)) ?? path);
}

const findOnPath = (name: string, env: Surroundings["env"]): string | null => Bun.which(name, { PATH: env.PATH ?? "" });

async function askVersion(path: string, env: Surroundings["env"]): Promise<string | null> {
  try {
    const asked = Bun.spawn([path, "--version"], {
      env,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      timeout: ANSWER_TIMEOUT_MS,
    });
    const text = await new Response(asked.stdout).text();
    if ((await asked.exited) !== 0) return null;
    return /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0] ?? null;
  } catch {
    return null;
  }
}

function isScript(path: string): boolean {
  try {
    const fd = openSync(realpathSync(path), "r");
    const start = Buffer.alloc(2);
    readSync(fd, start, 0, 2, 0);
    closeSync(fd);
    return start.toString() === "#!";
  } catch {
    return false;
  }
}
