import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

export interface TestFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly needsZellij: boolean;
  /** Runs with nothing beside it, because it measures time or takes every core. */
  readonly runsAlone: boolean;
  readonly budgetMs: number;
}

const FOLDERS = ["tests", "zellij/tests", "lark-parser/tests"];
const BUDGET_MS = 240_000;

/**
 * Every test file, in the order in which they run. A file says in a comment line of its own, or in that of a module
 * from the tests' folders that it imports, what it needs: `// needs zellij`, `// runs alone`, `// budget 400 s`.
 */
export function listTestFiles(repository: string, patterns: readonly string[] = []): TestFile[] {
  const paths = FOLDERS.flatMap((folder) => listFolder(repository, folder)).sort();
  const wanted = paths.filter((path) => patterns.length === 0 || patterns.some((pattern) => path.includes(pattern)));
  return wanted
    .map((path) => describeFile(repository, path))
    .sort((a, b) => Number(a.runsAlone) - Number(b.runsAlone) || b.budgetMs - a.budgetMs);
}

function listFolder(repository: string, folder: string): string[] {
  try {
    return readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts") && !name.includes("node_modules"))
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
  } catch {
    return [];
  }
}

function describeFile(repository: string, path: string): TestFile {
  const comments = readWithRigs(repository, path, new Set());
  const budget = comments.flatMap((text) => /^\/\/ budget (\d+) s$/m.exec(text)?.[1] ?? []).map(Number);
  const says = (line: RegExp): boolean => comments.some((text) => line.test(text));
  return {
    path,
    needsZellij: says(/^\/\/ needs zellij$/m),
    runsAlone: says(/^\/\/ runs alone$/m),
    budgetMs: budget.length > 0 ? Math.max(...budget) * 1000 : BUDGET_MS,
  };
}

/** The text of a file and of what it imports from the tests' folders. */
function readWithRigs(repository: string, path: string, seen: Set<string>): string[] {
  if (seen.has(path)) return [];
  seen.add(path);
  const text = readFileSync(join(repository, path), "utf8");
  const imported = [...text.matchAll(/\bfrom "(\.[^"]+\.ts)"/g)]
    .map(([, specifier = ""]) => relative(repository, join(repository, dirname(path), specifier)).replaceAll("\\", "/"))
    .filter((found) => FOLDERS.some((folder) => found.startsWith(`${folder}/`)) && existsSync(join(repository, found)));
  return [text, ...imported.flatMap((found) => readWithRigs(repository, found, seen))];
}

/** The names of the tests in a file that is not run, as its text tells them. */
export function readTestNames(repository: string, path: string): string[] {
  const text = readFileSync(join(repository, path), "utf8");
  return [...text.matchAll(/^\s*(?:test|it)(?:\.\w+(?:\([^)]*\))?)*\(\s*(["'`])(.+?)\1/gm)].map(
    ([, , name = ""]) => name,
  );
}
