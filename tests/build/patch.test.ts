import { expect, test } from "bun:test";
import { copyFileSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { temporaryFolder } from "../rig/folder.ts";

const ROOT = join(import.meta.dir, "../..");
const PATCHED = "@tursodatabase/database@0.7.2";
const loaderPath = join(ROOT, "node_modules/@tursodatabase/database/index.js");

/** The loader as it was published: the patch taken back. */
function restorePublished(folder: string): string {
  Bun.write(join(folder, "index.js"), readFileSync(loaderPath));
  const patch = join(ROOT, packageJson.patchedDependencies[PATCHED]);
  const undone = Bun.spawnSync(["git", "apply", "--reverse", "--verbose", patch], { cwd: folder });
  expect(undone.stderr.toString()).toContain("Applied patch index.js cleanly");
  return readFileSync(join(folder, "index.js"), "utf8");
}

test("the patch stands in the installed loader, for the version that is installed", async () => {
  using folder = temporaryFolder();
  const installed = await Bun.file(join(ROOT, "node_modules/@tursodatabase/database/package.json")).json();
  expect(`@tursodatabase/database@${installed.version}`).toBe(PATCHED);
  restorePublished(folder.path);
});

test("the patch is needed: the published loader fails with the path that it was told, and looks beside itself", () => {
  using folder = temporaryFolder();
  const published = restorePublished(folder.path);
  expect(published).toContain("require('./turso.linux-x64-gnu.node')");
  const library = createRequire(loaderPath).resolve("@tursodatabase/database-linux-x64-gnu");
  const load = (loader: string) => {
    const script = `import(${JSON.stringify(loader)}).then(() => console.log("loaded"), () => console.log("failed"))`;
    const env = { ...process.env, NAPI_RS_NATIVE_LIBRARY_PATH: library };
    return Bun.spawnSync([process.execPath, "-e", script], { cwd: folder.path, env }).stdout.toString();
  };
  expect(load(join(folder.path, "index.js"))).toBe("failed\n");
  copyFileSync(loaderPath, join(folder.path, "patched.mjs"));
  expect(load(join(folder.path, "patched.mjs"))).toBe("loaded\n");
});

test("the patched loader takes the library that NAPI_RS_NATIVE_LIBRARY_PATH names, by an absolute path only", () => {
  using folder = temporaryFolder();
  const script = `import(${JSON.stringify(loaderPath)}).then(
    (loaded) => console.log(typeof loaded.Database), (error) => console.log(error.message))`;
  const load = (library: string | undefined) => {
    const env = { ...process.env, NAPI_RS_NATIVE_LIBRARY_PATH: library };
    return Bun.spawnSync([process.execPath, "-e", script], { cwd: folder.path, env }).stdout.toString();
  };
  const broken = join(folder.path, "turso.node");
  Bun.spawnSync(["sh", "-c", "echo no library > turso.node"], { cwd: folder.path });
  expect(load(undefined)).toBe("function\n");
  expect(load(broken)).not.toBe("function\n");
  expect(load("./turso.node")).toBe("function\n");
});
