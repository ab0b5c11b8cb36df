import { createLogUpdate } from "log-update";
import type { Event } from "../../events/event.ts";
import { applyToRun, createRunRecord } from "../run_state.ts";
import { createStyle, decideColor, type Style } from "../style.ts";
import { EventStream } from "./event_stream.ts";
import { LastActions } from "./last_action.ts";
import { drawTree } from "./live_tree.ts";

/** The live view of a headless run. Feed it every event; `stop` leaves the terminal as it was found. */
export interface Progress {
  /** What happened before this process took the run up: known from then on, but not shown again. */
  replay(event: Event): void;
  event(event: Event): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly out: NodeJS.WriteStream;
  readonly stream: boolean;
  readonly debugPrompt: boolean;
  readonly isTty: boolean;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** How often spinners turn and clocks count. */
const FRAME_MS = 100;

/** In a terminal a live tree, elsewhere plain lines, one for each step; with `stream` the agents' events as well. */
export function startProgress(options: ProgressOptions): Progress {
  const { stream, debugPrompt, isTty, env = process.env } = options;
  const out = tolerateClosing(options.out);
  const style = createStyle(decideColor(env, isTty));
  const columns = () => (isTty ? out.columns || 80 : null);
  const lines = new EventStream({ style, columns, stream, debugPrompt });
  if (isTty && env.TERM !== "dumb") return startTree({ ...options, out, style, lines });
  return {
    replay: (event) => lines.replay(event),
    event(event) {
      const added = lines.add(event);
      if (added.length > 0) out.write(`${added.join("\n")}\n`);
    },
    stop() {},
  };
}

/** A reader that goes away (`| head`, a closed terminal) ends the view, never the run. */
function tolerateClosing(out: NodeJS.WriteStream): NodeJS.WriteStream {
  let closed = false;
  out.on("error", () => {
    closed = true;
  });
  return new Proxy(out, {
    get(target, key) {
      if (key === "write")
        return (text: string) => {
          if (closed) return false;
          try {
            return target.write(text);
          } catch {
            closed = true;
            return false;
          }
        };
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** What the tree does not show by itself stays above it. */
const STAYS: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  "run.notice",
  "run.interrupted",
  "blueprint.accepted",
  "blueprint.rejected",
  "turn.failed",
  "agent.failed",
  "agent.skipped",
]);

function startTree({
  out,
  stream,
  debugPrompt,
  style,
  lines,
}: ProgressOptions & { readonly style: Style; readonly lines: EventStream }): Progress {
  const run = createRunRecord();
  const actions = new LastActions();
  const update = createLogUpdate(out);
  let tick = 0;
  let stopped = false;
  const draw = () => {
    const size = { columns: out.columns || 80, rows: out.rows || 24 };
    update(drawTree({ run, actions, style, nowMs: Date.now(), tick, ...size }).join("\n"));
  };
  const turn = () => {
    tick += 1;
    if (run.session !== "") draw();
  };
  const frames = setInterval(turn, FRAME_MS);
  frames.unref();
  out.on("resize", turn);
  const stop = () => {
    if (stopped) return;
    stopped = true;
    clearInterval(frames);
    out.off("resize", turn);
    process.off("exit", stop);
    if (run.session !== "") draw();
    update.done();
  };
  process.on("exit", stop);
  return {
    replay(event) {
      applyToRun(run, event);
      lines.add(event);
    },
    event(event) {
      applyToRun(run, event);
      actions.add(event);
      const added = lines.add(event);
      const shown = stream || STAYS.has(event.type) || (debugPrompt && event.type === "turn.started");
      if (shown && added.length > 0 && !stopped) {
        update.clear();
        out.write(`${added.join("\n")}\n`);
        draw();
      }
    },
    stop,
  };
}
