import type { Settings } from "../config/settings.ts";
import type { SessionPaths } from "../core/paths.ts";
import { readEvents } from "../events/read.ts";
import { actionsPath } from "../store/locations.ts";
import { measureRun, renderMetrics } from "../views/metrics.ts";
import { describeRun } from "../views/render_status.ts";
import { foldReport, renderReport } from "../views/report.ts";
import { foldRun } from "../views/run_state.ts";
import { createStyle } from "../views/style.ts";
import { isRunning } from "./find_session.ts";
import type { Output } from "./output.ts";

/** Prints how a run ended, from its journal. */
export async function printReport({
  paths,
  show,
  output,
}: {
  readonly paths: SessionPaths;
  readonly show: Pick<Settings, "metrics" | "json">;
  readonly output: Output;
}): Promise<void> {
  const events = [...readEvents(paths.journal)];
  const run = foldRun(events);
  if (show.json) return output.printJson(describeRun(run, { alive: false, nowMs: Date.now() }));
  const first = events[0];
  const style = createStyle(output.color);
  const columns = process.stdout.isTTY ? process.stdout.columns : null;
  const withActions = first?.type === "run.started" && first.settings.agentfs !== false;
  const auditPath = withActions ? actionsPath(paths.projectRoot, first.settings) : null;
  await output.print(
    renderReport(foldReport(events), { paths, style, columns, auditPath, alive: isRunning(paths) }).join("\n"),
  );
  if (show.metrics) await output.print(renderMetrics(measureRun(run), style).join("\n"));
}
