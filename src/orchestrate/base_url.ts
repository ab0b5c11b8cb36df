import type { Settings } from "../config/settings.ts";
import { err, ok, type Result } from "../core/result.ts";
import { hasMark } from "../redact/spans.ts";

/** The variable that `--base-url` can come from as well (config/settings.ts). */
const VARIABLE = "ORCHESTRATED_CODEX_BASE_URL";

/** The model server's address as journaled lacks its password, and nobody has given it again. */
export interface AddressProblem {
  readonly kind: "address-incomplete";
  readonly session: string;
  /** As it is stored. */
  readonly address: string;
  readonly variable: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The environment with the address that a flag gave: its password is as secret as one that stands there. */
export function withAddress(env: Env, { baseUrl }: Pick<Settings, "baseUrl">): Env {
  return baseUrl === null ? env : { ...env, [VARIABLE]: baseUrl };
}

/** A resumed run's settings with the whole address again: its secret part comes from the environment, like a key. */
export function completeAddress(
  settings: Settings,
  { session, env }: { readonly session: string; readonly env: Env },
): Result<Settings, AddressProblem> {
  const { baseUrl: address } = settings;
  if (address === null || !hasMark(address)) return ok(settings);
  const given = env[VARIABLE];
  if (given === undefined || !isSamePlace(address, given)) {
    return err({ kind: "address-incomplete", session, address, variable: VARIABLE });
  }
  return ok({ ...settings, baseUrl: given });
}

function isSamePlace(stored: string, given: string): boolean {
  const [a, b] = [URL.parse(stored), URL.parse(given)];
  if (!a || !b) return false;
  return a.protocol === b.protocol && a.username === b.username && a.host === b.host && a.pathname === b.pathname;
}
