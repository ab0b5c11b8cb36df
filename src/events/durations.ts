import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import { type Estimates, median } from "./estimates.ts";
import type { Event, EventOf, EventType, Phase } from "./event.ts";
import { parseLine, peekLine } from "./line.ts";
import { readRawLines } from "./read.ts";
import { listSessions } from "./sessions.ts";

/** More runs would cost the start of a new one time, and say less of how long agents take nowadays. */
const MOST_RUNS = 5;
/** Of a longer journal the beginning counts: an agent that has finished there has all its turns there. */
const MOST_BYTES = 4 << 20;
/** How many agents `run.started` names at most; who comes again is nearly always in the newest runs. */
const MOST_AGENTS = 1000;

const READ: ReadonlySet<string> = new Set<EventType>(["turn.finished", "blueprint.accepted", "agent.finished"]);

interface Worked {
  ms: number;
  /** Its first turn was `work`, and it is not one of those that name others. */
  isSpecialist: boolean;
}

/**
 * How long agents took in the newest runs of a folder that have anything to tell, by the median of each. Undefined when
 * there are none. Journals that are damaged or cannot be read are passed over.
 */
export function measureEarlierRuns(projectRoot: string): Estimates | undefined {
  const byAgent = new Map<string, number[]>();
  const specialists: number[] = [];
  let runs = 0;
  for (const { paths } of listSessions(projectRoot)) {
    if (runs === MOST_RUNS) break;
    const finished = measureRun(paths.journal);
    if (finished.size > 0) runs += 1;
    for (const [agent, { ms, isSpecialist }] of finished) {
      if (isSpecialist) specialists.push(ms);
      const known = byAgent.get(agent);
      if (known) known.push(ms);
      else if (byAgent.size < MOST_AGENTS) byAgent.set(agent, [ms]);
    }
  }
  if (byAgent.size === 0) return undefined;
  const agents = Object.fromEntries([...byAgent].map(([agent, all]) => [agent, median(all) ?? 0]));
  return { agents, specialistMs: median(specialists) };
}

/** Time in finished turns of each agent that has finished; none for a journal that is damaged. */
function measureRun(path: string): Map<string, Worked> {
  const worked = new Map<string, Worked>();
  const finished = new Map<string, Worked>();
  try {
    for (const { line, endByte } of readRawLines(path)) {
      if (endByte > MOST_BYTES) break;
      if (!READ.has(peekLine(line)?.type ?? "")) continue;
      const event = peekTurn(line) ?? parseLine(line);
      if (!event) return new Map();
      addEvent(event, worked, finished);
    }
  } catch {
    return new Map();
  }
  return finished;
}

type Turn = Pick<EventOf<"turn.finished">, "type" | "agent" | "phase" | "durationMs">;

const TURN_HEAD = /"type":"(turn\.finished)","agent":"([a-z0-9-]+)","phase":"(plan|follow-up|repair|work)",/;
const TURN_TAIL = /\},"durationMs":(\d+(?:\.\d+)?),"prev":"[0-9a-f]{64}"\}$/;
const TURN_HEAD_BYTES = 200;
const TURN_TAIL_BYTES = 120;

/** A finished turn from both ends of its line: parsing the answer in between is most of what all of this would take. */
function peekTurn(line: Buffer): Turn | null {
  const [, durationMs] = TURN_TAIL.exec(line.toString("latin1", Math.max(0, line.length - TURN_TAIL_BYTES))) ?? [];
  if (durationMs === undefined) return null;
  const [, type, agent, phase] = TURN_HEAD.exec(line.toString("latin1", 0, TURN_HEAD_BYTES)) ?? [];
  if (type === undefined || agent === undefined) return null;
  return { type: "turn.finished", agent, phase: phase as Phase, durationMs: Number(durationMs) };
}

function addEvent(event: Event | Turn, worked: Map<string, Worked>, finished: Map<string, Worked>): void {
  if (event.type === "turn.finished" && Number.isFinite(event.durationMs)) {
    const before = worked.get(event.agent);
    if (before) before.ms += event.durationMs;
    else {
      const isSpecialist = event.phase === "work" && event.agent !== ORCHESTRATOR_ID;
      worked.set(event.agent, { ms: event.durationMs, isSpecialist });
    }
    return;
  }
  if (event.type !== "agent.finished" && event.type !== "blueprint.accepted") return;
  const agent = worked.get(event.agent);
  if (agent && event.type === "agent.finished") finished.set(event.agent, agent);
  else if (agent) agent.isSpecialist = false;
}
