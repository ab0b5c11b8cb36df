import { EXIT } from "../../core/exit_codes.ts";
import type { SessionPaths } from "../../core/paths.ts";
import { createStyle } from "../../views/style.ts";
import { defineCommand, JSON_OPTION } from "../command.ts";
import { findSession, isRunning } from "../find_session.ts";

/** `audit diff`: what two runs of a folder did differently. */
export const diff = defineCommand({
  arguments: [
    { name: "a", help: "One run", required: true },
    { name: "b", help: "The run to compare it with", required: true },
  ],
  options: {
    full: {
      kind: "boolean",
      flag: "full",
      default: false,
      help: "Show the differences of prompts and answers, as diff -u",
    },
    json: JSON_OPTION,
  },
  notes: `Exit 0: the same; 1: they differ; 2: they cannot be compared. Times do not count,
nor cached tokens, nor where the run's folder lies.
Example: codex-squad audit diff nightly nightly-2 --full`,
  async run({ words, options: { full, json }, projectRoot, output }) {
    const found: SessionPaths[] = [];
    for (const word of words) {
      const one = findSession(projectRoot, word);
      if (!one.ok) return output.fail(one.error);
      found.push(one.value);
    }
    const [a, b] = found as [SessionPaths, SessionPaths];
    if (a.session === b.session) {
      return output.fail({
        kind: "usage",
        message: `both words name the run ${a.session}`,
        hint: "name two different runs",
      });
    }
    const [{ readRunSide }, { compareRuns }, { renderComparison }] = await Promise.all([
      import("../../audit/run_side.ts"),
      import("../../audit/compare_runs.ts"),
      import("../../audit/render_comparison.ts"),
    ]);
    const left = readRunSide(a, isRunning(a));
    if (!left.ok) return output.fail(left.error);
    const right = readRunSide(b, isRunning(b));
    if (!right.ok) return output.fail(right.error);
    for (const paths of found) {
      if (isRunning(paths))
        await output.warn(`${paths.session} is still running: only what it has done so far is compared`);
    }
    const comparison = await compareRuns(left.value, right.value, { full });
    if (json) await output.printJson(comparison);
    else await output.print(renderComparison(comparison, createStyle(output.color)).join("\n"));
    return comparison.same ? EXIT.done : EXIT.failed;
  },
});
