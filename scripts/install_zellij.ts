/**
 * Builds Zellij from the Cargo registry into `.cache/zellij`, for tests on machines that have cargo and no Zellij. About
 * six minutes and 2 GB of memory on two cores: optimised less than a release, which tests do not mind. Prints the
 * program's path; where it is there already, that is all.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

const VERSION = "0.45.0";
const BUILD_TOOLS = ["cc", "perl", "make", "cmake", "pkg-config"];
const ROOT = join(import.meta.dir, "..", ".cache", "zellij");

function install(): number {
  const program = join(ROOT, "bin", "zellij");
  if (existsSync(program)) return found(program);
  if (Bun.which("cargo") === null) return fail("needs cargo (Rust 1.95 or newer), or Zellij from a package manager");
  const missing = BUILD_TOOLS.filter((tool) => Bun.which(tool) === null);
  if (missing.length > 0 && !installTools()) return fail(`needs ${missing.join(", ")}`);
  const built = Bun.spawnSync(
    ["cargo", "install", "--locked", "--quiet", "zellij", "--version", VERSION, "--root", ROOT],
    {
      env: {
        ...process.env,
        CARGO_PROFILE_RELEASE_LTO: "off",
        CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
        CARGO_PROFILE_RELEASE_OPT_LEVEL: "1",
        CARGO_TARGET_DIR: join(ROOT, "build"),
      },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  Bun.spawnSync(["rm", "-rf", join(ROOT, "build")]);
  return built.exitCode === 0 ? found(program) : fail(`cargo ended with ${built.exitCode}`);
}

/** On Debian as root; elsewhere that is the user's to do. */
function installTools(): boolean {
  if (Bun.which("apt-get") === null || process.getuid?.() !== 0) return false;
  const packages = ["build-essential", "perl", "make", "cmake", "pkg-config"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const run = (...argv: string[]) =>
    Bun.spawnSync(["apt-get", ...argv], { env, stdio: ["ignore", "ignore", "inherit"] });
  return run("update", "-qq").exitCode === 0 && run("install", "-y", "-qq", ...packages).exitCode === 0;
}

function found(path: string): number {
  console.log(path);
  return 0;
}

function fail(reason: string): number {
  console.error(`install_zellij: ${reason}`);
  return 1;
}

process.exit(install());
