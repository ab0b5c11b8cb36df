import { accessSync, constants, existsSync, readdirSync, statfsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { runsFolder } from "../../core/paths.ts";
import { type Check, fail, good, type Surroundings, warn } from "./check.ts";

const NEEDED_BYTES = 200 * 2 ** 20;
const WANTED_BYTES = 2 ** 30;

const SUPPORTED = ["linux-x64", "linux-arm64", "darwin-arm64"];

/** The AgentFS database comes as a native library, which is not built for every machine. */
export function checkPlatform({ platform, arch }: Surroundings, root = "/"): Check {
  const name = `${platform}-${arch}`;
  if (name === "darwin-x64") {
    return fail(
      "platform",
      "Intel Macs are not supported by the AgentFS database (Turso)",
      "use a Mac with Apple silicon, or Linux",
    );
  }
  if (!SUPPORTED.includes(name)) {
    return fail("platform", `${name} is not supported`, `use one of ${SUPPORTED.join(", ")}`);
  }
  if (platform === "linux" && isMusl(root)) {
    return fail(
      "platform",
      `${name} with musl is not supported by the AgentFS database (Turso)`,
      "use a distribution with glibc",
    );
  }
  return good("platform", name);
}

/** musl's loader is there and glibc's is not: both can be installed side by side. */
function isMusl(root: string): boolean {
  const names = ["lib", "lib64"].flatMap((folder) => {
    try {
      return readdirSync(join(root, folder));
    } catch {
      return [];
    }
  });
  const has = (start: string) => names.some((name) => name.startsWith(start));
  return has("ld-musl-") && !has("ld-linux");
}

/** codex is logged in, or has a key, or asks a server that may need none. */
export function checkLogin({ env, backend, baseUrl, homeFolder }: Surroundings): Check {
  if (backend === "scripted") return good("login", "not needed: the scripted backend has no account");
  if (env.OPENAI_API_KEY || env.CODEX_API_KEY) return good("login", "a key is in the environment");
  if (baseUrl !== null) return good("login", `no key in OPENAI_API_KEY; ${baseUrl} may need none`);
  if (existsSync(join(codexHome(env, homeFolder), "auth.json"))) return good("login", "codex is logged in");
  return fail(
    "login",
    "codex is not logged in, and there is no key in the environment",
    "codex login, or set OPENAI_API_KEY",
  );
}

/** Where codex keeps threads and login: it has to be there, writable, and outside of what the agents change. */
export function checkCodexHome({ env, homeFolder, projectRoot }: Surroundings): Check {
  const folder = codexHome(env, homeFolder);
  const fromHere = relative(projectRoot, folder);
  if (env.CODEX_HOME && !existsSync(folder)) {
    return fail("CODEX_HOME", `${folder} does not exist`, `mkdir -p ${folder}, or unset CODEX_HOME`);
  }
  if (existsSync(folder) && !mayWrite(folder)) {
    return fail(
      "CODEX_HOME",
      `${folder} is not writable`,
      `chown or chmod ${folder}, or set CODEX_HOME to another folder`,
    );
  }
  if (!fromHere.startsWith("..") && !fromHere.startsWith("/")) {
    return warn(
      "CODEX_HOME",
      `${folder} lies in the project: it holds secrets, and agents can read it`,
      "set CODEX_HOME to another folder",
    );
  }
  return good("CODEX_HOME", folder);
}

const codexHome = (env: Surroundings["env"], homeFolder: string): string =>
  resolve(env.CODEX_HOME || join(homeFolder, ".codex"));

/** A run keeps its journal and logs in the project folder. */
export function checkProjectFolder({ projectRoot }: Surroundings): Check {
  for (const folder of [projectRoot, runsFolder(projectRoot), join(projectRoot, "logs")]) {
    if (existsSync(folder) && !mayWrite(folder)) {
      return fail("project", `${folder} is not writable`, `chown or chmod ${folder}, or name another --project-root`);
    }
  }
  return good("project", projectRoot);
}

/** Room for journal, databases and what the agents make. */
export function checkDisk({ projectRoot }: Surroundings, readFree: (path: string) => number = readFreeBytes): Check {
  const free = readFree(projectRoot);
  const message = `${(free / 2 ** 30).toFixed(1)} GiB free at ${projectRoot}`;
  if (free < NEEDED_BYTES) return fail("disk", message, "free some space: 200 MiB are needed, 1 GiB is comfortable");
  return free < WANTED_BYTES ? warn("disk", message, "free some space: 1 GiB is comfortable") : good("disk", message);
}

function readFreeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

/** Panes need a terminal; without one a run is headless. */
export function checkTerminal({ isTty, env }: Surroundings): Check {
  if (!isTty)
    return warn("terminal", "this is no terminal: runs show their progress without panes", "start from a terminal");
  if (!env.TERM || env.TERM === "dumb")
    return warn("terminal", `TERM is "${env.TERM ?? ""}"`, "export TERM=xterm-256color");
  return good("terminal", env.TERM);
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
