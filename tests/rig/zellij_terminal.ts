import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ISOLATING_BUN_FLAGS } from "../../src/process/self.ts";
import { nativeCodexPath, privateCodexHome } from "./codex_home.ts";
import { until } from "./wait.ts";

/** The launcher as its users start it, from source. */
export const LAUNCHER: readonly string[] = [
  process.execPath,
  ...ISOLATING_BUN_FLAGS,
  join(import.meta.dir, "..", "..", "src", "launch_codex_orchestrator_session.ts"),
];

/** A terminal of a tmux of its own, in a project that is a repository, with Zellij kept apart from the user's. */
export interface ZellijTerminal extends AsyncDisposable {
  readonly project: string;
  /** What the terminal shows now. */
  screen(): string;
  /** Keys by tmux's names (`C-s`, `Enter`), text by itself. */
  keys(...keys: readonly string[]): void;
  /** Types the launcher's command line, and `exit=N` when it has ended. */
  launch(...argv: readonly string[]): void;
  /** Runs the program beside the terminal. */
  run(...argv: readonly string[]): { readonly code: number; readonly out: string; readonly err: string };
  git(...argv: readonly string[]): string;
  /** Processes of this terminal's runs and of its Zellij that live. */
  processes(): string[];
  /** Waits for a text on the screen; gives the screen. */
  see(text: string | RegExp, deadlineMs?: number): Promise<string>;
}

export function openZellijTerminal(): ZellijTerminal {
  const home = privateCodexHome();
  const { project, path } = home;
  const socket = join(path, "tmux");
  const env: Record<string, string> = {
    ...home.env,
    ORCHESTRATED_CODEX_CODEX_PATH: nativeCodexPath(),
    ZELLIJ_SOCKET_DIR: join(path, "z"),
    XDG_RUNTIME_DIR: join(path, "run"),
    NO_COLOR: "1",
    PATH: `${process.env.CARGO_HOME ?? `${process.env.HOME}/.cargo`}/bin:${process.env.PATH}`,
  };
  mkdirSync(join(path, "run"), { mode: 0o700 });
  const tmux = (...argv: string[]) => Bun.spawnSync(["tmux", "-S", socket, "-f", "/dev/null", ...argv], { env });
  const git = (...argv: readonly string[]) => Bun.spawnSync(["git", ...argv], { cwd: project }).stdout.toString();
  git("init", "--quiet");
  tmux("new-session", "-d", "-x", "150", "-y", "44", "-c", project, "bash --norc --noprofile");
  const screen = () => tmux("capture-pane", "-p").stdout.toString();
  const keys = (...pressed: readonly string[]) => void tmux("send-keys", ...pressed);
  return {
    project,
    screen,
    keys,
    launch(...argv) {
      const quoted = [...LAUNCHER, ...argv].map((word) => `'${word}'`).join(" ");
      writeFileSync(join(path, "go.sh"), `cd '${project}'\n${quoted}\necho "exit=$?"\n`);
      keys(`bash ${join(path, "go.sh")}`, "Enter");
    },
    run(...argv) {
      const run = Bun.spawnSync([...LAUNCHER, ...argv], { cwd: project, env });
      return { code: run.exitCode, out: run.stdout.toString(), err: run.stderr.toString() };
    },
    git,
    processes: () =>
      Bun.spawnSync(["ps", "-eo", "pid,args"])
        .stdout.toString()
        .split("\n")
        .filter((line) => line.includes(path) && !/tmux|bash|ps -eo/.test(line)),
    see: (text, deadlineMs = 30_000) =>
      until(
        `"${text}" on the screen`,
        () => {
          const shown = screen();
          return (typeof text === "string" ? shown.includes(text) : text.test(shown)) && shown;
        },
        deadlineMs,
      ).catch((error) => {
        throw new Error(`${error.message}; the screen shows:\n${screen()}`);
      }),
    [Symbol.asyncDispose]: async () => {
      tmux("kill-server");
      for (const line of await Promise.resolve(listOwn(path))) process.kill(line, "SIGKILL");
      home[Symbol.dispose]();
    },
  };
}

/** What a failed test may have left: everything whose command line names its folder. */
function listOwn(path: string): number[] {
  const lines = Bun.spawnSync(["ps", "-eo", "pid,args"]).stdout.toString().split("\n");
  return lines
    .filter((line) => line.includes(path) && !line.includes("ps -eo"))
    .map((line) => Number.parseInt(line, 10));
}
