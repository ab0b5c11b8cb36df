import { randomBytes } from "node:crypto";

const AGENT_ID = /^[a-z][a-z0-9-]{0,39}$/;
const SESSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/;

/** Names that logs and tabs of ours already have. */
export const RESERVED_AGENT_IDS: ReadonlySet<string> = new Set([
  "core",
  "interrupt",
  "timeline",
  "relay",
  "autonomous-orchestrator",
]);

export const AGENT_ID_RULE = "a-z first, then a-z, 0-9 or '-', 40 characters at most";
export const SESSION_NAME_RULE =
  "a letter or digit first, then letters, digits, '.', '_' or '-', 48 characters at most";

export const isAgentId = (id: string): boolean => AGENT_ID.test(id);
export const isSessionName = (name: string): boolean => SESSION_NAME.test(name);

/** A new session's slug: `run-20261124-035051-1f3a`, in UTC, so that names sort by time. */
export function newSessionName(nowMs: number, random: string = randomBytes(2).toString("hex")): string {
  const [date, time] = new Date(nowMs).toISOString().split("T") as [string, string];
  return `run-${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${random}`;
}
