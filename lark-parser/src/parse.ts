import { type Diagnostic, makeDiagnostic } from "./diagnostics.ts";
import { StatementParser } from "./parse/statements.ts";
import { Source } from "./source.ts";
import type { Module } from "./tree.ts";
import { unresolvedScope } from "./variable.ts";

export type Parsed =
  | { readonly ok: true; readonly tree: Module }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Reads a module's text into a tree, or says what is wrong with it. Names are not looked at; `resolve` does that. */
export function parse(text: string, { filename }: { readonly filename: string }): Parsed {
  const source = new Source(filename, text);
  const { body, comments, fault } = new StatementParser(text).parseFile();
  if (fault !== undefined) return { ok: false, diagnostics: [makeDiagnostic(source, fault)] };
  const span = { start: 0, end: text.length };
  return { ok: true, tree: { kind: "module", source, body, comments, scope: unresolvedScope, globals: [], ...span } };
}
