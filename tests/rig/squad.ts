import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModelCall, ModelReply } from "../../src/backends/scripted/model_call.ts";
import { readOwner } from "../../src/control/owner.ts";
import { type SessionPaths, sessionPaths } from "../../src/core/paths.ts";
import type { Event, EventOf, EventType } from "../../src/events/event.ts";
import { readEvents } from "../../src/events/read.ts";
import { findMarked } from "../../src/process/find_marked.ts";
import { RUN_VARIABLE } from "../../src/process/record.ts";
import { type CodexHome, nativeCodexPath, privateCodexHome } from "./codex_home.ts";
import { type GatedServer, startGatedServer } from "./model_server.ts";
import { type Ended, type Program, type ProgramOptions, startProgram } from "./program.ts";
import { until } from "./wait.ts";

/** A blueprint of specialists from who waits for whom. */
export const blueprintOf = (edges: Readonly<Record<string, readonly string[]>>): string =>
  JSON.stringify({
    agents: Object.entries(edges).map(([id, dependsOn]) => ({ id, role: `the ${id}`, prompt: `own-${id}`, dependsOn })),
  });

/** What a model says that a test has no special wish for; null holds the call for the test to answer. */
export type Respond = (call: ModelCall) => ModelReply | null | Promise<ModelReply | null>;

/** What whoever only decides says when there is nothing to decide. */
export const NOTHING_LEFT = JSON.stringify({ agents: [], reason: "all of it is done" });

/**
 * Every agent answers at once: its name and phase, the builder's last answer being this blueprint. At the end of a chain
 * nothing is left.
 */
export function answering(edges: Readonly<Record<string, readonly string[]>>, special: Respond = () => null): Respond {
  return async (call) => {
    const own = await special(call);
    if (own) return own;
    const isBlueprint = call.agent === "builder" && call.phase !== "plan";
    if (call.agent === "continuation") return { kind: "message", text: NOTHING_LEFT };
    return { kind: "message", text: isBlueprint ? blueprintOf(edges) : `answer of ${call.agent} ${call.phase}` };
  };
}

/** A project folder, a model that the test plays, and the real program with the real codex in between. */
export interface SquadRig extends AsyncDisposable {
  readonly home: CodexHome;
  readonly project: string;
  readonly model: GatedServer;
  readonly session: string;
  readonly paths: SessionPaths;
  /** Starts any command in the project folder. */
  start(argv: readonly string[], options?: Partial<ProgramOptions>): Program;
  /** Runs any command there to its end. */
  command(...argv: readonly string[]): Promise<Ended>;
  /** Starts the run itself against the model. */
  run(...flags: readonly string[]): Program;
  events(): Event[];
  eventsOf<T extends EventType>(type: T): EventOf<T>[];
  /** Turns that the model was asked for, as `agent/phase`, in the order of the first request of each. */
  asked(): string[];
  /** What `status --json` says. */
  status(): Promise<RunStatus>;
  /** Processes of the run that are alive. */
  processes(): number[];
}

export interface RunStatus {
  readonly session: string;
  readonly state: string;
  readonly pid: number;
  readonly reason: string | null;
  readonly elapsedMs: number;
  readonly remainingMs: number | null;
  readonly criticalPath: readonly string[];
  readonly agents: readonly {
    id: string;
    state: string;
    because: string | null;
    waitsFor: readonly string[];
    elapsedMs: number;
    estimateMs: number | null;
    usage: object;
  }[];
  readonly usage: Readonly<Record<string, number>>;
}

export interface SquadOptions {
  readonly respond?: Respond;
  /** Makes the project a repository of git. */
  readonly git?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** Opens everything that a black-box test of a run needs: `await using rig = openSquad()`. */
export function openSquad({ respond, git = true, env = {} }: SquadOptions = {}): SquadRig {
  const home = privateCodexHome({ ORCHESTRATED_CODEX_CODEX_PATH: nativeCodexPath(), ...env });
  const { project } = home;
  if (git) Bun.spawnSync(["git", "init", "--quiet"], { cwd: project });
  const model = startGatedServer(respond ? { respond } : {});
  const session = "s1";
  const paths = sessionPaths(project, session);
  const programs: Program[] = [];
  const markers = new Set<string>();

  const start: SquadRig["start"] = (argv, options = {}) => {
    const program = startProgram(argv, { cwd: project, env: home.env, ...options });
    programs.push(program);
    return program;
  };
  const command: SquadRig["command"] = (...argv) => start(argv).ended;
  const events = () => (existsSync(paths.journal) ? [...readEvents(paths.journal)] : []);
  const processes = () => {
    const marker = readOwner(paths)?.marker;
    if (marker) markers.add(marker);
    return [...markers].flatMap((value) => findMarked({ variable: RUN_VARIABLE, value }).map(({ pid }) => pid));
  };
  const base = ["--prompt", "Ship the MVP", "--base-url", model.baseUrl, "--model", "gpt-5.5", "--session", session];
  return {
    home,
    project,
    model,
    session,
    paths,
    start,
    command,
    run: (...flags) => start([...base, ...flags]),
    events,
    eventsOf: <T extends EventType>(type: T) => events().filter((event): event is EventOf<T> => event.type === type),
    asked: () => model.calls().flatMap((call) => (call.toolOutputs.length === 0 ? `${call.agent}/${call.phase}` : [])),
    status: async () => JSON.parse((await command("status", "--json")).out) as RunStatus,
    processes,
    [Symbol.asyncDispose]: async () => {
      for (const program of programs) program.kill("SIGKILL");
      await Promise.all(programs.map(({ ended }) => ended));
      await until("the end of the run's processes", () => processes().length === 0, 5000);
      await model[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

/** A file of the project. */
export const readProject = (rig: SquadRig, name: string): string => readFileSync(join(rig.project, name), "utf8");
