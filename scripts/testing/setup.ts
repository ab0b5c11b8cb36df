import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Installs what the lock file names, unless that has been done since the lock file changed. */
export function ensureInstalled(repository: string): boolean {
  const marker = join(repository, "node_modules", ".tests-installed");
  const state = hashState(repository);
  if (existsSync(marker) && readFileSync(marker, "utf8") === state) return true;
  console.log("Installing what the lock file names ...");
  const ended = Bun.spawnSync([process.execPath, "install", "--frozen-lockfile"], {
    cwd: repository,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (ended.exitCode === 0) writeFileSync(marker, state);
  return ended.exitCode === 0;
}

/** By content: a fresh clone has given every file today's date. */
function hashState(repository: string): string {
  const hash = new Bun.CryptoHasher("sha256");
  const folder = join(repository, "patches");
  const patches = existsSync(folder) ? readdirSync(folder).map((name) => `patches/${name}`) : [];
  for (const path of ["package.json", "bun.lock", ...patches.sort()]) hash.update(readFileSync(join(repository, path)));
  return hash.digest("hex");
}

/** Variables that would make the tool under test, or codex, git and Zellij, behave as somebody wished for himself. */
const PERSONAL =
  /^(ORCHESTRATED_CODEX_|CODEX_|AGENTFS_|ZELLIJ|TMUX|GIT_|OPENAI_|ANTHROPIC_|npm_|XDG_|FORCE_COLOR|CLICOLOR)/;

/**
 * The environment of every test: bun and Zellij are found by name, nothing personal is there. A `bun run` or npx that
 * called us has put package binaries on PATH; those go, so that it makes no difference who called.
 */
export function makeEnvironment(folder: string, zellij: string | null): Record<string, string | undefined> {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  // Under npx the executable's own name is bun.exe.
  symlinkSync(process.execPath, join(bin, "bun"));
  if (zellij !== null) symlinkSync(zellij, join(bin, "zellij"));
  const given = Object.entries(process.env).filter(([name]) => !PERSONAL.test(name));
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((part) => !/[/\\]node_modules[/\\]\.bin\/?$/.test(part));
  return { ...Object.fromEntries(given), PATH: [bin, ...path].join(delimiter), NO_COLOR: "1" };
}
