import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "../../src/events/event.ts";
import { verifyJournal } from "../../src/events/verify.ts";
import { readRecords } from "../../src/process/record.ts";
import { RecordFold } from "../../src/store/fold.ts";
import type { DatabaseName } from "../../src/store/job.ts";
import { AgentLog } from "../../src/views/agent_log.ts";
import { InterruptSummary } from "../../src/views/interrupt.ts";
import { PLAIN } from "../../src/views/style.ts";
import type { SquadRig } from "../rig/squad.ts";
import { readAll } from "../store/recorded_run.ts";

/** Everything that is wrong with a run that was killed and resumed until it was done; nothing is what is wanted. */
export function findFaults(rig: SquadRig): string[] {
  const events: Event[] = [];
  const verdict = verifyJournal(rig.paths.journal, { visit: (event) => events.push(event) });
  return [
    ...(verdict.fault ? [`journal: line ${verdict.fault.line}: ${verdict.fault.message}`] : []),
    ...(verdict.tornBytes > 0 ? [`journal: ${verdict.tornBytes} torn bytes`] : []),
    ...findStoreFaults(rig, events),
    ...findLogFaults(rig, events),
    ...findLeftovers(rig),
    ...findStrangers(rig),
  ];
}

/** What each database must hold, folded from the journal, beside what plain SQLite finds in it. */
function findStoreFaults(rig: SquadRig, events: readonly Event[]): string[] {
  const wanted: Record<DatabaseName, Map<string, string>> = { memory: new Map(), actions: new Map() };
  const fold = new RecordFold(new InterruptSummary());
  for (const job of events.flatMap((event) => fold.apply(event))) {
    const before = job.kind === "append" && job.offset > 0 ? (wanted[job.database].get(job.path) ?? "") : "";
    wanted[job.database].set(job.path, job.kind === "put" ? job.content : before + job.bytes.toString());
  }
  const files = { memory: "memory/artifacts.agentfs.db", actions: ".agentfs/agent-db.db" } as const;
  return (["memory", "actions"] as const).flatMap((name) => {
    const found = readAll(join(rig.project, files[name]));
    const paths = new Set([...Object.keys(found), ...wanted[name].keys()]);
    return [...paths].flatMap((path) => {
      if (!wanted[name].has(path)) return [`${name}: ${path} is not of this journal`];
      if (found[path] === undefined) return [`${name}: ${path} is missing`];
      return found[path] === wanted[name].get(path) ? [] : [`${name}: ${path} differs`];
    });
  });
}

function findLogFaults(rig: SquadRig, events: readonly Event[]): string[] {
  const ids = new Set(events.flatMap((event) => ("agent" in event ? [event.agent] : [])));
  return [...ids].flatMap((id) => {
    const log = new AgentLog(id, { style: PLAIN, columns: () => null });
    const wanted = events.flatMap((event) => log.add(event)).map((line) => `${line}\n`);
    const path = join(rig.paths.logs, `${id}.log`);
    return existsSync(path) && readFileSync(path, "utf8") === wanted.join("") ? [] : [`${path} is not its journal's`];
  });
}

function findLeftovers(rig: SquadRig): string[] {
  const records = readRecords(rig.paths.processes).map(({ pid }) => `process ${pid} is recorded still`);
  return [...records, ...rig.processes().map((pid) => `process ${pid} runs still`)];
}

/** Files that nobody should see: half-written ones, and ours in git's eyes. */
function findStrangers(rig: SquadRig): string[] {
  const halves = readdirSync(rig.paths.folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(new|tmp)$|\.\d+$/.test(name),
  );
  const git = Bun.spawnSync(["git", "status", "--porcelain"], { cwd: rig.project }).stdout.toString();
  const shown = git.split("\n").filter((line) => line !== "" && !/^\?\? [a-z]\.txt$/.test(line));
  return [...halves.map((name) => `${name} was left half-written`), ...shown.map((line) => `git shows: ${line}`)];
}
