import { ptr } from "bun:ffi";
import { constants } from "node:os";
import { join } from "node:path";
import { identify } from "./identity.ts";
import { openLibc, PR_SET_PDEATHSIG, stringArray } from "./libc.ts";
import { writeRecord } from "./record.ts";
import { isCompiled } from "./self.ts";

/** Set in the environment of what shall be codex: this program then stands in for it until it has become codex. */
export const GUARD_VARIABLE = "ORCHESTRATED_CODEX_GUARD";
/** From source: the Bun that the script starts. */
const BUN_VARIABLE = "ORCHESTRATED_CODEX_BUN";

/** What the guard has to know, as JSON in GUARD_VARIABLE. */
export interface GuardOrder {
  /** The real, native codex. */
  readonly codexPath: string;
  /** Who must still be our parent. */
  readonly parentPid: number;
  readonly recordFolder: string;
  readonly agent: string;
  readonly marker: string;
  readonly turn: string;
}

/** How to start codex under guard: this in place of codex's path, and these variables more in its environment. */
export function guardCommand(order: Omit<GuardOrder, "parentPid">): {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
} {
  const env = { [GUARD_VARIABLE]: JSON.stringify({ ...order, parentPid: process.pid } satisfies GuardOrder) };
  if (isCompiled()) return { path: process.execPath, env };
  return {
    path: join(import.meta.dir, "guard_from_source.sh"),
    env: { ...env, [BUN_VARIABLE]: process.execPath },
  };
}

/**
 * Becomes codex: new session, parent-death signal, a record of the process, then exec with the same arguments. Does not
 * return; what goes wrong is one line on standard error and exit code 127.
 */
export function runGuard(): never {
  try {
    becomeCodex(JSON.parse(process.env[GUARD_VARIABLE] ?? "") as GuardOrder);
  } catch (error) {
    console.error(`codex guard: ${error instanceof Error ? error.message : error}`);
  }
  process.exit(127);
}

function becomeCodex({ codexPath, parentPid, recordFolder, ...record }: GuardOrder): void {
  const { setsid, getppid, execve } = openLibc(["setsid", "getppid", "execve"]);
  setsid();
  if (process.platform === "linux") {
    const { prctl } = openLibc(["prctl"]);
    prctl(PR_SET_PDEATHSIG, BigInt(constants.signals.SIGINT), 0n, 0n, 0n);
  }
  // Between fork and prctl the parent may have died: no signal would ever come.
  if (getppid() !== parentPid) throw new Error("the orchestrator has ended");
  const self = identify(process.pid);
  if (!self) throw new Error("this process cannot be identified");
  writeRecord(recordFolder, { ...self, agent: record.agent, marker: record.marker, turn: record.turn });
  const args = stringArray([codexPath, ...process.argv.slice(2)]);
  const environment = stringArray(listEnvironment());
  const path = Buffer.from(`${codexPath}\0`);
  execve(ptr(path), ptr(args.pointers), ptr(environment.pointers));
  throw new Error(`${codexPath} cannot be executed`);
}

function listEnvironment(): string[] {
  return Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name === GUARD_VARIABLE || name === BUN_VARIABLE ? [] : [`${name}=${value}`],
  );
}
