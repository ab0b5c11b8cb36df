import { isAtLeast, ZellijClient, type ZellijVersion } from "zellij-toolkit";

export const OLDEST_ZELLIJ: ZellijVersion = [0, 44, 1];
/** From here on panes can be opened without taking the focus. */
export const ZELLIJ_WITH_NO_FOCUS: ZellijVersion = [0, 45, 0];

export type View =
  | { readonly kind: "panes"; readonly version: ZellijVersion; readonly nested: boolean }
  /** `reason` is one line that says how to get panes; null when headless was asked for. */
  | { readonly kind: "headless"; readonly reason: string | null };

export interface ViewQuestion {
  readonly headless: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard input and output are both a terminal. */
  readonly isTerminal: boolean;
}

/** Panes where they can be had, otherwise headless with the way to get panes. */
export async function chooseView({ headless, env, isTerminal }: ViewQuestion): Promise<View> {
  if (headless) return { kind: "headless", reason: null };
  const without = (reason: string): View => ({ kind: "headless", reason: `running without panes: ${reason}` });
  if (!isTerminal) return without("this is no terminal; start it in one to get panes");
  if (env.TERM === "dumb") return without("this terminal (TERM=dumb) cannot show them");
  const version = await new ZellijClient({ env }).version();
  const floor = OLDEST_ZELLIJ.join(".");
  if (!version.ok)
    return without(`zellij ${floor} or newer is not on PATH; install it (https://zellij.dev) to get panes`);
  if (!isAtLeast(version.value, OLDEST_ZELLIJ))
    return without(`zellij ${version.value.join(".")} is too old; install ${floor} or newer to get panes`);
  return { kind: "panes", version: version.value, nested: env.ZELLIJ !== undefined };
}

/** Panes need both: a screen to draw on and keys to read. */
export const isTerminal = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;
