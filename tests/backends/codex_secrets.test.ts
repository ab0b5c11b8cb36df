import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openCodex } from "../../src/backends/codex/backend.ts";
import { startModelServer } from "../../src/backends/scripted/model_server.ts";
import { privateCodexHome } from "../rig/codex_home.ts";
import { contextOf, requestOf, runCommands } from "./codex_rig.ts";

/** Hands requests on and notes the key that each came with. */
function startKeyWatch(target: string) {
  const keys: (string | null)[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      keys.push(request.headers.get("authorization"));
      const { pathname } = new URL(request.url);
      return fetch(`${target}${pathname.replace("/v1", "")}`, {
        method: "POST",
        body: await request.text(),
        headers: request.headers,
      });
    },
  });
  return { keys, baseUrl: `http://127.0.0.1:${server.port}/v1`, [Symbol.dispose]: () => void server.stop(true) };
}

test.each(["workspace-write", "danger-full-access"] as const)(
  "in %s commands see no secret of the environment, nor what the user's own codex hides; codex has its key",
  async (sandbox) => {
    const secret = () => crypto.randomUUID();
    const values = {
      OPENAI_API_KEY: secret(),
      DEPLOY_TOKEN: secret(),
      DB_PASSWORD: secret(),
      APP_CREDENTIALS: secret(),
      CACHE: `redis://me:${secret()}@host/0`,
      CORP_SETTING: secret(),
      PLAIN_SETTING: secret(),
    };
    using home = privateCodexHome(values);
    writeFileSync(join(home.path, "config.toml"), '[shell_environment_policy]\nexclude = ["CORP_*"]\n');
    const server = startModelServer({ respond: async (call) => runCommands("env")(call) });
    using watch = startKeyWatch(server.baseUrl);
    const opened = await openCodex(contextOf(home, watch.baseUrl));
    if (!opened.ok) throw new Error(opened.error.message);
    const events = await Array.fromAsync(
      opened.value.runTurn(requestOf(home, { sandbox }), new AbortController().signal),
    );
    await opened.value.close();
    await server.stop();
    const outputs = events.flatMap((event) =>
      event.type === "item" && event.item.kind === "command" && event.state === "completed" ? [event.item.output] : [],
    );
    const seen = Object.entries(values).filter(([, value]) => outputs.join("").includes(value));
    expect(seen.map(([name]) => name)).toEqual(["PLAIN_SETTING"]);
    expect(events.at(-1)).toMatchObject({ type: "finished", text: "done" });
    expect(watch.keys.length).toBeGreaterThan(0);
    expect(new Set(watch.keys)).toEqual(new Set([`Bearer ${values.OPENAI_API_KEY}`]));
  },
  30_000,
);
