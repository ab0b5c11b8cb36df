import { expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { REPOSITORY, readLines, trackedFiles } from "./tracked.ts";

interface ShownBlock {
  readonly line: number;
  readonly tests: readonly string[];
  readonly commands: readonly string[];
}

const BLOCKS = readBlocks(readLines("README.md"));

/** The fenced shell blocks; their first line names the tests that run them: `# shown by FILE[, FILE]`. */
function readBlocks(lines: readonly string[]): ShownBlock[] {
  return lines.flatMap((text, index) => {
    if (text !== "```sh") return [];
    const block = lines.slice(index + 1, lines.indexOf("```", index + 1));
    const shown = /^# shown by (.+)$/.exec(block[0] ?? "")?.[1];
    return [
      { line: index + 1, tests: shown?.split(", ") ?? [], commands: block.filter((line) => !/^(#|$)/.test(line)) },
    ];
  });
}

/** Commands of two words. */
const FAMILIES: ReadonlySet<string> = new Set(["memory", "agentfs", "audit", "config"]);

/** What tells one command of ours from another: subcommand or script, and the long flags. */
function findTellingWords(command: string): string[] {
  const words = command.split(/\s+/).filter((word) => !/^(npx|-y|bun@.*|bun|run)$/.test(word));
  if (words[0] === "python3") return [];
  const [first = "", second = ""] = words.filter((word) => !OUR_PROGRAMS.has(word));
  const names = FAMILIES.has(first) ? [first, second] : first.startsWith("-") ? [] : first.split(":");
  return [...names, ...words.filter((word) => word.startsWith("--"))];
}

const OUR_PROGRAMS: ReadonlySet<string> = new Set(["codex-squad", "launch_codex_orchestrator_session"]);

/** A test file's text, and that of what it imports: a rig may spell the command. */
function readTest(path: string): string {
  const text = readFileSync(join(REPOSITORY, path), "utf8");
  const imported = [...text.matchAll(/ from "(\.[^"]+\.ts)"/g)]
    .map(([, specifier = ""]) => join(dirname(path), specifier))
    .filter((found) => /(^|\/)(tests|scripts)\//.test(found) && existsSync(join(REPOSITORY, found)));
  return [text, ...imported.map((found) => readFileSync(join(REPOSITORY, found), "utf8"))].join("\n");
}

test("README has blocks of commands, and each names the tests that run them", () => {
  expect(BLOCKS.length).toBeGreaterThan(4);
  expect(BLOCKS.filter(({ tests }) => tests.length === 0)).toEqual([]);
});

test.each(BLOCKS)("README line $line: its tests exist and know its commands", ({ tests, commands }) => {
  expect(tests.filter((path) => !existsSync(join(REPOSITORY, path)))).toEqual([]);
  const text = tests.map(readTest).join("\n");
  const unknown = commands.flatMap(findTellingWords).filter((word) => !text.includes(word));
  expect(unknown).toEqual([]);
});

test("the links of README and docs lead somewhere", () => {
  const dead = trackedFiles()
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) =>
      [
        ...readLines(path)
          .join("\n")
          .matchAll(/\]\(([^)#\s]+)[^)]*\)/g),
      ]
        .map(([, target = ""]) => target)
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(REPOSITORY, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
  expect(dead).toEqual([]);
});
