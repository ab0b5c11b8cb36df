import type { Event } from "../events/event.ts";
import { formatTimeOfDay } from "./quantities.ts";
import type { Style } from "./style.ts";
import { clipLine, neutraliseLine, padEnd } from "./terminal_text.ts";

const TYPE_WIDTH = 18;

/** One event on one line: number, time, type, agent, and the start of what it carries. */
export function renderEventLine(event: Event, style: Style, columns: number | null): string {
  const { seq, at, type, prev: _prev, ...rest } = event;
  const agent = "agent" in rest ? `${style.cyan(rest.agent)} ` : "";
  const detail = neutraliseLine(JSON.stringify("agent" in rest ? { ...rest, agent: undefined } : rest));
  const line = `${style.dim(`${String(seq).padStart(5)} ${formatTimeOfDay(at)}`)} ${padEnd(type, TYPE_WIDTH)} ${agent}${style.dim(detail)}`;
  return clipLine(line, columns ?? 240);
}
