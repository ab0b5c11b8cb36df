import type { TurnFailure } from "../core/failure.ts";
import type { Event, EventOf } from "../events/event.ts";
import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import type { AgentSpec } from "../plan/plan.ts";
import { explainStops, nameInterrupt } from "./interrupt.ts";
import { ItemLog, showText } from "./item_log.ts";
import { LogPage, type PageOptions } from "./log_page.ts";
import { count, formatDayAndTime, formatDuration, formatTextSize, formatUsage } from "./quantities.ts";
import { neutraliseLine } from "./terminal_text.ts";
import { describeBlueprint, describeChange, describeHandoff, describeLoopEnd, describeNote } from "./waves.ts";

const PROMPT_LINES = { head: 4, tail: 0 };
const RAW_ANSWER_LINES = { head: 12, tail: 6 };

/**
 * The readable log of one agent: a fold over the run's journal that gives, for each event, the lines it adds. The same
 * fold writes `logs/<agent>.log` (plain, unbroken) and feeds a pane (coloured, broken to its width).
 */
export class AgentLog {
  readonly agent: string;
  #page: LogPage;
  #items: ItemLog;
  #session = "";
  #stage: "unknown" | "waiting" | "running" | "ended" = "unknown";

  constructor(agent: string, options: PageOptions) {
    this.agent = agent;
    this.#page = new LogPage(options);
    this.#items = new ItemLog(this.#page);
  }

  /** The lines that an event adds; none for what does not concern this agent. */
  add(event: Event): string[] {
    if ("agent" in event) {
      if (event.agent === this.agent) this.#addOwn(event);
    } else this.#addRunEvent(event);
    return this.#page.take();
  }

  #addOwn(event: Extract<Event, { agent: string }>): void {
    const page = this.#page;
    const { style } = page;
    switch (event.type) {
      case "turn.started":
        this.#startTurn(event);
        return;
      case "turn.thread":
        if (event.threadId) page.paragraph(`thread ${event.threadId}`, style.dim);
        return;
      case "turn.item":
        this.#items.add(event);
        return;
      case "turn.notice":
        page.entry(event.at, style.yellow("!"), event.message, style.yellow);
        return;
      case "turn.retried":
        page.entry(
          event.at,
          style.yellow("↻"),
          `${nameFailure(event.failure)}; tries again in ${formatDuration(event.delayMs)}`,
          style.yellow,
        );
        return;
      case "turn.unheard":
        page.entry(event.at, style.yellow("!"), UNHEARD_PROMPT, style.yellow);
        return;
      case "thread.lost":
        page.entry(event.at, style.yellow("!"), LOST_THREAD, style.yellow);
        return;
      case "turn.finished":
        if (event.adopted) page.entry(event.at, style.blue("▶"), describeAdopted(event), style.bold);
        if (event.text !== this.#items.lastMessage) showText(page, event.at, event.text);
        page.entry(
          event.at,
          style.green("✓"),
          `${event.phase} finished in ${formatDuration(event.durationMs)} · ${formatUsage(event.usage)}`,
          style.green,
        );
        return;
      case "turn.failed":
        page.entry(
          event.at,
          style.red("✗"),
          `${event.phase} failed after ${formatDuration(event.durationMs)}: ${nameFailure(event.failure)}`,
          style.red,
        );
        return;
      case "blueprint.accepted":
        page.entry(
          event.at,
          style.green("✓"),
          `blueprint accepted: ${describeBlueprint(event.blueprint)}`,
          style.green,
        );
        this.#showBaton(event);
        for (const warning of event.warnings) page.entry(event.at, style.yellow("!"), warning, style.yellow);
        return;
      case "blueprint.rejected":
        page.entry(
          event.at,
          style.red("✗"),
          `blueprint rejected: ${count(event.faults.length, "fault")}${event.final ? ", after its repair" : "; asks for a repair"}`,
          style.red,
        );
        for (const fault of event.faults) page.entry(event.at, style.red("-"), fault, style.red);
        if (event.final) page.quote(event.text, RAW_ANSWER_LINES);
        return;
      case "agent.finished":
        this.#stage = "ended";
        page.entry(event.at, style.green("✓"), `${this.agent} finished`, bold(page, "green"));
        return;
      case "agent.failed":
        this.#stage = "ended";
        page.entry(event.at, style.red("✗"), `${this.agent} failed: ${nameFailure(event.failure)}`, bold(page, "red"));
        return;
      case "agent.skipped":
        this.#stage = "ended";
        page.entry(event.at, style.yellow("○"), `${this.agent} skipped: ${event.because}`, bold(page, "yellow"));
        return;
      default:
        event satisfies never;
    }
  }

  #addRunEvent(event: Exclude<Event, { agent: string }>): void {
    const page = this.#page;
    const { style } = page;
    switch (event.type) {
      case "run.started":
        this.#session = event.session;
        for (const group of event.plan.groups)
          for (const spec of group.agents) if (spec.id === this.agent) this.#introduce(spec, event.at);
        return;
      case "wave.started":
        for (const spec of event.agents) if (spec.id === this.agent) this.#introduce(spec, event.at);
        return;
      case "run.resumed":
        if (this.#stage === "unknown") return;
        this.#stage = "waiting";
        this.#rule(`resumed ${formatDayAndTime(event.at)}`);
        return;
      case "run.interrupted":
        if (this.#stage === "running")
          page.entry(
            event.at,
            style.yellow("■"),
            `${nameInterrupt(event)}: ${explainStops(event.stops)}`,
            style.yellow,
          );
        else if (this.#stage === "waiting")
          page.entry(event.at, style.yellow("■"), `${nameInterrupt(event)}: not started in this run`, style.yellow);
        return;
      case "run.finished":
        if (this.#stage !== "waiting" && this.#stage !== "running") return;
        page.entry(event.at, style.yellow("■"), `the run ended before ${this.agent} did`, style.yellow);
        return;
      case "wave.observed": {
        const change = this.agent === ORCHESTRATOR_ID ? describeChange(event) : null;
        if (change !== null) page.entry(event.at, style.dim("◇"), change, style.dim);
        return;
      }
      case "autonomous.ended":
        if (this.agent === ORCHESTRATOR_ID) page.entry(event.at, style.blue("■"), describeLoopEnd(event), style.bold);
        return;
      case "memory.recalled":
      case "run.notice":
        return;
      default:
        event satisfies never;
    }
  }

  /** Why these agents, and what the wave of a relay hands on. */
  #showBaton({ at, blueprint }: EventOf<"blueprint.accepted">): void {
    const { reason, handoff, agents } = blueprint;
    if (reason && agents.length > 0) this.#page.paragraph(reason);
    if (!handoff) return;
    this.#page.entry(at, this.#page.style.cyan("⇢"), describeHandoff(handoff));
    for (const line of describeNote(handoff)) this.#page.paragraph(line);
  }

  #introduce(spec: AgentSpec, at: string): void {
    if (this.#stage !== "unknown") return;
    this.#stage = "waiting";
    const { style } = this.#page;
    const role = spec.role === spec.id ? "" : `  ${neutraliseLine(spec.role)}`;
    this.#page.raw(`${style.bold(style.cyan(spec.id))}${role}${style.dim(`  ${this.#session}`)}`);
    const waits = spec.dependsOn.length > 0 ? `, waits for ${spec.dependsOn.join(", ")}` : "";
    this.#page.raw(style.dim(`${formatDayAndTime(at)}  ${spec.sandbox}${waits}`));
    this.#page.blank();
  }

  #startTurn(event: EventOf<"turn.started">): void {
    if (this.#stage !== "waiting") this.#page.blank();
    this.#stage = "running";
    this.#items = new ItemLog(this.#page);
    const { style } = this.#page;
    const isNewQuestion = event.agent === ORCHESTRATOR_ID && event.phase === "work" && !event.continues;
    const again = event.attempt > 1 && !isNewQuestion ? `, attempt ${event.attempt}` : "";
    const goesOn = event.continues ? ", goes on where it was cut off" : "";
    this.#page.entry(event.at, style.blue("▶"), `${event.phase}${again}${goesOn}`, style.bold);
    this.#page.paragraph(`prompt: ${formatTextSize(event.prompt)}`, style.dim);
    this.#page.quote(event.prompt, PROMPT_LINES);
  }

  #rule(text: string): void {
    this.#page.blank();
    this.#page.raw(this.#page.style.dim(`── ${text} ──`));
    this.#page.blank();
  }
}

/** `rate-limited: the server asks for patience`. */
export function nameFailure(failure: TurnFailure): string {
  return failure.message ? `${failure.kind}: ${failure.message}` : failure.kind;
}

/** What a resume says of a turn that was killed before Codex had taken its prompt in. */
export const UNHEARD_PROMPT = "its prompt had not reached Codex's thread: it is asked whole again";

/** What a resume says of a thread that is gone. */
export const LOST_THREAD = "its thread is gone from Codex's home: it begins again on a new one";

/** What a resume says of a turn that had ended unseen. */
export const describeAdopted = ({ phase }: EventOf<"turn.finished">): string =>
  `${phase} had ended when the run was cut off: its answer is taken from the thread`;

function bold(page: LogPage, color: "green" | "red" | "yellow"): (text: string) => string {
  return (text) => page.style.bold(page.style[color](text));
}
