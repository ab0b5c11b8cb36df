import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAgentId } from "../core/ids.ts";
import type { SessionPaths } from "../core/paths.ts";
import type { Event } from "../events/event.ts";
import { AgentLog } from "./agent_log.ts";
import { InterruptSummary } from "./interrupt.ts";
import { LogFile } from "./log_file.ts";
import { LogLinks } from "./log_links.ts";
import { RelayLog } from "./relay_log.ts";
import { PLAIN } from "./style.ts";
import { Timeline } from "./timeline.ts";

const FILE_PAGE = { style: PLAIN, columns: () => null };
const NOTHING: readonly string[] = [];

/**
 * The log files of a session: `timeline.log`, one for each agent as soon as a plan or a wave names it, `relay.log` where
 * there is a relay, `interrupt.log` from an interrupt on, and their links in the project's `logs/`. Opening writes all of them anew from the events that
 * there are. Writes are gathered within one turn of the event loop. Nothing that goes wrong here stops a run: `append`
 * gives each thing that a person should know once.
 */
export class LogFiles {
  #paths: SessionPaths;
  #links: LogLinks;
  #timeline = new Timeline(FILE_PAGE);
  #timelineFile: LogFile | null;
  #relay = new RelayLog(FILE_PAGE);
  #relayFile: LogFile | null = null;
  #interrupt = new InterruptSummary();
  #interruptText: string | null = null;
  #agents = new Map<string, { readonly log: AgentLog; readonly file: LogFile | null }>();
  /** Agents that come later hear of it too. */
  #started: Event | null = null;
  #dirty = new Set<LogFile>();
  #flushing: ReturnType<typeof setImmediate> | null = null;
  #notices: string[] = [];
  #failed = false;

  constructor(paths: SessionPaths, events: Iterable<Event> = []) {
    this.#paths = paths;
    this.#links = new LogLinks(paths);
    try {
      mkdirSync(paths.logs, { recursive: true });
    } catch (error) {
      this.#fail(paths.logs, error as Error);
    }
    this.#say(this.#links.prepare());
    this.#timelineFile = this.#open("timeline.log");
    for (const event of events) this.#take(event);
    if (this.#interruptText !== null) this.#writeInterrupt(this.#interruptText);
    this.flush();
  }

  /** Names within the project that are ours now, `logs/planner.log`: git need not show them. */
  get links(): readonly string[] {
    return this.#links.made;
  }

  /** Takes one event in, right after it was journaled; gives what a person should know, mostly nothing. */
  append(event: Event): readonly string[] {
    const text = this.#take(event);
    if (text !== null) this.#writeInterrupt(text);
    if (this.#dirty.size > 0) this.#flushing ??= setImmediate(() => this.flush());
    return this.takeNotices();
  }

  /** What has come up since the last call: user files in the way, a full disk. */
  takeNotices(): readonly string[] {
    if (this.#notices.length === 0) return NOTHING;
    const notices = this.#notices;
    this.#notices = [];
    return notices;
  }

  flush(): void {
    if (this.#flushing) clearImmediate(this.#flushing);
    this.#flushing = null;
    for (const file of this.#dirty) this.#fail(file.path, file.flush());
    this.#dirty.clear();
  }

  /** True when a log is not what we wrote, or a link is gone: make them anew with a new LogFiles over the journal. */
  isDamaged(): boolean {
    this.flush();
    if (this.links.some((name) => !existsSync(join(this.#paths.projectRoot, name)))) return true;
    const files = [
      this.#timelineFile,
      ...(this.#relayFile ? [this.#relayFile] : []),
      ...[...this.#agents.values()].map(({ file }) => file),
    ];
    return files.some((file) => file === null || file.isDamaged());
  }

  close(): void {
    this.flush();
    this.#timelineFile?.close();
    this.#relayFile?.close();
    for (const { file } of this.#agents.values()) file?.close();
  }

  /** Gives the interrupt summary when it is new. */
  #take(event: Event): string | null {
    this.#nameAgents(event);
    this.#write(this.#timelineFile, this.#timeline.add(event));
    this.#write(this.#relayFile, this.#relay.add(event));
    if ("agent" in event) {
      const agent = this.#agents.get(event.agent);
      if (agent) this.#write(agent.file, agent.log.add(event));
    } else for (const { log, file } of this.#agents.values()) this.#write(file, log.add(event));
    const text = this.#interrupt.add(event);
    if (text !== null) this.#interruptText = text;
    return text;
  }

  #nameAgents(event: Event): void {
    if (event.type === "run.started") {
      for (const group of event.plan.groups) for (const { id } of group.agents) this.#addAgent(id);
      this.#started = event;
      if (event.plan.groups.some(({ modes }) => modes?.relay)) this.#relayFile = this.#open("relay.log");
    }
    if (event.type === "wave.started") for (const { id } of event.agents) this.#addAgent(id);
    else if (event.type === "turn.started") this.#addAgent(event.agent);
  }

  #addAgent(id: string): void {
    if (this.#agents.has(id) || !isAgentId(id)) return;
    const log = new AgentLog(id, FILE_PAGE);
    if (this.#started) log.add(this.#started);
    this.#agents.set(id, { log, file: this.#open(`${id}.log`) });
  }

  #open(name: string): LogFile | null {
    const file = new LogFile(join(this.#paths.logs, name));
    const problem = file.open();
    this.#fail(file.path, problem);
    if (problem) return null;
    this.#say(this.#links.link(name));
    return file;
  }

  #write(file: LogFile | null, lines: readonly string[]): void {
    if (!file || lines.length === 0) return;
    file.add(lines);
    this.#dirty.add(file);
  }

  /** Replaced in one step, so that a reader never sees half of it. */
  #writeInterrupt(text: string): void {
    const path = join(this.#paths.logs, "interrupt.log");
    try {
      const temporary = `${path}.${process.pid}`;
      writeFileSync(temporary, text);
      renameSync(temporary, path);
      this.#say(this.#links.link("interrupt.log"));
    } catch (error) {
      this.#fail(path, error as Error);
    }
  }

  #say(notice: string | null): void {
    if (notice !== null) this.#notices.push(notice);
  }

  #fail(path: string, error: Error | null): void {
    if (!error || this.#failed) return;
    this.#failed = true;
    this.#notices.push(`logs cannot be written any more (${path}: ${error.message}); the journal goes on`);
  }
}
