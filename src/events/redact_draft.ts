import { redactValue } from "../redact/redact_value.ts";
import type { Reading, Redactor } from "../redact/redactor.ts";
import type { EventDraft } from "./event.ts";

/**
 * Fields that hold no text of anybody's: names, states and ids that the run finds its way by. Whatever is not here is
 * redacted, fields that an event gets later as well.
 */
const STRUCTURE: ReadonlySet<string> = new Set([
  "type",
  "session",
  "version",
  "projectRoot",
  "agent",
  "phase",
  "threadId",
  "state",
  "kind",
  "status",
  "change",
  "id",
  "dependsOn",
  "group",
  "sandbox",
  "model",
  "reasoningEffort",
  "tags",
  "by",
  "stops",
  "cause",
  "digest",
  "running",
]);
/** Data of somebody else: its fields may be called anything. */
const FOREIGN: ReadonlySet<string> = new Set(["input", "output", "followUpSchema"]);
/** Of the settings only these: the others are paths, names and choices, by which a resumed run finds its data. */
const TEXT_SETTINGS: ReadonlySet<string> = new Set(["prompt", "baseUrl"]);

/** Longer outputs may have been cut by who collected them. */
const WHOLE_OUTPUT = 512 * 1024;

/** The event without a secret: what is written, shown and gone on with. The same object where there is none. */
export function redactDraft(draft: EventDraft, redactor: Redactor): EventDraft {
  if (draft.type !== "turn.item") return redactFields(draft, redactor, {});
  const item = redactFields(draft.item, redactor, { cut: mayBeCut(draft) });
  return item === draft.item ? draft : { ...draft, item };
}

/** What an agent is still writing, or a command was ended at, can stop within a secret. */
function mayBeCut({ state, item }: EventDraft & { type: "turn.item" }): boolean {
  if (state !== "completed") return true;
  return item.kind === "command" && (item.status !== "ok" || item.output.length > WHOLE_OUTPUT);
}

function redactFields<T extends object>(value: T, redactor: Redactor, reading: Reading): T {
  let copy: Record<string, unknown> | null = null;
  for (const name in value) {
    if (STRUCTURE.has(name)) continue;
    const before: unknown = value[name];
    const after = redactPart(name, before, redactor, reading);
    if (after === before) continue;
    copy ??= { ...value } as Record<string, unknown>;
    copy[name] = after;
  }
  return (copy as T | null) ?? value;
}

function redactPart(name: string, value: unknown, redactor: Redactor, reading: Reading): unknown {
  if (typeof value === "string") return redactor.redact(value, reading);
  if (typeof value !== "object" || value === null) return value;
  if (name === "settings") return redactSettings(value, redactor);
  if (FOREIGN.has(name)) return redactValue(value, redactor, reading);
  if (!Array.isArray(value)) return redactFields(value, redactor, reading);
  const items = value.map((item: unknown) => redactPart("", item, redactor, reading));
  return items.some((item, at) => item !== value[at]) ? items : value;
}

function redactSettings(settings: object, redactor: Redactor): object {
  const texts = Object.entries(settings).filter(
    (entry): entry is [string, string] => TEXT_SETTINGS.has(entry[0]) && typeof entry[1] === "string",
  );
  return { ...settings, ...Object.fromEntries(texts.map(([name, text]) => [name, redactor.redact(text)])) };
}
