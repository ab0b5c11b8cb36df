import type { Redactor } from "../redact/redactor.ts";

/** Redacts what seldom needs it: the rules are loaded with the first text. */
export function redactLate(env: Readonly<Record<string, string | undefined>>): (text: string) => Promise<string> {
  let opened: Promise<Redactor> | null = null;
  return async (text) => {
    opened ??= import("../redact/open_redactor.ts").then(({ openRedactor }) => openRedactor(env));
    return (await opened).redact(text);
  };
}
