import { err, ok, type Result } from "../core/result.ts";
import type { GroupModes, GroupPlan } from "./plan.ts";

/** Waves that hand a message on go on for no longer than this, whatever anybody asks for. */
export const MAX_RELAY_WAVES = 5;

/** Waves of the orchestrator agent where nobody says otherwise. */
export const DEFAULT_MAX_WAVES = 5;

const NO_MODES: GroupModes = { parallel: false, autonomous: false, maxWaves: 0, relay: null };

/** The modes of a group; none in a journal of a version that had none. */
export const modesOf = (group: GroupPlan | undefined): GroupModes => group?.modes ?? NO_MODES;

/** What a group's configuration says of its modes; what it does not say, the flags decide. */
export interface WrittenModes {
  readonly autonomous?: boolean | undefined;
  readonly parallel?: boolean | undefined;
  readonly maxWaves?: number | undefined;
  readonly relay?:
    | {
        readonly enabled?: boolean | undefined;
        readonly requireHandoffNote?: boolean | undefined;
        readonly graph?: Readonly<Record<string, readonly string[]>> | undefined;
      }
    | undefined;
}

/** The flags that groups can have settings of their own for. */
export interface ModeFlags {
  readonly autonomous: boolean;
  readonly parallel: boolean;
  readonly relay: boolean;
  readonly maxWaves: number;
  readonly concise: boolean;
  readonly conciseFull: boolean;
}

export interface TooManyWaves {
  readonly kind: "bad-value";
  readonly name: "--max-waves";
  readonly value: string;
  readonly allowed: string;
}

export interface SettledModes {
  /** Null where the group just runs its agents and their specialists. */
  readonly modes: GroupModes | null;
  readonly warnings: readonly string[];
}

/** What holds for one group: its own settings win over the flags, and a warning says so where they differ. */
export function settleModes(
  group: { readonly id: string; readonly written?: WrittenModes | undefined },
  flags: ModeFlags,
): Result<SettledModes, TooManyWaves> {
  const { written = {} } = group;
  const warnings: string[] = [];
  const choose = <T>(
    name: string,
    flag: { readonly value: T; readonly isSet: boolean; readonly text: string },
    own: T | undefined,
  ) => {
    if (own === undefined) return flag.value;
    if (flag.isSet && flag.value !== own) {
      warnings.push(`group "${group.id}" says ${name} = ${spell(own)}, which wins over ${flag.text}`);
    }
    return own;
  };
  const chooseFlag = (name: "autonomous" | "parallel" | "relay", own: boolean | undefined) =>
    choose(name, { value: flags[name], isSet: flags[name], text: `--${name}` }, own);
  const isRelay = chooseFlag("relay", written.relay?.enabled);
  const autonomous = chooseFlag("autonomous", written.autonomous);
  const parallel = chooseFlag("parallel", written.parallel);
  const { maxWaves: asked } = flags;
  const maxWaves = choose(
    "max_waves",
    { value: asked, isSet: asked !== DEFAULT_MAX_WAVES, text: `--max-waves ${asked}` },
    written.maxWaves,
  );
  if (isRelay && !autonomous && written.autonomous === false) {
    warnings.push(`group "${group.id}" is a relay, which implies autonomous`);
  }
  if (isRelay && maxWaves > MAX_RELAY_WAVES) {
    return err({
      kind: "bad-value",
      name: "--max-waves",
      value: String(maxWaves),
      allowed: `1 to ${MAX_RELAY_WAVES} in a relay`,
    });
  }
  if (flags.concise && !flags.conciseFull) {
    const lost = [isRelay && "relay", autonomous && !isRelay && "autonomous", parallel && "parallel"].filter(Boolean);
    if (lost.length > 0)
      warnings.push(`group "${group.id}" runs without ${lost.join(" and ")}: --concise has no specialists`);
    return ok({ modes: null, warnings });
  }
  if (!isRelay && !autonomous && !parallel) return ok({ modes: null, warnings });
  const { requireHandoffNote = false, graph = {} } = written.relay ?? {};
  const relay = isRelay ? { requireHandoffNote, graph } : null;
  return ok({ modes: { parallel, autonomous: autonomous || isRelay, maxWaves, relay }, warnings });
}

const spell = (value: unknown): string => (value === true ? "True" : value === false ? "False" : String(value));
