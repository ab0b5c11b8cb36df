import { type Blueprint, type Handoff, NOTE_PARTS } from "../blueprint/blueprint.ts";
import type { EventOf } from "../events/event.ts";
import { count } from "./quantities.ts";

/** `api, web (after api)`. */
export function describeBlueprint({ agents, reason }: Blueprint): string {
  if (agents.length === 0) return reason ? `nothing is left: ${reason}` : "no specialists are needed";
  return agents
    .map(({ id, dependsOn }) => (dependsOn.length > 0 ? `${id} (after ${dependsOn.join(", ")})` : id))
    .join(", ");
}

/** `builder hands on to api: the schema is settled`. */
export const describeHandoff = ({ from, to, message }: Handoff): string => `${from} hands on to ${to}: ${message}`;

/** The parts of a handoff's note that say something, `Decided: ...` and so on. */
export function describeNote({ note }: Handoff): string[] {
  if (!note) return [];
  return NOTE_PARTS.filter((part) => note[part].length > 0).map(
    (part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}: ${note[part].join("; ")}`,
  );
}

/** `wave 2 changed 3 files: a, b, c`; null where nobody can tell. */
export function describeChange({ wave, changed, files, more }: EventOf<"wave.observed">): string | null {
  if (changed === null) return null;
  if (!changed) return `wave ${wave} changed no file`;
  if (files.length === 0) return `wave ${wave} changed files`;
  const rest = more > 0 ? `, and ${more} more` : "";
  return `wave ${wave} changed ${count(files.length + more, "file")}: ${files.join(", ")}${rest}`;
}

/** `no further wave in core after 2 autonomous ones: nothing is left: the tests pass`. */
export function describeLoopEnd({ group, cause, waves, reason }: EventOf<"autonomous.ended">): string {
  const why = cause === "nothing-left" ? `nothing is left: ${reason}` : reason;
  return `no further wave in ${group}, after ${count(waves, "autonomous wave")}: ${why}`;
}

/** `reads 3 memories of 2 earlier runs`. */
export function describeRecall({ artifacts }: EventOf<"memory.recalled">): string {
  const runs = new Set(artifacts.map(({ session }) => session)).size;
  return `remembers ${count(artifacts.length, "artifact")} of ${count(runs, "earlier run")}`;
}
