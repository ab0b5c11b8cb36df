import { mkdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { CRASH_VARIABLE, SYNC_VARIABLE } from "../../src/core/crash_point.ts";
import type { Event } from "../../src/events/event.ts";
import { followEvents, readEvents } from "../../src/events/read.ts";
import { readRecords } from "../../src/process/record.ts";
import type { Program } from "../rig/program.ts";
import type { Dice } from "../rig/simulator/dice.ts";
import { openSquad, type SquadRig } from "../rig/squad.ts";
import { until } from "../rig/wait.ts";
import { findFaults } from "./checks.ts";
import { drawKill, type Kill, nameKill, type Victim } from "./kill_plan.ts";
import type { World } from "./world.ts";

/** One run that was killed again and again until it was done. */
export interface Played {
  readonly kills: readonly string[];
  /** Turns that had ended in codex and were taken from their threads. */
  readonly adopted: number;
  /** Empty when all is well; otherwise what was lost, rerun or left. */
  readonly faults: readonly string[];
}

/** A resume that follows a kill may fail for it, and the next one must not: more than these and something hangs. */
const SPARE_STARTS = 6;
const RUN_MS = 120_000;

/** Plays a world with this many kills at most, then lets it come to its end and looks at all that it left. */
export async function play(world: World, dice: Dice, mostKills: number): Promise<Played> {
  await using rig = openSquad({ respond: world.respond });
  const notes = join(rig.home.path, "..", "synced");
  mkdirSync(notes);
  const kills: string[] = [];
  const faults: string[] = [];
  const witness = new Witness(rig);
  for (let start = 0; ; start++) {
    if (start > mostKills + SPARE_STARTS)
      return { kills, adopted: 0, faults: [...faults, "it never comes to its end"] };
    const kill = kills.length < mostKills ? drawKill(dice) : null;
    const before = countLines(rig);
    const env = { ...rig.home.env, [SYNC_VARIABLE]: notes, ...armed(kill) };
    const program = before === 0 ? begin(rig, world, env) : rig.start(["resume", rig.session], { env });
    const { isDone, isHit, behind } = await bringDown(rig, program, kill, before);
    if (kill !== null && isHit) kills.push(nameKill(kill));
    if (kill?.kind === "line" && kill.victim === "power" && isHit) cutPower(rig, notes, dice);
    faults.push(...witness.look());
    // A recorder that was killed each time it came up is behind: the run says so, and how to catch up.
    if (isDone && behind) await rig.command("resume", rig.session);
    if (isDone) break;
    // Whoever comes back at once finds codex at its end; whoever waits finds nothing.
    if (dice.chance(0.5))
      await until("the end of the killed run's processes", () => rig.processes().length === 0, 5000);
  }
  await until("the end of all processes", () => rig.processes().length === 0, 5000).catch(() => {});
  const adopted = rig.eventsOf("turn.finished").filter((event) => event.adopted).length;
  const audit = await rig.command("audit", "verify");
  if (audit.code !== 0) faults.push(`audit verify: ${audit.out}${audit.err}`);
  return { kills, adopted, faults: [...faults, ...findFaults(rig)] };
}

/** How one start ended. */
interface Down {
  /** Nothing is left to do: it did the rest, or was killed after the last event. */
  readonly isDone: boolean;
  /** The kill came about before the run was at its end. */
  readonly isHit: boolean;
  /** It said that AgentFS does not hold all of it yet. */
  readonly behind: boolean;
}

/** What a process that was killed ends with. */
const KILLED = 137;

const armed = (kill: Kill | null): Record<string, string> =>
  kill?.kind === "point" ? { [CRASH_VARIABLE]: `${kill.point}:${kill.nth}` } : {};

/** A start that was killed before its first line has left a folder without a run. */
function begin(rig: SquadRig, { flags }: World, env: Readonly<Record<string, string>>): Program {
  rmSync(rig.paths.folder, { recursive: true, force: true });
  const server = ["--base-url", rig.model.baseUrl, "--model", "gpt-5.5"];
  return rig.start(["--prompt", "Ship the MVP", "--session", rig.session, ...server, ...flags], { env });
}

const countLines = (rig: SquadRig): number => rig.events().length;

/** Waits for the place, kills whom the plan names, and for the end. */
async function bringDown(rig: SquadRig, program: Program, kill: Kill | null, before: number): Promise<Down> {
  const watch = new AbortController();
  const ended = program.ended.finally(() => watch.abort());
  const late = setTimeout(() => program.kill("SIGKILL"), RUN_MS);
  try {
    const isThere = kill?.kind === "line" && (await grows(rig, before + kill.lines, watch.signal));
    const all: readonly Victim[] = ["orchestrator", "recorder", "warden", "codex"];
    if (isThere) for (const victim of kill.victim === "power" ? all : [kill.victim]) killNow(rig, program, victim);
    const { code, out, err } = await ended;
    const text = out + err;
    const isHit = isThere || code === KILLED || text.includes("the recorder died");
    const isDone = code === 0 || text.includes("nothing is left to resume");
    return { isDone, isHit, behind: text.includes("AgentFS does not hold all of it yet") };
  } finally {
    clearTimeout(late);
    watch.abort();
  }
}

/** True when the journal has come to so many lines, false when the watch ended before. */
async function grows(rig: SquadRig, lines: number, signal: AbortSignal): Promise<boolean> {
  for await (const batch of followEvents(rig.paths.journal, { signal }))
    if (batch.some(({ event }) => event.seq >= lines)) return true;
  return false;
}

function killNow(rig: SquadRig, program: Program, victim: Victim): void {
  for (const pid of findVictims(rig, program, victim)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

function findVictims(rig: SquadRig, program: Program, victim: Victim): readonly number[] {
  switch (victim) {
    case "recorder":
      return findHelpers(`__recorder.*${rig.project}`);
    case "warden":
      return findHelpers(`__warden.*${rig.project}`);
    case "codex":
      return readRecords(rig.paths.processes).map(({ pid }) => pid);
    default:
      return [program.pid];
  }
}

const findHelpers = (pattern: string): number[] =>
  Bun.spawnSync(["pgrep", "-f", pattern]).stdout.toString().split("\n").filter(Boolean).map(Number);

/** Cuts off what nobody had synced, or a part of it, as a power cut may. */
function cutPower(rig: SquadRig, notes: string, dice: Dice): void {
  const size = readFileSync(rig.paths.journal).length;
  const synced = Math.max(...["journal", "recorder"].map((who) => readNumber(join(notes, who))));
  truncateSync(rig.paths.journal, Math.min(size, dice.between(Math.min(synced, size), size)));
}

function readNumber(path: string): number {
  try {
    return Number(readFileSync(path, "utf8")) || 0;
  } catch {
    return 0;
  }
}

/** Remembers, at every stop, what was on disk and which turns had finished, and says what has become of it. */
class Witness {
  readonly #rig: SquadRig;
  #journal = Buffer.alloc(0);
  #finished = new Set<string>();
  #asked = 0;

  constructor(rig: SquadRig) {
    this.#rig = rig;
  }

  look(): string[] {
    const faults: string[] = [];
    const now = readJournal(this.#rig);
    // A torn line at the last stop is cut off by the next start: whole lines are what was acknowledged.
    const whole = this.#journal.subarray(0, this.#journal.lastIndexOf(10) + 1);
    if (!now.subarray(0, whole.length).equals(whole)) faults.push("acknowledged events are lost or changed");
    const calls = this.#rig.model.calls();
    for (const { agent, phase } of calls.slice(this.#asked)) {
      if (this.#finished.has(`${agent}/${phase}`)) faults.push(`${agent}/${phase} had finished and was asked again`);
    }
    this.#journal = now;
    this.#asked = calls.length;
    this.#finished = new Set(finishedTurns(this.#rig));
    return faults;
  }
}

function readJournal(rig: SquadRig): Buffer<ArrayBuffer> {
  try {
    return Buffer.from(readFileSync(rig.paths.journal));
  } catch {
    return Buffer.alloc(0);
  }
}

/** The orchestrator agent has the same phase after each wave. */
const isOnce = ({ agent }: { readonly agent: string }): boolean => agent !== "autonomous-orchestrator";

function finishedTurns(rig: SquadRig): string[] {
  let events: Event[] = [];
  try {
    events = [...readEvents(rig.paths.journal)];
  } catch {
    return [];
  }
  return events.flatMap((event) =>
    event.type === "turn.finished" && isOnce(event) ? `${event.agent}/${event.phase}` : [],
  );
}
