import { expect, test } from "bun:test";
import type { CommandEntry } from "../../src/cli/command_table.ts";
import { findCommand } from "../../src/cli/find_command.ts";

const names = ["run", "resume", "status", "logs", "memory inspect", "memory condense", "plan"];
const commands: CommandEntry[] = names.map((name) => ({
  name,
  summary: "",
  load: () => Promise.reject(new Error("finding a command loads none")),
}));

/** The command's name and what is left for it, or the kind of what came out instead. */
const find = (line: string) => {
  const found = findCommand(line === "" ? [] : line.split(" "), commands);
  return found.kind === "command" ? `${found.entry.name}: ${found.rest.join(" ")}` : found.kind;
};

test.each([
  ["", "run: "],
  ["--prompt hello", "run: --prompt hello"],
  ["fix the build", "run: fix the build"],
  ["run fix the build", "run: fix the build"],
  ["status --json", "status: --json"],
  ["--project-root status plan", "plan: --project-root status"],
  ["--verbose memory condense --days 2", "memory condense: --verbose --days 2"],
  ["-- status", "run: -- status"],
  ["--help", "program-help"],
  ["help", "program-help"],
  ["memory --help", "group-help"],
  ["memory", "problem"],
  ["memory leak", "problem"],
  ["resme", "problem"],
  ["statsu run-1", "problem"],
  ["plna", "problem"],
  ["edit README", "run: edit README"],
  ["refactor", "run: refactor"],
  ["planes fly high", "run: planes fly high"],
])("%j is %j", (line, expected) => {
  expect(find(line)).toBe(expected);
});
