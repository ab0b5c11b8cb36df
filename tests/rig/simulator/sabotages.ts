import { makeSpecialists } from "../../../src/blueprint/specialists.ts";
import { ORCHESTRATOR_ID } from "../../../src/plan/deciders.ts";
import { replayBy, TODAY } from "./deciding.ts";
import {
  begin,
  changeApply,
  changeEvent,
  changeNext,
  find,
  findReady,
  isFree,
  isOver,
  record,
  repeatOnce,
  type Sabotage,
} from "./sabotage.ts";

/** At least one for each invariant: whoever checks has to notice all of them. */
export const SABOTAGES: readonly Sabotage[] = [
  {
    name: "starts an agent before its dependencies are done",
    breaks: "dependencies",
    make: changeNext((command, state) =>
      command.do === "wait" && isFree(state)
        ? begin(find(state, ({ status, waitingFor }) => status === "waiting" && waitingFor > 0))
        : null,
    ),
  },
  {
    name: "lets a level begin beside the one before",
    breaks: "barrier",
    make: changeNext((command, state) =>
      command.do === "wait" && isFree(state)
        ? begin([...state.barriers.values()].flatMap(({ parked }) => parked).find(({ status }) => status === "waiting"))
        : null,
    ),
  },
  {
    name: "starts one more than the cap",
    breaks: "cap",
    make: changeNext((command, state) =>
      command.do === "wait" && state.stops === null ? begin(findReady(state)) : null,
    ),
  },
  {
    name: "leaves a slot free",
    breaks: "idle",
    make: changeNext((command, state) => {
      const isLast = state.running === state.maxParallel - 1 && find(state, ({ open }) => open !== null);
      const isBeginning = command.do === "turn" && state.agents.get(command.turn.agent)?.status === "waiting";
      return isLast && isBeginning ? { do: "wait" } : null;
    }),
  },
  {
    name: "begins an agent after an interrupt",
    breaks: "interrupt",
    make: changeNext((command, state) =>
      state.stops === "agents" && (command.do === "wait" || isOver(command)) ? begin(findReady(state)) : null,
    ),
  },
  {
    name: "asks on after turns were stopped",
    breaks: "interrupt",
    make: changeNext((command, state) =>
      state.stops === "turns" && isOver(command)
        ? begin(find(state, ({ status, open, last }) => status === "running" && !open && last !== null))
        : null,
    ),
  },
  {
    name: "starts a wave after an interrupt",
    breaks: "interrupt",
    make: changeNext((command, state) => {
      const [pending] = state.blueprints;
      if (!pending || !isOver(command)) return null;
      const { blueprint, group } = pending;
      return record({ type: "wave.started", wave: state.nextWave, group, agents: makeSpecialists(blueprint) });
    }),
  },
  {
    name: "goes on although the quota is used up",
    breaks: "interrupt",
    make: changeEvent("run.interrupted", (_event, state) =>
      state.running < state.maxParallel ? begin(findReady(state)) : null,
    ),
  },
  {
    name: "builds a wave twice",
    breaks: "waves",
    make: repeatOnce((event) => (event.type === "wave.started" ? event : null)),
  },
  {
    name: "leaves out a wave's number",
    breaks: "waves",
    make: changeEvent("wave.started", (event) => (event.wave > 0 ? record({ ...event, wave: event.wave + 1 }) : null)),
  },
  {
    name: "forgets an accepted blueprint",
    breaks: "waves",
    make: changeApply((state, event) => {
      if (event.type === "blueprint.accepted") state.blueprints.length = 0;
    }),
  },
  {
    name: "starts the next group too early",
    breaks: "waves",
    make: changeNext((command, state) => {
      const group = state.plan.groups[state.groupsStarted];
      if (command.do !== "wait" || state.stops !== null || !group) return null;
      return record({ type: "wave.started", wave: state.nextWave, group: group.id, agents: group.agents });
    }),
  },
  {
    name: "asks the orchestrator for one wave too many",
    breaks: "wave limit",
    make: changeEvent("autonomous.ended", ({ cause }, state) =>
      cause === "max-waves" ? begin(state.agents.get(ORCHESTRATOR_ID)) : null,
    ),
  },
  {
    name: "runs a finished agent again",
    breaks: "one end",
    make: changeNext((command, state) =>
      isOver(command) && state.stops === null ? begin(find(state, ({ status }) => status === "finished")) : null,
    ),
  },
  {
    name: "tries a failed agent again without a resume",
    breaks: "one end",
    make: changeNext((command, state) =>
      isOver(command) && state.stops === null ? begin(find(state, ({ status }) => status === "failed")) : null,
    ),
  },
  {
    name: "ends an agent twice",
    breaks: "one end",
    make: repeatOnce((event) => (event.type === "agent.finished" ? event : null)),
  },
  {
    name: "ends an agent before its follow-up",
    breaks: "one end",
    make: changeNext((command, state) => {
      if (command.do !== "turn" || command.turn.phase !== "follow-up") return null;
      const { agent } = command.turn;
      return record({ type: "agent.finished", agent, wave: state.agents.get(agent)?.wave ?? 0 });
    }),
  },
  {
    name: "skips somebody else",
    breaks: "skips",
    make: changeEvent("agent.skipped", (event, state) => {
      const other = find(state, ({ status, blockedBy }) => status === "waiting" && blockedBy === null);
      return other ? record({ ...event, agent: other.spec.id }) : null;
    }),
  },
  {
    name: "skips for another's failure",
    breaks: "skips",
    make: changeEvent("agent.skipped", (event) => record({ ...event, because: `${event.agent} failed` })),
  },
  {
    name: "skips nobody when it is stopped",
    breaks: "skips",
    make: changeNext((command, state) => {
      const isSkip = command.do === "record" && command.event.type === "agent.skipped";
      if (!isSkip || state.stops === null || find(state, ({ open }) => open !== null)) return null;
      const { usage } = state;
      return record({ type: "run.finished", state: "stopped", exitCode: 4, reason: "", usage });
    }),
  },
  {
    name: "asks again what was answered",
    breaks: "turns",
    make: changeNext((command) =>
      command.do === "turn" && command.turn.phase === "follow-up"
        ? { do: "turn", turn: { ...command.turn, phase: "plan", attempt: 2 } }
        : null,
    ),
  },
  {
    name: "asks again what a resume has found",
    breaks: "turns",
    make: changeNext((_command, state) =>
      isFree(state)
        ? begin(find(state, ({ status, last }) => status === "waiting" && last?.outcome === "finished"))
        : null,
    ),
  },
  {
    name: "does not count attempts",
    breaks: "turns",
    make: changeNext((command) =>
      command.do === "turn" ? { do: "turn", turn: { ...command.turn, attempt: 1 } } : null,
    ),
  },
  {
    name: "takes every thread for seen",
    breaks: "turns",
    make: changeNext((command) =>
      command.do === "turn" && !command.turn.continues
        ? { do: "turn", turn: { ...command.turn, continues: command.turn.threadId !== null } }
        : null,
    ),
  },
  {
    name: "follows up on a new thread",
    breaks: "turns",
    make: changeNext((command) =>
      command.do === "turn" ? { do: "turn", turn: { ...command.turn, threadId: null, continues: false } } : null,
    ),
  },
  {
    name: "calls a failed run finished",
    breaks: "ending",
    make: changeEvent("run.finished", (event) =>
      event.state === "failed" ? record({ ...event, state: "finished", exitCode: 0 }) : null,
    ),
  },
  {
    name: "ends while turns are open",
    breaks: "ending",
    make: changeNext((command, { usage, stops }) =>
      command.do === "wait" && stops !== null
        ? record({ type: "run.finished", state: "stopped", exitCode: 4, reason: "", usage })
        : null,
    ),
  },
  {
    name: "forgets tokens",
    breaks: "ending",
    make: changeEvent("run.finished", (event) => record({ ...event, usage: { ...event.usage, input: 0 } })),
  },
  {
    name: "never says that it is over",
    breaks: "end",
    make: changeEvent("run.finished", () => record({ type: "run.notice", message: "still here" })),
  },
  {
    name: "waits when it is over",
    breaks: "end",
    make: changeEvent("run.finished", () => ({ do: "wait" })),
  },
  {
    name: "leaves those that are ready behind at a resume",
    breaks: "idle",
    make: changeApply((state, event) => {
      if (event.type === "run.resumed") while (state.ready.length > 0) state.ready.pop();
    }),
  },
  {
    name: "loses an event in replay",
    breaks: "replay",
    make: () => ({
      ...TODAY,
      replay(events) {
        const place = events.findLastIndex(({ type }) => type === "agent.finished" || type === "turn.failed");
        return TODAY.replay(place === -1 ? events : events.toSpliced(place, 1));
      },
    }),
  },
  {
    name: "keeps something that is in no event",
    breaks: "replay",
    make: changeNext((command, state) => {
      const agent = command.do === "turn" ? state.agents.get(command.turn.agent) : undefined;
      if (agent) agent.urgency += 1;
      return null;
    }),
  },
  {
    name: "decides anew what an older policy has decided",
    breaks: "replay",
    make: () => ({
      ...TODAY,
      replay: replayBy((state, event) => {
        if (event.type !== "turn.started") return TODAY.apply(state, event);
        const today = TODAY.next(state);
        TODAY.apply(state, today.do === "turn" ? { ...event, ...today.turn } : event);
      }),
    }),
  },
  {
    name: "takes an unknown event for one of its own",
    breaks: "replay",
    make: changeApply((state, event) => {
      if (String(event.type) === "future.thing") state.nextWave += 1;
    }),
  },
];
