import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export type FoundZellij = { readonly path: string } | { readonly path: null; readonly reason: string };

const INSTALLER = "scripts/install_zellij.ts";

/**
 * Zellij for the tests: the one on PATH, or else one built from the Cargo registry. Its tests open it in tmux, the
 * terminal that a program can look at.
 */
export function findZellij(repository: string): FoundZellij {
  if (Bun.which("tmux") === null && !installTmux()) return { path: null, reason: "there is no tmux to open Zellij in" };
  const found = look(repository);
  if (found !== null) return { path: found };
  if (Bun.which("cargo") === null)
    return { path: null, reason: "there is no zellij on PATH, and no cargo to build it" };
  console.log("Zellij is not here: building it with cargo, which takes several minutes ...");
  const ended = Bun.spawnSync([process.execPath, join(repository, INSTALLER)], {
    cwd: repository,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const built = ended.exitCode === 0 ? look(repository) : null;
  return built === null
    ? { path: null, reason: "cargo could not build Zellij; its lines above say why" }
    : { path: built };
}

/** On Debian as root, which CI is; elsewhere that is the user's to do. */
function installTmux(): boolean {
  if (Bun.which("apt-get") === null || process.getuid?.() !== 0 || process.env.CI !== "true") return false;
  const run = (...argv: string[]): boolean =>
    Bun.spawnSync(["apt-get", ...argv], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "ignore", "inherit"],
    }).success;
  return run("update", "-qq") && run("install", "-y", "-qq", "tmux") && Bun.which("tmux") !== null;
}

function look(repository: string): string | null {
  const cargo = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const places = [join(cargo, "bin", "zellij"), join(repository, ".cache", "zellij", "bin", "zellij")];
  return Bun.which("zellij") ?? places.find((path) => existsSync(path)) ?? null;
}
