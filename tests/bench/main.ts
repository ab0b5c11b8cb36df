/**
 * `bun run bench [NAME ...] [--json] [--quick]`: measures against an ideal or a peer in the same run and says which
 * goals are met. Exit code 1: a benchmark broke; a goal that is missed is a finding, not a failure.
 */
import { cpus, platform, release, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { type BenchReport, renderReport } from "./report.ts";
import { type Bench, Workshop } from "./workshop.ts";

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  schedule: async () => (await import("./schedule.ts")).benchSchedule,
  dispatch: async () => (await import("./dispatch.ts")).benchDispatch,
  start: async () => (await import("./start.ts")).benchStart,
  ingest: async () => (await import("./ingest.ts")).benchIngest,
  memory: async () => (await import("./memory.ts")).benchMemory,
  pane: async () => (await import("./pane.ts")).benchPane,
  turn: async () => (await import("./turn.ts")).benchTurn,
  status: async () => (await import("./status.ts")).benchStatus,
  resume: async () => (await import("./resume.ts")).benchResume,
  audit: async () => (await import("./audit.ts")).benchAudit,
  cache: async () => (await import("./cache.ts")).benchCache,
  starlark: async () => (await import("./starlark.ts")).benchStarlark,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false }, quick: { type: "boolean", default: false } },
});
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`no benchmark "${unknown.join('", "')}"; there are: ${Object.keys(BENCHES).join(", ")}`);
  process.exit(2);
}
process.exitCode = await runBenches(positionals.length > 0 ? positionals : Object.keys(BENCHES));

async function runBenches(names: readonly string[]): Promise<number> {
  using workshop = new Workshop(values.quick);
  const machine = describeMachine();
  const benchmarks: BenchReport[] = [];
  let broken = 0;
  if (!values.json) console.log(Object.values(machine).join(", "));
  for (const name of names) {
    try {
      const bench = await BENCHES[name]?.();
      if (!bench) continue;
      const report = await bench(workshop);
      benchmarks.push(report);
      if (!values.json) console.log(`\n${renderReport(report)}`);
    } catch (error) {
      broken += 1;
      console.error(`${name} broke:`, error);
    }
  }
  if (values.json) console.log(JSON.stringify({ machine, benchmarks }, null, 2));
  return broken > 0 ? 1 : 0;
}

function describeMachine() {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: `${cpus().length} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${platform()} ${release()}`,
    bun: `Bun ${Bun.version}`,
  };
}
