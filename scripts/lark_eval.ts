/** `bun run lark:eval FILE.star`: evaluates one file with the universe alone and prints its public globals as JSON. */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { CallableValue, type Diagnostic, evaluate, NotJson, printDiagnostic, printJson } from "lark-parser";

const USAGE = `usage: bun run lark:eval FILE.star
       bun run lark:eval --batch   (file names, one a line, on standard input)`;

type Outcome =
  | { readonly ok: true; readonly globals: string }
  | {
      readonly ok: false;
      readonly error: string;
      readonly line: number;
      readonly column: number;
      readonly text: string;
    };

const utf8 = new TextDecoder("utf-8", { fatal: true });

function evaluateFile(file: string, print: (text: string) => void): Outcome {
  const fail = (error: string): Outcome => ({
    ok: false,
    error,
    line: 1,
    column: 1,
    text: `${file}:1:1: error: ${error}`,
  });
  let text: string;
  try {
    text = utf8.decode(readFileSync(file));
  } catch (error) {
    return fail(
      error instanceof TypeError ? "not UTF-8 text" : `cannot be read: ${(error as NodeJS.ErrnoException).code}`,
    );
  }
  const result = evaluate(text, { filename: file, print });
  if (!result.ok) return describe(result.diagnostics);
  const shown = [...result.globals].filter(
    ([name, value]) => !name.startsWith("_") && !(value instanceof CallableValue),
  );
  try {
    return {
      ok: true,
      globals: `{${shown.map(([name, value]) => `${JSON.stringify(name)}:${printJson(value)}`).join(",")}}`,
    };
  } catch (error) {
    if (error instanceof NotJson) return fail(error.message);
    throw error;
  }
}

function describe(diagnostics: readonly [Diagnostic, ...Diagnostic[]]): Outcome {
  const [{ message, line, column }] = diagnostics;
  return { ok: false, error: message, line, column, text: diagnostics.map(printDiagnostic).join("\n") };
}

async function runBatch(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "") continue;
    const file = JSON.stringify(line);
    const outcome = evaluateFile(line, () => {});
    if (outcome.ok) process.stdout.write(`{"file":${file},"ok":true,"globals":${outcome.globals}}\n`);
    else {
      const { error, line: at, column } = outcome;
      process.stdout.write(
        `{"file":${file},"ok":false,"error":${JSON.stringify(error)},"line":${at},"column":${column}}\n`,
      );
    }
  }
}

const [file, ...rest] = process.argv.slice(2);
if (file === undefined || rest.length > 0 || (file.startsWith("-") && file !== "--batch" && file !== "--help")) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
if (file === "--help") process.stdout.write(`${USAGE}\n`);
else if (file === "--batch") await runBatch();
else {
  const outcome = evaluateFile(file, (text) => process.stderr.write(`${text}\n`));
  if (outcome.ok) process.stdout.write(`${outcome.globals}\n`);
  else process.stderr.write(`${outcome.text}\n`);
  process.exitCode = outcome.ok ? 0 : 1;
}
