import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export type FoundZellij = { readonly path: string } | { readonly path: null; readonly reason: string };

const INSTALLER = "scripts/install_zellij.ts";

/** Zellij for the tests: the one on PATH, or else one built from the Cargo registry. */
export function findZellij(repository: string): FoundZellij {
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

function look(repository: string): string | null {
  const cargo = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
  const places = [join(cargo, "bin", "zellij"), join(repository, ".cache", "zellij", "bin", "zellij")];
  return Bun.which("zellij") ?? places.find((path) => existsSync(path)) ?? null;
}
