import { BACKEND_NAMES } from "../../backends/registry.ts";
import { EXIT } from "../../core/exit_codes.ts";
import type { Condensation } from "../../store/condense/condense.ts";
import { neutraliseLine } from "../../views/terminal_text.ts";
import { defineCommand, JSON_OPTION } from "../command.ts";

const DAY_MS = 86_400_000;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** `memory condense`: merges older artifacts into summaries that point to them. */
export const condense = defineCommand({
  settings: ["memoryDir", "scenario", "baseUrl", "model", "codexPath", "trust", "turnTimeout", "idleTimeout"],
  options: {
    days: {
      kind: "integer",
      flag: "days",
      placeholder: "n",
      default: 2,
      min: 1,
      max: 36_500,
      help: "Only artifacts that are at least so many days old",
    },
    minGroupSize: {
      kind: "integer",
      flag: "min-group-size",
      placeholder: "n",
      default: 3,
      min: 1,
      max: 1_000_000,
      help: "How many of the same agent, type and tags it takes for a summary",
    },
    backend: {
      kind: "choice",
      flag: "backend",
      values: BACKEND_NAMES,
      default: null,
      help: "Let a model write the summaries, one turn each (otherwise they are extracted, without a model)",
    },
    dryRun: { kind: "boolean", flag: "dry-run", default: false, help: "Only say what would be done" },
    json: JSON_OPTION,
  },
  notes: `Nothing is taken away: a summary names its artifacts, and codex-squad memory inspect --related ID prints them.
A second time nothing is left to do. It may run beside a run, and be ended at any point: run again, it goes on.
Exit code 1: a model turn failed; its artifacts are left as they are. 4: ended by Ctrl+C, or the database was in use.`,
  async run({ settings, options, projectRoot, output, env }) {
    const [{ condense: condenseMemory }, { memoryPath }] = await Promise.all([
      import("../../store/condense/condense.ts"),
      import("../../store/locations.ts"),
    ]);
    const { backend, dryRun, minGroupSize } = options;
    const path = memoryPath(projectRoot, settings.memoryDir);
    const opened = backend !== null && !dryRun ? await openModel({ backend, settings, env }) : null;
    if (opened && !opened.ok) return output.fail(opened.error);
    const summariser = opened?.value ?? null;
    let written = 0;
    let interrupted = false;
    const interrupt = () => {
      interrupted = true;
      summariser?.stop();
    };
    // By extraction it may end anywhere; a turn of a model is ended in good order.
    if (summariser) for (const signal of SIGNALS) process.once(signal, interrupt);
    try {
      const outcome = await condenseMemory({
        path,
        rule: { untilMs: Date.now() - options.days * DAY_MS, minGroupSize },
        dryRun,
        summarise: summariser?.summarise ?? null,
        onWritten: () => {
          written += 1;
        },
      });
      if (!outcome.ok) {
        if (written > 0) await output.warn(`${written} summaries are written; run it again for the rest`);
        return output.fail(outcome.error);
      }
      const { failed } = outcome.value;
      if (options.json)
        await output.printJson(describeAll(outcome.value, { path, dryRun, usage: summariser?.usage() }));
      else await output.print(renderOutcome(outcome.value, { path, dryRun, days: options.days, minGroupSize }));
      for (const { group, because } of failed.filter(({ tried }) => tried)) {
        const what = `${group.members.length} of ${group.agent}, ${group.type}`;
        await output.warn(neutraliseLine(`not condensed: ${what}: ${because}`));
      }
      const untried = failed.filter(({ tried }) => !tried).length;
      if (untried > 0) await output.warn(`not condensed: ${untried} more groups, which would have met the same`);
      if (interrupted) return EXIT.stopped;
      return failed.length > 0 ? EXIT.failed : EXIT.done;
    } finally {
      for (const signal of SIGNALS) process.off(signal, interrupt);
      await summariser?.close();
    }
  },
});

type ModelOptions = Parameters<typeof import("../../orchestrate/condense_by_model.ts").openSummariser>[0];

const openModel = async (options: ModelOptions) =>
  (await import("../../orchestrate/condense_by_model.ts")).openSummariser(options);

function describeAll({ condensed, failed }: Condensation, about: object) {
  return {
    ...about,
    summaries: condensed.map(({ group, summary }) => ({
      id: summary.id,
      agent: group.agent,
      type: group.type,
      tags: group.tags,
      artifacts: group.members.length,
      from: group.members[0]?.createdAt,
      to: group.members.at(-1)?.createdAt,
    })),
    artifacts: countArtifacts(condensed),
    failed: failed.map(({ group: { agent, type, tags, members }, because }) => ({
      agent,
      type,
      tags,
      artifacts: members.length,
      because,
    })),
  };
}

interface Asked {
  readonly path: string;
  readonly dryRun: boolean;
  readonly days: number;
  readonly minGroupSize: number;
}

function renderOutcome({ condensed, failed }: Condensation, { path, dryRun, days, minGroupSize }: Asked): string {
  if (condensed.length === 0) {
    if (failed.length > 0) return `no summary was written in ${path}`;
    const age = days === 1 ? "a day" : `${days} days`;
    return `nothing to condense in ${path}: no ${minGroupSize} artifacts of one agent, type and tags that are ${age} old and in no summary yet`;
  }
  const lines = condensed.map(({ group: { agent, type, tags, members }, summary }) => {
    const marks = tags.length > 0 ? ` [${tags.join(", ")}]` : "";
    return neutraliseLine(`${summary.id}  ${members.length} of ${agent}, ${type}${marks}`);
  });
  const summaries = condensed.length === 1 ? "1 summary" : `${condensed.length} summaries`;
  const verb = dryRun ? "would be written" : condensed.length === 1 ? "is written" : "are written";
  return [...lines, `${summaries} of ${countArtifacts(condensed)} artifacts ${verb} in ${path}`].join("\n");
}

const countArtifacts = (condensed: Condensation["condensed"]): number =>
  condensed.reduce((sum, { group }) => sum + group.members.length, 0);
