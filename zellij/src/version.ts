export type ZellijVersion = readonly [major: number, minor: number, patch: number];

/** Reads `zellij 0.45.0`; null when there is no version in it. */
export function parseVersion(text: string): ZellijVersion | null {
  const match = /(\d+)\.(\d+)\.(\d+)/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : null;
}

export function isAtLeast(version: ZellijVersion, floor: ZellijVersion): boolean {
  for (const at of [0, 1, 2] as const) if (version[at] !== floor[at]) return version[at] > floor[at];
  return true;
}
