import type { Reading, Redactor } from "./redactor.ts";

/** Names under which a string is a secret whatever it looks like: `{"password": "..."}` has no text around the value. */
const SECRET_FIELD = /passw|passphrase|secret|token|credential|api_?key|private_?key|^authorization$|^cookie$/i;
const SHORTEST_FIELD = 8;

/** Data of somebody else, a tool's input for instance: every string in it and every name. The same value where nothing was taken out. */
export function redactValue(value: unknown, redactor: Redactor, reading: Reading = {}): unknown {
  if (typeof value === "string") return redactor.redact(value, reading);
  if (Array.isArray(value))
    return keepSame(
      value,
      value.map((item) => redactValue(item, redactor, reading)),
    );
  if (typeof value !== "object" || value === null) return value;
  const before = Object.entries(value);
  const after = before.map(([name, field]): [string, unknown] => [
    redactor.redact(name),
    redactField(name, field, redactor, reading),
  ]);
  const same = before.every(([name, field], at) => after[at]?.[0] === name && after[at]?.[1] === field);
  return same ? value : Object.fromEntries(after);
}

/** Written as an assignment, a field's value is told by its name. */
function redactField(name: string, value: unknown, redactor: Redactor, reading: Reading): unknown {
  const redacted = redactValue(value, redactor, reading);
  if (typeof redacted !== "string" || redacted !== value) return redacted;
  if (value.length < SHORTEST_FIELD || !SECRET_FIELD.test(name)) return redacted;
  const assignment = `password=${value}`;
  return redactor.redact(assignment) === assignment ? redacted : redactor.redact(assignment).slice("password=".length);
}

function keepSame(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  return before.every((item, at) => item === after[at]) ? before : after;
}
