import type { Blueprint } from "../../../src/blueprint/blueprint.ts";
import type { TurnFailure } from "../../../src/core/failure.ts";
import type { EventDraft, Phase } from "../../../src/events/event.ts";
import { CONTINUATION_ID } from "../../../src/plan/deciders.ts";
import { modesOf } from "../../../src/plan/modes.ts";
import type { AgentSpec, GroupPlan, Plan } from "../../../src/plan/plan.ts";
import type { TurnOrder } from "../../../src/scheduler/next.ts";
import { Dice } from "./dice.ts";
import {
  drawBlueprint,
  drawHandoff,
  repeatBlueprint,
  type Surroundings,
  spellBlueprint,
  spoilBlueprint,
} from "./draw_blueprint.ts";
import { type DrawnPlan, drawPlan, type PlanLimits, redrawPlan } from "./draw_plan.ts";

/** How a turn goes that has been asked for. */
export interface Outcome {
  readonly durationMs: number;
  /** When the backend names the thread; null: it never does. */
  readonly threadAfterMs: number | null;
  readonly end: { readonly text: string } | { readonly failure: TurnFailure };
}

interface Temper {
  readonly failureShare: number;
  /** Of the failures: those after which the whole run stops. */
  readonly fatalShare: number;
  /** Of the blueprints. */
  readonly spoiledShare: number;
  readonly unseenThreadShare: number;
  readonly orchestrator: "stops" | "never-stops" | "repeats" | "hands-to-nobody" | "any";
}

interface Known {
  readonly spec: AgentSpec;
  readonly group: string;
  state: "going" | "finished" | "lost";
}

/**
 * Everything that a run meets: the plan it is given, how long turns take, how they fail, what is answered. It knows of
 * the run what its events say and nothing of how it decides.
 */
export class World {
  drawn: DrawnPlan;
  /** From now on nothing fails and nobody names new work: a run that goes on has to come to its end. */
  isCalm = false;
  readonly #dice: Dice;
  readonly #temper: Temper;
  #known = new Map<string, Known>();
  #lastWork = new Map<string, Blueprint>();
  #loops: GroupPlan[] = [];
  #bornCount = 0;
  #threadCount = 0;

  constructor(seed: number, limits: PlanLimits) {
    this.drawn = drawPlan(new Dice(seed, "plan"), limits);
    this.#dice = new Dice(seed, "turns");
    this.#temper = drawTemper(new Dice(seed, "temper"));
  }

  /** A process that starts anew knows what the journal has kept. */
  recall(events: readonly EventDraft[]): void {
    this.#known = new Map();
    this.#lastWork = new Map();
    this.#loops = [];
    for (const event of events) this.see(event);
  }

  see(event: EventDraft): void {
    switch (event.type) {
      case "wave.started": {
        for (const spec of event.agents) this.#known.set(spec.id, { spec, group: event.group, state: "going" });
        const group = this.drawn.plan.groups.find(({ id }) => id === event.group);
        if (group && modesOf(group).autonomous && !this.#loops.includes(group)) this.#loops.push(group);
        return;
      }
      case "agent.finished":
        this.#mark(event.agent, "finished");
        return;
      case "agent.failed":
      case "agent.skipped":
        this.#mark(event.agent, "lost");
        return;
      case "run.started":
        this.drawn = { ...this.drawn, plan: event.plan };
        return;
      case "run.resumed":
        if (event.plan) this.drawn = { ...this.drawn, plan: event.plan };
        for (const agent of this.#known.values()) if (agent.state === "lost") agent.state = "going";
        return;
      case "blueprint.accepted":
        this.#lastWork.set(event.group ?? this.#known.get(event.agent)?.group ?? "", event.blueprint);
        return;
      case "autonomous.ended":
        this.#loops = this.#loops.filter(({ id }) => id !== event.group);
        return;
    }
  }

  #mark(id: string, state: Known["state"]): void {
    const agent = this.#known.get(id);
    if (agent) agent.state = state;
  }

  /** The configuration has changed since the run began; null: it has not. */
  changePlan(): Plan | null {
    if (!this.#dice.chance(0.15)) return null;
    return redrawPlan(this.#dice, this.drawn.plan);
  }

  newThread(): string {
    this.#threadCount += 1;
    return `thread-${this.#threadCount}`;
  }

  /** What a look at the project's files tells. */
  observe(): boolean | null {
    return this.#dice.pick([true, true, false, null]);
  }

  /** The turn ends because it was told to. */
  abort(): Pick<Outcome, "durationMs" | "end"> {
    return { durationMs: this.#dice.below(3) * 10, end: { failure: { kind: "aborted", message: "stopped" } } };
  }

  runTurn(order: TurnOrder): Outcome {
    const dice = this.#dice;
    const durationMs = dice.durationMs();
    const isSeen = this.isCalm || !dice.chance(this.#temper.unseenThreadShare);
    const threadAfterMs = isSeen ? Math.floor(durationMs / 2) : null;
    if (!this.isCalm && dice.chance(this.#temper.failureShare)) {
      return { durationMs, threadAfterMs, end: { failure: this.#drawFailure() } };
    }
    return { durationMs, threadAfterMs, end: { text: this.answer(order) } };
  }

  #drawFailure(): TurnFailure {
    const dice = this.#dice;
    const kind = dice.chance(this.#temper.fatalShare)
      ? dice.pick(["quota", "unreachable"])
      : dice.pick(["server-error", "stream-cut", "backend-died", "turn-timeout", "no-answer", "unknown"]);
    return { kind, message: `it was ${kind}` };
  }

  answer({ agent: id, phase }: Pick<TurnOrder, "agent" | "phase">): string {
    const agent = this.#known.get(id);
    if (!agent?.spec.blueprint || !givesBlueprint(agent.spec, phase)) return `answer of ${id}`;
    const around = this.#lookAround();
    const blueprint = this.#drawBlueprintOf(agent, around);
    if (this.isCalm || !this.#dice.chance(this.#temper.spoiledShare)) return spellBlueprint(this.#dice, blueprint);
    return spoilBlueprint(this.#dice, blueprint, around);
  }

  #drawBlueprintOf(agent: Known, around: Surroundings): Blueprint {
    const { kind } = agent.spec;
    if (kind === "orchestrator") return this.#orchestrate(around);
    const mayEnd = kind === "continuation";
    if (mayEnd && (this.isCalm || this.#dice.chance(0.3))) return NOTHING_LEFT;
    const modes = modesOf(this.drawn.plan.groups.find(({ id }) => id === agent.group));
    return drawBlueprint(this.#dice, around, modes.parallel && !this.#dice.chance(0.3));
  }

  #orchestrate(around: Surroundings): Blueprint {
    const dice = this.#dice;
    const [group] = this.#loops;
    const habit =
      this.#temper.orchestrator === "any"
        ? dice.pick(["stops", "never-stops", "repeats", "hands-to-nobody"])
        : this.#temper.orchestrator;
    if (this.isCalm || !group || (habit === "stops" && dice.chance(0.4))) return NOTHING_LEFT;
    const last = this.#lastWork.get(group.id);
    const blueprint =
      habit === "repeats" && last && last.agents.length > 0
        ? repeatBlueprint(last, around.freshId)
        : drawBlueprint(dice, around, false);
    const { relay } = modesOf(group);
    if (!relay) return blueprint;
    const mayGive = [...this.#known].filter(
      ([id, { state }]) => state === "finished" && !Object.hasOwn(relay.graph, id),
    );
    const handoff = drawHandoff(dice, dice.pickAny(mayGive)?.[0] ?? null, blueprint);
    return habit === "hands-to-nobody" && handoff
      ? { ...blueprint, handoff: { ...handoff, to: dice.pick([" ", handoff.from, "nobody"]) } }
      : { ...blueprint, handoff };
  }

  #lookAround(): Surroundings {
    const all = [...this.#known.values()].filter(({ spec }) => spec.kind !== "orchestrator");
    const ids = (of: readonly Known[]) => of.map(({ spec }) => spec.id);
    const configured = this.drawn.plan.groups.flatMap(({ agents }) => agents.map(({ id }) => id));
    const planned = configured.filter((id) => !this.#known.has(id));
    const isFree = !this.#known.has(CONTINUATION_ID) && !configured.includes(CONTINUATION_ID);
    return {
      freshId: () => {
        this.#bornCount += 1;
        return this.#bornCount === 1 && isFree && this.#dice.chance(0.2) ? CONTINUATION_ID : `s${this.#bornCount}`;
      },
      sound: ids(all.filter(({ state }) => state !== "lost")),
      lost: ids(all.filter(({ state }) => state === "lost")),
      planned,
    };
  }
}

const NOTHING_LEFT: Blueprint = { agents: [], reason: "nothing is left" };

const givesBlueprint = (spec: AgentSpec, phase: Phase): boolean => !(spec.followUpEnabled && phase === "plan");

function drawTemper(dice: Dice): Temper {
  return {
    failureShare: dice.pick([0, 0, 0.01, 0.03, 0.1, 0.4]),
    fatalShare: dice.pick([0, 0.1, 0.5]),
    spoiledShare: dice.pick([0, 0.1, 0.3, 0.7]),
    unseenThreadShare: dice.pick([0, 0.1, 0.5]),
    orchestrator: dice.pick(["stops", "stops", "never-stops", "repeats", "hands-to-nobody", "any"]),
  };
}
