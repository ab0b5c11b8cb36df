import type { Usage } from "../core/usage.ts";
import type { Event, EventOf, TurnRef } from "../events/event.ts";
import type { AgentSpec } from "../plan/plan.ts";
import { type Artifact, artifactId, artifactPath, formatArtifact } from "./artifact.ts";
import type { Job } from "./job.ts";
import { cleanPart, fileStamp } from "./names.ts";

/** `/runs/<session>/agents/<agent>/*.json`: one finished turn. Scripts rely on these fields. */
export interface TurnRecord {
  readonly agent: string;
  readonly phase: string;
  readonly attempt: number;
  readonly prompt: string;
  readonly response: string;
  readonly threadId: string | null;
  readonly usage: Usage;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/** `/runs/<session>/run.json`. */
export interface RunRecord {
  readonly session: string;
  readonly prompt: string;
  readonly projectRoot: string;
  readonly version: string;
  readonly state: "running" | "interrupted" | "finished" | "failed" | "stopped";
  readonly startedAt: string;
  readonly resumedAt: readonly string[];
  readonly finishedAt: string | null;
  readonly exitCode: number | null;
  readonly reason: string | null;
  readonly usage: Usage | null;
}

/**
 * The fold that makes the text of `logs/interrupt.log`: `add` gives it when it is new, else null. Handed in, because it
 * belongs to the views.
 */
export interface InterruptSummary {
  add(event: Event): string | null;
}

interface OpenTurn {
  readonly startedAt: string;
  readonly prompt: string;
  readonly eventsPath: string;
  eventBytes: number;
}

/**
 * What the two databases hold, as a pure fold over one session's journal: the same events give the same jobs. Keeps
 * only what running turns and agents need, never the events themselves.
 */
export class RecordFold {
  #session = "";
  #runFolder = "";
  #actions = true;
  #run: RunRecord | null = null;
  #specs = new Map<string, AgentSpec>();
  #turns = new Map<string, OpenTurn>();
  /** Each agent's last artifact: what the next one of it, or of those who read it, rests on. */
  #lastArtifacts = new Map<string, string>();
  #interrupt: { readonly id: string; readonly createdAt: string } | null = null;
  #interruptSummary: InterruptSummary;

  constructor(interruptSummary: InterruptSummary) {
    this.#interruptSummary = interruptSummary;
  }

  /** The writes that follow from one event, in order. */
  apply(event: Event): Job[] {
    const jobs = this.#applyEvent(event);
    const summary = this.#interruptSummary.add(event);
    if (summary !== null) jobs.push(this.#rememberInterrupt(event, summary));
    return jobs;
  }

  #applyEvent(event: Event): Job[] {
    switch (event.type) {
      case "run.started":
        this.#session = event.session;
        this.#runFolder = `/runs/${cleanPart(event.settings.agentfsSession ?? event.session)}`;
        this.#actions = event.settings.agentfs !== false;
        for (const agent of event.plan.groups.flatMap((group) => group.agents)) this.#specs.set(agent.id, agent);
        return this.#changeRun(event, {
          session: event.session,
          prompt: event.prompt,
          projectRoot: event.projectRoot,
          version: event.version,
          state: "running",
          startedAt: event.at,
          resumedAt: [],
          finishedAt: null,
          exitCode: null,
          reason: null,
          usage: null,
        });
      case "run.resumed":
        this.#interrupt = null;
        for (const agent of event.plan?.groups.flatMap((group) => group.agents) ?? []) {
          if (!this.#lastArtifacts.has(agent.id)) this.#specs.set(agent.id, agent);
        }
        return this.#changeRun(event, {
          state: "running",
          resumedAt: [...(this.#run?.resumedAt ?? []), event.at],
          finishedAt: null,
          exitCode: null,
          reason: null,
        });
      case "wave.started":
        for (const agent of event.agents) this.#specs.set(agent.id, agent);
        return [];
      case "turn.started":
        this.#turns.set(turnKey(event), {
          startedAt: event.at,
          prompt: event.prompt,
          eventsPath: this.#turnPath("events", event, event.at, "jsonl"),
          eventBytes: 0,
        });
        return [];
      case "turn.item":
      case "turn.notice":
      case "turn.retried":
        return this.#recordLine(event);
      case "turn.failed": {
        const jobs = this.#recordLine(event);
        this.#turns.delete(turnKey(event));
        return jobs;
      }
      case "turn.finished":
        return this.#finishTurn(event);
      case "run.interrupted":
        return this.#changeRun(event, { state: "interrupted", reason: event.reason });
      case "run.finished":
        return this.#changeRun(event, {
          state: event.state,
          finishedAt: event.at,
          exitCode: event.exitCode,
          reason: event.reason,
          usage: event.usage,
        });
      default:
        return [];
    }
  }

  #changeRun(event: Event, change: Partial<RunRecord>): Job[] {
    this.#run = { ...this.#run, ...change } as RunRecord;
    const content = formatRecord(this.#run);
    return this.#put(event, `${this.#runFolder}/run.json`, content);
  }

  #finishTurn(event: EventOf<"turn.finished">): Job[] {
    const turn = this.#turns.get(turnKey(event));
    this.#turns.delete(turnKey(event));
    const spec = this.#specs.get(event.agent);
    const record: TurnRecord & { readonly session: string; readonly role: string; readonly tags: readonly string[] } = {
      session: this.#session,
      agent: event.agent,
      role: spec?.role ?? "",
      phase: event.phase,
      attempt: event.attempt,
      tags: spec?.tags ?? [],
      threadId: event.threadId,
      startedAt: turn?.startedAt ?? new Date(Date.parse(event.at) - event.durationMs).toISOString(),
      finishedAt: event.at,
      usage: event.usage,
      prompt: turn?.prompt ?? "",
      response: event.text,
    };
    const id = artifactId(event.at, [this.#session, event.agent, event.phase, String(event.attempt)]);
    const restsOn = [event.agent, ...(spec?.dependsOn ?? [])];
    const relatedArtifacts = restsOn.flatMap((agent) => this.#lastArtifacts.get(agent) ?? []);
    this.#lastArtifacts.set(event.agent, id);
    return [
      this.#remember(event, {
        id,
        agent: event.agent,
        type: event.phase,
        session: this.#session,
        tags: spec?.tags ?? [],
        createdAt: event.at,
        content: event.text,
        relatedArtifacts,
      }),
      ...this.#put(event, this.#turnPath("agents", event, event.at, "json"), formatRecord(record)),
    ];
  }

  /** One artifact for each interrupt, written in place whenever its text is new; a resume ends it. */
  #rememberInterrupt(event: Event, content: string): Job {
    this.#interrupt ??= { id: artifactId(event.at, [this.#session, "interrupt"]), createdAt: event.at };
    return this.#remember(event, {
      ...this.#interrupt,
      agent: "interrupt",
      type: "interrupt",
      session: this.#session,
      tags: ["interrupt"],
      content,
      relatedArtifacts: [...this.#lastArtifacts.values()],
    });
  }

  #recordLine(event: EventOf<"turn.item" | "turn.notice" | "turn.retried" | "turn.failed">): Job[] {
    if (!this.#actions) return [];
    const key = turnKey(event);
    const turn = this.#turns.get(key) ?? {
      startedAt: event.at,
      prompt: "",
      eventsPath: this.#turnPath("events", event, event.at, "jsonl"),
      eventBytes: 0,
    };
    this.#turns.set(key, turn);
    const { prev: _, threadId: __, ...line } = event;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const offset = turn.eventBytes;
    turn.eventBytes += bytes.length;
    return [{ kind: "append", database: "actions", seq: event.seq, path: turn.eventsPath, offset, bytes }];
  }

  #remember(event: Event, artifact: Artifact): Job {
    return {
      kind: "put",
      database: "memory",
      seq: event.seq,
      path: artifactPath(artifact.id),
      content: formatArtifact(artifact),
    };
  }

  #put(event: Event, path: string, content: string): Job[] {
    return this.#actions ? [{ kind: "put", database: "actions", seq: event.seq, path, content }] : [];
  }

  #turnPath(folder: "agents" | "events", turn: TurnRef, at: string, extension: string): string {
    const name = `${fileStamp(at)}__${cleanPart(turn.phase)}-${turn.attempt}.${extension}`;
    return `${this.#runFolder}/${folder}/${cleanPart(turn.agent)}/${name}`;
  }
}

const turnKey = (turn: TurnRef): string => `${turn.agent} ${turn.phase} ${turn.attempt}`;
const formatRecord = (record: object): string => `${JSON.stringify(record, null, 2)}\n`;
