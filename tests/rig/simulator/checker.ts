import { STOPS_RUN, type TurnFailureKind } from "../../../src/core/failure.ts";
import type { EventDraft, Stops } from "../../../src/events/event.ts";
import type { AgentSpec, Plan } from "../../../src/plan/plan.ts";
import { ensure, InvariantBroken } from "./invariant.ts";
import { SeenAgent, type TurnStart } from "./seen_agent.ts";
import { SeenWaves } from "./seen_waves.ts";

type EventBy<T extends EventDraft["type"]> = Extract<EventDraft, { type: T }>;

const SEVERITY: Record<Stops, number> = { agents: 1, turns: 2, everything: 3 };

/**
 * Holds a journal against what has to be true of every run. It knows nothing but the events: neither the state nor any
 * function of the code that decides.
 */
export class Checker {
  readonly #agents = new Map<string, SeenAgent>();
  readonly #dependents = new Map<string, Set<SeenAgent>>();
  readonly #waves = new SeenWaves();
  /** Agents of each level that have not ended, by `wave:level`. */
  readonly #unsettled = new Map<string, number>();
  #cap = 1;
  #isBarrier = false;
  #openTurns = 0;
  #holders = 0;
  #stops: Stops | null = null;
  /** A turn has met what every other turn would meet as well. */
  #isFutile = false;
  #ended: string | null = null;
  #tokens = 0;
  #alive = 0;

  see(event: EventDraft): void {
    const mayFollowEnd = event.type === "run.resumed" || event.type === "run.notice";
    ensure(this.#ended === null || mayFollowEnd, "ending", () => `${event.type} after the end`);
    switch (event.type) {
      case "run.started":
        this.#waves.begin(event.plan);
        this.#cap = Number(event.settings.maxParallel);
        this.#isBarrier = event.settings.schedule === "barrier";
        return;
      case "run.resumed":
        this.#resume();
        if (event.plan) this.#adopt(event.plan);
        return;
      case "wave.started":
        this.#startWave(event);
        return;
      case "turn.started":
        this.#startTurn(event);
        return;
      case "turn.thread":
        this.#agent(event.agent).nameThread(event);
        return;
      case "turn.finished":
      case "turn.failed":
        this.#endTurn(event);
        return;
      case "thread.lost":
        this.#agent(event.agent).loseThread(event.threadId);
        return;
      case "blueprint.rejected": {
        const agent = this.#agent(event.agent);
        ensure(agent.last?.outcome === "finished", "turns", () => `${event.agent} has no answer to refuse`);
        agent.refused = true;
        return;
      }
      case "blueprint.accepted":
        this.#accept(event);
        return;
      case "autonomous.ended": {
        const orchestrator = [...this.#agents.values()].find(({ takesPart }) => !takesPart);
        this.#waves.endLoop(event);
        if (orchestrator) this.#rest(orchestrator);
        return;
      }
      case "agent.finished":
      case "agent.failed":
      case "agent.skipped":
        this.#endAgent(event);
        return;
      case "run.interrupted": {
        const before = this.#stops === null ? 0 : SEVERITY[this.#stops];
        ensure(SEVERITY[event.stops] > before, "interrupt", () => `${event.stops} after ${this.#stops}`);
        this.#stops = event.stops;
        return;
      }
      case "run.finished":
        this.#finish(event);
        return;
    }
  }

  /** The run waits although it could do something: to be asked where `next` says `wait`. */
  checkIdle(): void {
    if (this.#stops !== null || this.#isBarrier || this.#holders >= this.#cap) return;
    for (const { takesPart, begun, ended, lacks, spec } of this.#agents.values()) {
      const isReady = takesPart && !begun && ended === null && lacks.size === 0;
      ensure(!isReady, "idle", () => `${spec.id} could start, ${this.#holders} of ${this.#cap} slots are taken`);
    }
  }

  #agent(id: string): SeenAgent {
    const agent = this.#agents.get(id);
    if (!agent) throw new InvariantBroken("turns", `${id} has not been born`);
    return agent;
  }

  #startWave(event: EventBy<"wave.started">): void {
    ensure(this.#stops === null, "interrupt", () => `wave ${event.wave} starts after an interrupt`);
    this.#waves.start(event, { isTaken: (id) => this.#agents.has(id), alive: this.#alive });
    const levels = measureLevels(event.agents);
    for (const spec of event.agents) {
      const agent = new SeenAgent(spec, event.wave, levels.get(spec.id) ?? 0);
      this.#agents.set(spec.id, agent);
      if (agent.takesPart) this.#count(agent, 1);
      this.#link(agent);
    }
  }

  /** Agents that have not begun are those of the new plan; so are the groups to come. */
  #adopt(plan: Plan): void {
    this.#waves.begin(plan);
    const waves = new Set<number>();
    for (const spec of plan.groups.flatMap(({ agents }) => agents)) {
      const agent = this.#agents.get(spec.id);
      if (!agent?.isUntouched || this.#waves.isBorn(spec.id)) continue;
      for (const id of agent.lacks) this.#dependents.get(id)?.delete(agent);
      agent.spec = spec;
      this.#link(agent);
      waves.add(agent.wave);
    }
    for (const wave of waves) this.#measureAnew(wave);
  }

  #measureAnew(wave: number): void {
    const agents = [...this.#agents.values()].filter((agent) => agent.wave === wave);
    const levels = measureLevels(agents.map(({ spec }) => spec));
    for (const agent of agents) {
      const isCounted = agent.takesPart && agent.ended === null;
      if (isCounted) this.#count(agent, -1);
      agent.level = levels.get(agent.spec.id) ?? 0;
      if (isCounted) this.#count(agent, 1);
    }
  }

  /** Notes who lacks whom. */
  #link(agent: SeenAgent): void {
    agent.lacks = new Set(agent.spec.dependsOn.filter((id) => this.#agents.get(id)?.ended !== "finished"));
    for (const id of agent.lacks) {
      const others = this.#dependents.get(id) ?? new Set();
      this.#dependents.set(id, others.add(agent));
    }
  }

  #count({ wave, level }: SeenAgent, more: 1 | -1): void {
    const key = `${wave}:${level}`;
    this.#unsettled.set(key, (this.#unsettled.get(key) ?? 0) + more);
    this.#alive += more;
  }

  #startTurn(event: TurnStart): void {
    const agent = this.#agent(event.agent);
    const { begun, lacks } = agent;
    const say = (fault: string) => () => `${event.agent} ${event.phase} ${event.attempt}: ${fault}`;
    ensure(!this.#isFutile, "interrupt", say("every turn would fail as the last one did"));
    ensure(this.#stops === null || this.#stops === "agents", "interrupt", say(`${this.#stops} are stopped`));
    ensure(this.#stops === null || begun, "interrupt", say("it begins after an interrupt"));
    ensure(lacks.size === 0, "dependencies", say(`${[...lacks].join(", ")} has not finished`));
    agent.startTurn(event);
    this.#openTurns += 1;
    if (!begun) this.#begin(agent);
    ensure(this.#openTurns <= this.#cap, "cap", say(`the ${this.#openTurns}. open turn of ${this.#cap}`));
    ensure(this.#holders <= this.#cap, "cap", say(`the ${this.#holders}. agent that has begun, of ${this.#cap}`));
  }

  #begin({ wave, level, spec }: SeenAgent): void {
    this.#holders += 1;
    if (!this.#isBarrier) return;
    for (let before = 0; before < level; before++) {
      const left = this.#unsettled.get(`${wave}:${before}`) ?? 0;
      ensure(left === 0, "barrier", () => `${spec.id} of level ${level} begins, ${left} of level ${before} are going`);
    }
  }

  #endTurn(event: EventBy<"turn.finished" | "turn.failed">): void {
    const agent = this.#agent(event.agent);
    if (event.type === "turn.finished" && event.adopted) agent.adoptTurn(event);
    else {
      agent.endTurn(event);
      this.#openTurns -= 1;
    }
    this.#tokens += event.usage?.input ?? 0;
    if (event.type === "turn.failed" && STOPS_RUN.has(event.failure.kind)) this.#isFutile = true;
  }

  #accept(event: EventBy<"blueprint.accepted">): void {
    const agent = this.#agent(event.agent);
    const hasAnswer = agent.spec.blueprint && agent.last?.outcome === "finished" && !agent.accepted;
    ensure(hasAnswer, "waves", () => `${event.agent} has given no blueprint to accept`);
    agent.accepted = true;
    this.#waves.accept(event, { spec: agent.spec, isTaken: (id) => this.#agents.has(id) });
    if (!agent.takesPart) this.#rest(agent);
  }

  #rest(orchestrator: SeenAgent): void {
    if (orchestrator.begun) this.#holders -= 1;
    orchestrator.rest();
  }

  #endAgent(event: EventBy<"agent.finished" | "agent.failed" | "agent.skipped">): void {
    const agent = this.#agent(event.agent);
    const say = (fault: string) => () => `${event.type} ${event.agent}: ${fault}`;
    ensure(agent.ended === null, "one end", say(`it has ended already: ${agent.ended}`));
    ensure(agent.open === null, "one end", say("its turn is open"));
    if (event.type === "agent.skipped") {
      const lost = [...agent.lacks].filter((id) => this.#isLost(id));
      ensure(lost.length > 0, "skips", say("nothing that it depends on is lost"));
      ensure(lost.includes(event.because.split(" ")[0] ?? ""), "skips", say(`because "${event.because}"`));
      ensure(!agent.begun, "skips", say("it has begun"));
      agent.ended = "skipped";
    } else if (event.type === "agent.failed") {
      const { last, refused } = agent;
      ensure(last?.outcome === "failed" || refused, "one end", say("neither its turn failed nor its answer"));
      const isOwn = last?.kind !== "aborted" && !STOPS_RUN.has((last?.kind ?? "unknown") as TurnFailureKind);
      ensure(isOwn, "one end", say(`${last?.kind} is no failure of its own`));
      agent.ended = "failed";
    } else {
      ensure(agent.isThrough || !agent.takesPart, "one end", say("not all has been asked and answered"));
      agent.ended = "finished";
      for (const dependent of this.#dependents.get(event.agent) ?? []) dependent.lacks.delete(event.agent);
    }
    if (agent.begun) this.#holders -= 1;
    if (agent.takesPart) this.#count(agent, -1);
  }

  #isLost(id: string): boolean {
    const ended = this.#agents.get(id)?.ended;
    return ended === "failed" || ended === "skipped";
  }

  #resume(): void {
    ensure(this.#ended !== "finished", "ending", () => "a finished run is resumed");
    this.#stops = null;
    this.#isFutile = false;
    this.#ended = null;
    this.#openTurns = 0;
    for (const agent of this.#agents.values()) {
      if (agent.takesPart && (agent.ended === "failed" || agent.ended === "skipped")) this.#count(agent, 1);
      agent.resume();
    }
  }

  #finish({ state, usage }: EventBy<"run.finished">): void {
    this.#ended = state;
    ensure(this.#openTurns === 0, "ending", () => `${this.#openTurns} turns are open`);
    ensure(usage.input === this.#tokens, "ending", () => `${usage.input} tokens are told, ${this.#tokens} were used`);
    const going: string[] = [];
    let failed = 0;
    for (const { spec, ended, lacks } of this.#agents.values()) {
      if (ended === null) going.push(spec.id);
      if (ended === "failed") failed += 1;
      const lost = ended === null ? [...lacks].filter((id) => this.#isLost(id)) : [];
      ensure(lost.length === 0, "skips", () => `${spec.id} is not skipped, though ${lost.join(", ")} is lost`);
    }
    const left = [...going, ...this.#waves.describeRest()];
    if (state === "stopped") {
      ensure(this.#stops !== null, "ending", () => "stopped, and nobody has stopped it");
      ensure(left.length > 0, "ending", () => "stopped, though nothing was left");
    } else {
      const isWave = left.length > going.length && going.length === 0;
      ensure(left.length === 0, isWave ? "waves" : "one end", () => `ended ${state}; left: ${left.join(", ")}`);
      ensure((state === "failed") === failed > 0, "ending", () => `ended ${state}; ${failed} agents failed`);
    }
  }
}

/** How many dependencies deep each agent is within its wave. Not recursive: a chain may be long. */
function measureLevels(agents: readonly AgentSpec[]): Map<string, number> {
  const own = new Map(agents.map((spec) => [spec.id, spec]));
  const levels = new Map<string, number>();
  let rest = [...agents];
  while (rest.length > 0) {
    const later: AgentSpec[] = [];
    for (const spec of rest) {
      const inside = spec.dependsOn.filter((id) => own.has(id));
      if (inside.every((id) => levels.has(id))) {
        levels.set(spec.id, Math.max(0, ...inside.map((id) => (levels.get(id) ?? 0) + 1)));
      } else later.push(spec);
    }
    ensure(later.length < rest.length, "waves", () => `${later.map(({ id }) => id).join(", ")} wait in a circle`);
    rest = later;
  }
  return levels;
}

/** Holds a whole journal against the invariants; throws where one does not hold. */
export function checkJournal(events: readonly EventDraft[]): Checker {
  const checker = new Checker();
  for (const event of events) checker.see(event);
  return checker;
}
