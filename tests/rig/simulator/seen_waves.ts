import type { EventDraft } from "../../../src/events/event.ts";
import type { AgentSpec, GroupModes, GroupPlan, Plan } from "../../../src/plan/plan.ts";
import { ensure, InvariantBroken } from "./invariant.ts";

type EventBy<T extends EventDraft["type"]> = Extract<EventDraft, { type: T }>;

interface Pending {
  readonly by: string;
  readonly group: string;
  readonly wave: number;
  readonly ids: readonly string[];
}

/** A relay's waves are counted, whatever its plan says. */
const MOST_RELAY_WAVES = 5;

/** What the journal tells of waves and groups, and what has to hold of them. */
export class SeenWaves {
  #groups: readonly GroupPlan[] = [];
  #planned = new Set<string>();
  #started = 0;
  #next = 0;
  #pending: Pending[] = [];
  /** Whom a blueprint has brought. */
  readonly #born = new Set<string>();
  /** By agent. */
  readonly #groupOf = new Map<string, string>();
  readonly #loops = new Map<string, { waves: number; isOver: boolean; readonly modes: GroupModes }>();

  begin(plan: Plan): void {
    this.#groups = plan.groups;
    this.#planned = new Set(plan.groups.flatMap(({ agents }) => agents.map(({ id }) => id)));
  }

  isBorn(id: string): boolean {
    return this.#born.has(id);
  }

  start(
    { wave, group, agents }: EventBy<"wave.started">,
    run: { readonly isTaken: (id: string) => boolean; readonly alive: number },
  ): void {
    ensure(wave === this.#next, "waves", () => `wave ${wave} starts where ${this.#next} is next`);
    this.#next += 1;
    for (const { id } of agents) this.#groupOf.set(id, group);
    const ids = new Set(agents.map(({ id }) => id));
    const twice = agents.map(({ id }) => id).filter(run.isTaken);
    ensure(twice.length === 0, "waves", () => `wave ${wave} brings ${twice.join(", ")} a second time`);
    ensure(ids.size === agents.length, "waves", () => `wave ${wave} brings an agent twice`);
    const at = this.#pending.findIndex((pending) => pending.ids.every((id) => ids.has(id)));
    const [pending] = at === -1 ? [] : this.#pending.splice(at, 1);
    if (pending) {
      for (const id of ids) this.#born.add(id);
      ensure(pending.group === group, "waves", () => `wave ${wave} of ${pending.group} starts in ${group}`);
      ensure(pending.wave === wave, "waves", () => `wave ${wave} starts that was accepted as ${pending.wave}`);
      const strangers = agents.filter(({ id, kind }) => !pending.ids.includes(id) && kind !== "continuation");
      ensure(strangers.length === 0, "waves", () => `wave ${wave} brings more than its blueprint names`);
    } else this.#startGroup(group, ids, run.alive);
  }

  #startGroup(id: string, ids: ReadonlySet<string>, alive: number): void {
    const group = this.#groups[this.#started];
    this.#started += 1;
    const isNext = group?.id === id && group.agents.every((agent) => ids.has(agent.id));
    ensure(isNext, "waves", () => `a wave of ${id} starts: neither a blueprint nor the next group`);
    ensure(alive === 0, "waves", () => `${id} starts while ${alive} agents before it are going`);
    ensure(this.#pending.length === 0, "waves", () => `${id} starts before an accepted blueprint`);
    if (group?.modes?.autonomous) this.#loops.set(id, { waves: 0, isOver: false, modes: group.modes });
  }

  accept(
    event: EventBy<"blueprint.accepted">,
    run: { readonly spec: AgentSpec; readonly isTaken: (id: string) => boolean },
  ): void {
    const { agent: by, blueprint, wave } = event;
    const group = event.group ?? this.#groupOf.get(by) ?? "";
    const ids = blueprint.agents.map(({ id }) => id);
    if (run.spec.kind === "orchestrator") this.#countWave(group);
    const isTaken = (id: string) =>
      run.isTaken(id) || this.#planned.has(id) || this.#pending.some((other) => other.ids.includes(id));
    const taken = ids.filter(isTaken);
    ensure(taken.length === 0, "waves", () => `the blueprint of ${by} names ${taken.join(", ")}, which are taken`);
    if (ids.length > 0) this.#pending.push({ by, group, wave, ids });
  }

  #countWave(group: string): void {
    const loop = this.#loops.get(group);
    if (!loop) throw new InvariantBroken("wave limit", `${group} is not autonomous, and has waves of the orchestrator`);
    ensure(!loop.isOver, "wave limit", () => `${group} has another wave after its last`);
    loop.waves += 1;
    const { maxWaves, relay } = loop.modes;
    const limit = relay ? Math.min(MOST_RELAY_WAVES, maxWaves) : maxWaves;
    ensure(loop.waves <= limit, "wave limit", () => `${group} has ${loop.waves} waves of ${limit}`);
  }

  endLoop({ group, cause, waves }: EventBy<"autonomous.ended">): void {
    const loop = this.#loops.get(group);
    if (!loop || loop.isOver) throw new InvariantBroken("wave limit", `${group} has no waves to end`);
    loop.isOver = true;
    ensure(loop.waves === waves, "wave limit", () => `${group} has had ${loop.waves} waves, not ${waves}`);
    const isFull = loop.waves === loop.modes.maxWaves;
    ensure(cause !== "max-waves" || isFull, "wave limit", () => `${group} may have more than ${waves} waves`);
  }

  /** What has to come before the run has done all. */
  describeRest(): string[] {
    const blueprints = this.#pending.map(({ by, wave }) => `wave ${wave} of ${by}`);
    return [...blueprints, ...this.#groups.slice(this.#started).map(({ id }) => `group ${id}`)];
  }
}
