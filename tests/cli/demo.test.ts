// budget 120 s
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { privateCodexHome } from "../rig/codex_home.ts";

const REPOSITORY = join(import.meta.dir, "..", "..");

/** README's first command, `npx -y bun@VERSION run demo`, without npx and without a terminal. */
test("the demo builds its sample project offline and says where everything lies", async () => {
  using home = privateCodexHome();
  const folder = join(home.path, "demo");
  const child = Bun.spawn([process.execPath, "run", "demo", "--folder", folder], {
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH ?? "", HOME: home.path },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  expect({ code, errors: code === 0 ? "" : errors }).toEqual({ code: 0, errors: "" });
  for (const text of ["7 of 7 agents finished", "todo", "ok - ", ".orchestrator/demo/journal.jsonl", "audit verify"])
    expect(out).toContain(text);
  const project = /^Where things lie, in (.+):$/m.exec(out)?.[1] ?? "";
  const count = (file: string, pattern: string) => {
    const database = new Database(join(project, file), { readonly: true });
    const row = database.query("SELECT count(*) AS n FROM fs_dentry WHERE name GLOB ?").get(pattern) as { n: number };
    database.close();
    return row.n;
  };
  expect(count(".agentfs/agent-db.db", "*__*-1.json")).toBe(10);
  expect(count("memory/artifacts.agentfs.db", "*.json")).toBe(10);
}, 120_000);
