import type { Usage } from "../core/usage.ts";

/** `0.4s`, `27s`, `1m 12s`, `2h 05m`. */
export function formatDuration(ms: number): string {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h ${pad(Math.floor((seconds % 3600) / 60))}m`;
}

/** The same in whole seconds, for a clock that runs. */
export function formatElapsed(ms: number): string {
  return ms < 60_000 ? `${Math.floor(Math.max(0, ms) / 1000)}s` : formatDuration(Math.floor(ms / 1000) * 1000);
}

/** `950`, `12.3k`, `4.6M`. */
export function formatTokens(count: number): string {
  if (count < 1000) return `${count}`;
  if (count < 99_950) return `${(count / 1000).toFixed(1)}k`;
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${(count / 1_000_000).toFixed(1)}M`;
}

/** `12.3k in (8.0k cached), 1.1k out (400 reasoning)`. */
export function formatUsage(usage: Usage): string {
  const cached = usage.cachedInput > 0 ? ` (${formatTokens(usage.cachedInput)} cached)` : "";
  const reasoning = usage.reasoning > 0 ? ` (${formatTokens(usage.reasoning)} reasoning)` : "";
  return `${formatTokens(usage.input)} in${cached}, ${formatTokens(usage.output)} out${reasoning}`;
}

/** `1,234 characters, 1,240 bytes, 34 lines`. */
export function formatTextSize(text: string): string {
  const lines = text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
  const bytes = Buffer.byteLength(text);
  return [count([...text].length, "character"), count(bytes, "byte"), count(lines, "line")].join(", ");
}

/** `1 line`, `2 lines`, `1,234 lines`. */
export function count(amount: number, noun: string): string {
  return `${amount.toLocaleString("en-US")} ${noun}${amount === 1 ? "" : "s"}`;
}

/** An event's time of day where the reader is: `04:12:30`. */
export function formatTimeOfDay(at: string): string {
  const date = new Date(at);
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}

/** The same with its day: `2026-11-24 04:12:30`. */
export function formatDayAndTime(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())} ${formatTimeOfDay(at)}`;
}

const pad = (value: number): string => String(value).padStart(2, "0");
