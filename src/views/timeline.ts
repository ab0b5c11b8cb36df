import type { Event, EventOf } from "../events/event.ts";
import { ORCHESTRATOR_ID } from "../plan/deciders.ts";
import type { AgentSpec } from "../plan/plan.ts";
import { describeAdopted, LOST_THREAD, nameFailure, UNHEARD_PROMPT } from "./agent_log.ts";
import { describePath } from "./critical_path.ts";
import { forecastAgents, forecastRun } from "./forecast.ts";
import { explainStops, nameInterrupt } from "./interrupt.ts";
import { LogPage, type PageOptions } from "./log_page.ts";
import { count, formatDayAndTime, formatDuration, formatTextSize, formatUsage } from "./quantities.ts";
import { applyToRun, createRunRecord, measureElapsed, type RunRecord } from "./run_state.ts";
import { colorAgent } from "./style.ts";
import { neutraliseLine } from "./terminal_text.ts";
import { describeBlueprint, describeChange, describeHandoff, describeLoopEnd, describeRecall } from "./waves.ts";

const PROMPT_LINES = { head: 6, tail: 0 };

export interface TimelineOptions extends PageOptions {
  /** Says of every prompt how large it is before it is sent; left out: as the run's own settings have it. */
  readonly debugPrompt?: boolean;
}

/** The whole run as one stream of lines, one for each thing that changes its course: a fold over its journal. */
export class Timeline {
  #page: LogPage;
  #run: RunRecord = createRunRecord();
  #debugPrompt: boolean | null;
  #lastFailure = new Map<string, string>();

  constructor(options: TimelineOptions) {
    this.#page = new LogPage(options);
    this.#debugPrompt = options.debugPrompt ?? null;
  }

  /** Takes an event in whose lines nobody wants to see. */
  replay(event: Event): void {
    applyToRun(this.#run, event);
    if (event.type === "run.started") this.#debugPrompt ??= event.settings.debugPrompt ?? false;
  }

  /** The lines that an event adds; none for what stays within an agent. */
  add(event: Event): string[] {
    applyToRun(this.#run, event);
    if (event.type.startsWith("run.")) this.#addRunEvent(event);
    else this.#addAgentEvent(event);
    return this.#page.take();
  }

  #addRunEvent(event: Event): void {
    const page = this.#page;
    const { style } = page;
    switch (event.type) {
      case "run.started":
        this.#debugPrompt ??= event.settings.debugPrompt ?? false;
        page.raw(`${style.bold(style.cyan(event.session))}${style.dim(`  ${formatDayAndTime(event.at)}`)}`);
        page.quote(event.prompt, PROMPT_LINES, (text) => text);
        page.blank();
        return;
      case "run.resumed":
        page.blank();
        page.entry(event.at, style.blue("▶"), `resumed on ${formatDayAndTime(event.at).slice(0, 10)}`, style.bold);
        if (event.plan) page.paragraph("with a new configuration, for what had not begun", style.yellow);
        return;
      case "run.notice":
        page.entry(event.at, style.yellow("!"), event.message, style.yellow);
        return;
      case "run.interrupted":
        page.entry(event.at, style.yellow("■"), nameInterrupt(event), (text) => style.bold(style.yellow(text)));
        if (event.reason) page.paragraph(event.reason, style.yellow);
        page.paragraph(explainStops(event.stops));
        if (event.running.length > 0) page.paragraph(`running: ${event.running.join(", ")}`);
        return;
      case "run.finished":
        this.#endRun(event);
        return;
    }
  }

  #addAgentEvent(event: Event): void {
    const page = this.#page;
    const { style } = page;
    switch (event.type) {
      case "wave.started":
        page.entry(event.at, style.blue("◆"), `${describeWave(event)}${this.#estimate(event)}`, style.bold);
        for (const line of this.#drawGraph(event.agents)) page.raw(`          ${line}`);
        return;
      case "turn.started":
        if (event.phase === "plan" || event.phase === "work" || event.attempt > 1 || event.continues)
          page.entry(event.at, style.blue("▶"), this.#name(event.agent, describeStart(event)));
        else page.entry(event.at, style.dim("▷"), this.#name(event.agent, event.phase));
        if (this.#debugPrompt) page.paragraph(`prompt: ${formatTextSize(event.prompt)}`, style.dim);
        return;
      case "turn.retried":
        page.entry(
          event.at,
          style.yellow("↻"),
          this.#name(event.agent, `${nameFailure(event.failure)}; again in ${formatDuration(event.delayMs)}`),
        );
        return;
      case "turn.failed":
        this.#lastFailure.set(event.agent, nameFailure(event.failure));
        page.entry(
          event.at,
          style.red("✗"),
          this.#name(event.agent, `${event.phase} failed: ${nameFailure(event.failure)}`),
          style.red,
        );
        return;
      case "agent.finished":
        page.entry(event.at, style.green("✓"), this.#name(event.agent, `finished ${this.#measure(event.agent)}`));
        return;
      case "agent.failed":
        page.entry(event.at, style.red("✗"), this.#name(event.agent, this.#sayWhyFailed(event)), style.red);
        return;
      case "agent.skipped":
        page.entry(event.at, style.yellow("○"), this.#name(event.agent, `skipped: ${event.because}`), style.yellow);
        return;
      case "blueprint.accepted":
        page.entry(
          event.at,
          style.green("◆"),
          this.#name(event.agent, `blueprint accepted: ${describeBlueprint(event.blueprint)}`),
        );
        if (event.blueprint.handoff)
          page.entry(event.at, style.cyan("⇢"), describeHandoff(event.blueprint.handoff), style.bold);
        for (const warning of event.warnings) page.paragraph(warning, style.yellow);
        return;
      case "turn.unheard":
        page.entry(event.at, style.yellow("!"), this.#name(event.agent, UNHEARD_PROMPT), style.yellow);
        return;
      case "thread.lost":
        page.entry(event.at, style.yellow("!"), this.#name(event.agent, LOST_THREAD), style.yellow);
        return;
      case "turn.finished":
        if (event.adopted) page.entry(event.at, style.green("▷"), this.#name(event.agent, describeAdopted(event)));
        return;
      case "wave.observed": {
        const change = describeChange(event);
        if (change !== null) page.entry(event.at, style.dim("◇"), change, style.dim);
        return;
      }
      case "autonomous.ended":
        page.entry(event.at, style.blue("■"), describeLoopEnd(event), style.bold);
        return;
      case "memory.recalled":
        page.entry(event.at, style.dim("◇"), describeRecall(event), style.dim);
        return;
      case "blueprint.rejected":
        page.entry(
          event.at,
          style.red("◆"),
          this.#name(event.agent, `blueprint rejected${event.final ? " for good" : ", a repair is asked for"}`),
          style.red,
        );
        for (const fault of event.faults) page.paragraph(`- ${fault}`, style.red);
        return;
      case "turn.thread":
      case "turn.item":
      case "turn.notice":
      case "run.started":
      case "run.resumed":
      case "run.notice":
      case "run.interrupted":
      case "run.finished":
        return;
      default:
        event satisfies never;
    }
  }

  #endRun(event: EventOf<"run.finished">): void {
    const page = this.#page;
    const { style } = page;
    const took = this.#run.startedAtMs === null ? 0 : Date.parse(event.at) - this.#run.startedAtMs;
    const [symbol, mark] =
      event.state === "finished"
        ? ([style.green("✓"), style.green] as const)
        : event.state === "failed"
          ? ([style.red("✗"), style.red] as const)
          : ([style.yellow("■"), style.yellow] as const);
    const reason = event.reason ? `: ${event.reason}` : "";
    page.entry(event.at, symbol, `run ${event.state} after ${formatDuration(took)}${reason}`, (text) =>
      style.bold(mark(text)),
    );
    page.paragraph(formatUsage(event.usage), style.dim);
    // What a stopped run has not come to yet belongs to the path as well, and has no time.
    if (event.state !== "stopped") this.#showCriticalPath(Date.parse(event.at));
  }

  #showCriticalPath(atMs: number): void {
    const { agents, ms } = forecastRun(this.#run, atMs).criticalPath;
    if (agents.length < 2) return;
    this.#page.paragraph(`critical path ${formatDuration(ms)}: ${describePath(agents)}`, this.#page.style.dim);
  }

  #estimate({ agents }: EventOf<"wave.started">): string {
    const ms = forecastAgents(
      this.#run,
      agents.map(({ id }) => id),
    );
    return ms === null ? "" : `, about ${formatDuration(ms)}`;
  }

  /** The turn that failed has just said why; a reason is said once. */
  #sayWhyFailed({ agent, failure }: EventOf<"agent.failed">): string {
    const said = this.#lastFailure.get(agent) === nameFailure(failure);
    return said ? "failed" : `failed: ${nameFailure(failure)}`;
  }

  #name(agent: string, text: string): string {
    return `${agent}  ${text}`;
  }

  #measure(id: string): string {
    const agent = this.#run.agents.get(id);
    return agent ? `in ${formatDuration(measureElapsed(agent, 0))} · ${formatUsage(agent.usage)}` : "";
  }

  /** `├─ api        Backend engineer` and who waits for whom. */
  #drawGraph(agents: readonly AgentSpec[]): string[] {
    const { style } = this.#page;
    const width = Math.max(0, ...agents.map(({ id }) => id.length));
    return agents.map((spec, index) => {
      const branch = style.dim(index === agents.length - 1 ? "└─" : "├─");
      const order = this.#run.agents.get(spec.id)?.order ?? index;
      const name = colorAgent(style, spec.id.padEnd(width), order);
      const after = spec.dependsOn.length > 0 ? style.dim(`  after ${spec.dependsOn.join(", ")}`) : "";
      return `${branch} ${name}  ${neutraliseLine(spec.role)}${after}`;
    });
  }
}

function describeWave({ wave, group, agents }: EventOf<"wave.started">): string {
  return `wave ${wave} of ${group}: ${count(agents.length, "agent")}`;
}

function describeStart({ agent, phase, attempt, continues }: EventOf<"turn.started">): string {
  // The orchestrator's attempts are the waves that it has been asked after.
  if (agent === ORCHESTRATOR_ID && phase === "work" && !continues) return "looks at what comes next";
  const again = attempt > 1 ? `, attempt ${attempt}` : "";
  return `starts ${phase}${again}${continues ? ", goes on where it was cut off" : ""}`;
}
