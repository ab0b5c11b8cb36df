import type { Event } from "../../events/event.ts";
import { AgentLog } from "../agent_log.ts";
import { colorAgent, type Style } from "../style.ts";
import { Timeline } from "../timeline.ts";

export interface StreamOptions {
  readonly style: Style;
  readonly columns: () => number | null;
  /** Every event of every turn as it arrives, behind its agent's name. */
  readonly stream: boolean;
  readonly debugPrompt: boolean;
}

/** Lines that stay: one for each thing that changes the run's course, and with `stream` what happens within turns. */
export class EventStream {
  #options: StreamOptions;
  #timeline: Timeline;
  #agents = new Map<string, AgentLog>();

  constructor(options: StreamOptions) {
    this.#options = options;
    const { style, columns, debugPrompt } = options;
    // A streamed agent says itself how large its prompt is.
    this.#timeline = new Timeline({ style, columns, debugPrompt: debugPrompt && !options.stream });
  }

  /** Takes in what has happened before anybody looked. */
  replay(event: Event): void {
    this.#timeline.replay(event);
  }

  add(event: Event): string[] {
    const lines = this.#timeline.add(event);
    if (!this.#options.stream || !("agent" in event) || !event.type.startsWith("turn.")) return lines;
    return this.#addTurnEvent(event.agent, event);
  }

  #addTurnEvent(agent: string, event: Event): string[] {
    const { style, columns } = this.#options;
    const prefix = `${colorAgent(style, agent, this.#orderOf(agent))} ${style.dim("│")} `;
    const prefixWidth = agent.length + 3;
    const known = this.#agents.get(agent);
    const log =
      known ??
      new AgentLog(agent, {
        style,
        columns: () => {
          const all = columns();
          return all === null ? null : Math.max(24, all - prefixWidth);
        },
      });
    if (!known) this.#agents.set(agent, log);
    return log
      .add(event)
      .filter((line) => line !== "")
      .map((line) => prefix + line);
  }

  #orderOf(agent: string): number {
    const at = [...this.#agents.keys()].indexOf(agent);
    return at === -1 ? this.#agents.size : at;
  }
}
