import type { Backend, TurnRequest } from "../backends/backend.ts";
import type { StartedTurn, TurnEnd } from "../scheduler/run.ts";
import type { RunState } from "../scheduler/state.ts";
import { chooseSchema } from "../turns/prompt/write_prompt.ts";
import { runTurn } from "../turns/run_turn.ts";
import { describeWait, Stagger } from "../turns/stagger.ts";

/** Binds the turn engine to a run: what the state knows of an agent becomes the request that a backend gets. */
export function makeTurnRunner(parts: {
  readonly state: RunState;
  readonly backend: Backend;
  /** Where turns work: the project folder, one for all. */
  readonly workspace: string;
  /** null sends every turn at once. */
  readonly stagger?: Stagger | null;
}): (turn: StartedTurn) => Promise<TurnEnd> {
  const { state, backend, workspace, stagger = new Stagger() } = parts;
  const { turnTimeout, idleTimeout: idleTimeoutMs } = state.settings;
  return async ({ order, prompt, signal, emit }) => {
    const agent = state.agents.get(order.agent);
    if (!agent) throw new Error(`a turn was started for ${order.agent}, which does not exist`);
    const { spec } = agent;
    const outputSchema = chooseSchema(state, agent, order.phase);
    const request: TurnRequest = {
      session: state.session,
      agent: order.agent,
      phase: order.phase,
      attempt: order.attempt,
      threadId: order.threadId,
      threadUsage: agent.threadUsage,
      prompt,
      workspace,
      sandbox: spec.sandbox,
      network: state.settings.network,
      webSearch: state.settings.webSearch,
      ...(outputSchema ? { outputSchema } : {}),
      ...(spec.model ? { model: spec.model } : {}),
      ...(spec.reasoningEffort ? { reasoningEffort: spec.reasoningEffort } : {}),
    };
    const { agent: id, phase, attempt, threadId } = request;
    const sent = await stagger?.admit(request, signal, (wait) =>
      emit({ type: "turn.notice", agent: id, phase, attempt, threadId, message: describeWait(wait) }),
    );
    try {
      return await runTurn({
        backend,
        request,
        timeouts: { turnTimeoutMs: spec.timeoutMs ?? turnTimeout, idleTimeoutMs },
        signal,
        emit(event) {
          emit(event);
          sent?.hear(event);
        },
      });
    } finally {
      sent?.end();
    }
  };
}
