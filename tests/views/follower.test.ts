import { expect, test } from "bun:test";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "../../src/events/event.ts";
import { temporaryFolder } from "../rig/folder.ts";
import { until } from "../rig/wait.ts";
import { dateEvents, readStory, runFinished, spec, started, turnItem, turnStarted } from "./story.ts";

/** A shell in a real pty that runs the follower and then says what the terminal's settings are. */
function follow(journal: string, mode: "pane" | "shell") {
  let screen = "";
  let watcher: { readonly text: string; shown(atMs: number): void } | null = null;
  const script = `stty -a | tr -d '\\n'; echo " BEFORE"; "$0" "$@"; echo "EXIT=$?"; stty -a | tr -d '\\n'; echo " AFTER"`;
  const child = Bun.spawn(
    ["bash", "-c", script, process.execPath, join(import.meta.dir, "follower_child.ts"), journal, "a", mode],
    {
      terminal: {
        cols: 100,
        rows: 30,
        data(_terminal, bytes) {
          const text = Buffer.from(bytes).toString();
          screen += text;
          if (watcher && screen.includes(watcher.text)) watcher.shown(performance.now());
        },
      },
    },
  );
  const shows = (text: string) => until(`"${text}" on the screen`, () => screen.includes(text));
  const settings = (mark: string) => /speed.*/.exec(screen.split(` ${mark}`)[0]?.split("\n").at(-1) ?? "")?.[0];
  /** When a text came onto the screen, to the microsecond: `shows` looks only now and then. */
  const clockText = (text: string) =>
    new Promise<number>((shown) => {
      screen = "";
      watcher = { text, shown };
    });
  return {
    child,
    clockText,
    shows,
    settings,
    screen: () => screen,
    type: (keys: string) => child.terminal?.write(keys),
  };
}

const append = (path: string, events: readonly Event[]) =>
  appendFileSync(path, events.map((event) => `${JSON.stringify(event)}\n`).join(""));

const message = (text: string, id = text) => turnItem("a", { kind: "message", id, text });

test("in a pane: waits for the journal, Ctrl+S interrupts and freezes nothing, stays at the end, gives the terminal back", async () => {
  using dir = temporaryFolder();
  const journal = join(dir.path, "journal.jsonl");
  const pane = follow(journal, "pane");
  await pane.shows("waiting for the run to start");
  const events = dateEvents([
    started([spec("a")]),
    turnStarted("a", "work"),
    message("first"),
    message("second"),
    runFinished("stopped"),
  ]);
  append(journal, events.slice(0, 3));
  await pane.shows("first");
  expect(pane.screen()).toContain("\x1b]2;a: work\x07");
  pane.type("\x13");
  await pane.shows("INTERRUPT-SENT");
  append(journal, events.slice(3, 4));
  await pane.shows("second");
  // Neither a key nor the run's end closes a pane.
  pane.type("\x03q");
  await pane.shows("Ctrl+S interrupts the run");
  append(journal, events.slice(4));
  await pane.shows("go on with: codex-squad resume demo");
  append(journal, dateEvents([{ type: "run.resumed", version: "0.1.0", pid: 1 }], events));
  await pane.shows("resumed 2026");
  const [pid] = (await Bun.$`pgrep -P ${pane.child.pid}`.text()).trim().split("\n");
  process.kill(Number(pid), "SIGHUP");
  await pane.shows(" AFTER");
  expect(pane.settings("AFTER")).toBe(pane.settings("BEFORE") ?? "");
  await pane.child.exited;
});

test.each([
  ["the run's end", null],
  ["q", "q"],
  ["Ctrl+C", "\x03"],
])("outside a pane %s ends it, with the terminal as it was", async (_name, keys) => {
  using dir = temporaryFolder();
  const journal = join(dir.path, "journal.jsonl");
  const events = dateEvents([
    started([spec("a")]),
    turnStarted("a", "work"),
    message("first"),
    runFinished("finished"),
  ]);
  append(journal, events.slice(0, 3));
  const shell = follow(journal, "shell");
  await shell.shows("first");
  if (keys === null) append(journal, events.slice(3));
  else shell.type(keys);
  await shell.shows("EXIT=0");
  await shell.shows(" AFTER");
  expect(shell.settings("AFTER")).toBe(shell.settings("BEFORE") ?? "");
  await shell.child.exited;
});

test("an event is on the screen within a few milliseconds of its write", async () => {
  using dir = temporaryFolder();
  const journal = join(dir.path, "journal.jsonl");
  const drafts = Array.from({ length: 200 }, (_, index) => message(`mark-${index}-`));
  const events = dateEvents([started([spec("a")]), turnStarted("a", "work"), ...drafts]);
  append(journal, events.slice(0, 2));
  const pane = follow(journal, "pane");
  await pane.shows("work");
  const delays: number[] = [];
  for (const [index, event] of events.slice(2).entries()) {
    const shown = pane.clockText(`mark-${index}-`);
    const from = performance.now();
    append(journal, [event]);
    delays.push((await shown) - from);
  }
  delays.sort((a, b) => a - b);
  console.info(`event to screen: p50 ${delays[100]?.toFixed(2)} ms, p99 ${delays[197]?.toFixed(2)} ms`);
  // The median is the follower's own; the tail is whatever else this machine does.
  expect(delays[100]).toBeLessThan(5);
  expect(delays[197]).toBeLessThan(50);
  // A change that the watch has missed would be found seconds later.
  expect(delays[199]).toBeLessThan(1000);
  pane.child.kill();
  pane.child.terminal?.close();
  await pane.child.exited;
});

test("a finished journal is printed whole at once and plainly where nobody watches", async () => {
  using dir = temporaryFolder();
  const journal = join(dir.path, "journal.jsonl");
  append(journal, readStory());
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "follower_child.ts"), journal, "docs", "shell"], {
    stdin: "ignore",
  });
  const text = await new Response(child.stdout).text();
  expect(await child.exited).toBe(0);
  expect(Bun.stripANSI(text)).toContain("○ docs skipped: page failed\n");
  expect(text).not.toContain("\r");
  expect(text).not.toContain("\x1b]2;");
});
